package dev.lode.postgres.publish;

import dev.lode.core.TableName;
import dev.lode.core.pack.Pack;
import dev.lode.core.pack.TableSpec;
import dev.lode.core.pack.publish.OtherWriter;
import dev.lode.core.pack.publish.PublishSpec;
import dev.lode.postgres.Sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/// Triggers that note what other writers change, on tables whose pack asks for them.
final class ChangeTriggers {
    private static final String PREFIX = "lode_note_";
    private static final String LOCK_TIMEOUT = "10s";

    private final Pack pack;

    ChangeTriggers(Pack pack) {
        this.pack = pack;
    }

    /// Tables that are asked to have them and lack them, whole or in part: none in the right form,
    /// or switched off.
    Set<TableName> missing(Connection connection) throws SQLException {
        var missing = new HashSet<TableName>();
        for (var table : wanted()) {
            long there =
                    Sql.number(
                            connection,
                            "SELECT count(*) FROM pg_trigger WHERE tgrelid = to_regclass(?) AND"
                                + " tgname LIKE 'lode\\_note\\_%' AND tgenabled IN ('O', 'A') AND"
                                + " encode(tgargs, 'escape') = ?",
                            table.sql(),
                            arguments(table).stream()
                                    .map(argument -> argument + "\\000")
                                    .collect(Collectors.joining()));
            if (there < 4) {
                missing.add(table);
            }
        }
        return missing;
    }

    /// Makes those of some tables, in the transaction of the caller.
    void make(Connection connection, Set<TableName> tables) throws SQLException {
        if (tables.isEmpty()) {
            return;
        }
        Sql.run(connection, "SET LOCAL lock_timeout = '" + LOCK_TIMEOUT + "'");
        for (var table : tables) {
            for (String event : List.of("INSERT", "UPDATE", "DELETE", "TRUNCATE")) {
                String name = PREFIX + event.toLowerCase(Locale.ROOT);
                Sql.run(
                        connection,
                        "DROP TRIGGER IF EXISTS "
                                + name
                                + " ON "
                                + table.sql()
                                + "; CREATE TRIGGER "
                                + name
                                + " AFTER "
                                + event
                                + " ON "
                                + table.sql()
                                + referencing(event)
                                + " FOR EACH STATEMENT EXECUTE FUNCTION lode.note_changes("
                                + arguments(table).stream()
                                        .map(Literals::text)
                                        .collect(Collectors.joining(", "))
                                + ")");
            }
        }
    }

    private static String referencing(String event) {
        return switch (event) {
            case "INSERT" -> " REFERENCING NEW TABLE AS lode_new";
            case "UPDATE" -> " REFERENCING NEW TABLE AS lode_new OLD TABLE AS lode_old";
            case "DELETE" -> " REFERENCING OLD TABLE AS lode_old";
            default -> "";
        };
    }

    private List<String> arguments(TableName table) {
        boolean loaded =
                pack.tables().stream().map(TableSpec::table).anyMatch(table.name()::equals);
        var columns = pack.publish().linkColumns(table.name());
        return java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(pack.dataset(), loaded ? "loads" : "nobody"),
                        columns.stream())
                .toList();
    }

    private Set<TableName> wanted() {
        PublishSpec publish = pack.publish();
        return publish.otherWriters().entrySet().stream()
                .filter(entry -> entry.getValue() instanceof OtherWriter.Triggers)
                .map(entry -> new TableName(pack.schema(), entry.getKey()))
                .filter(table -> publish.reads(table.name()))
                .collect(Collectors.toSet());
    }
}
