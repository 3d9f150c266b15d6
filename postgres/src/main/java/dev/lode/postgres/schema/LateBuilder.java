package dev.lode.postgres.schema;

import dev.lode.core.LodeException;
import dev.lode.core.TableName;
import dev.lode.postgres.PostgresErrors;
import dev.lode.postgres.Sql;
import dev.lode.postgres.catalog.CatalogReader;
import dev.lode.postgres.catalog.TableFacts;
import dev.lode.postgres.schema.Blocker.Wanted;
import dev.lode.postgres.schema.LateReport.Outcome;
import dev.lode.postgres.schema.SchemaStatement.ForeignKeyDeclaration;
import dev.lode.postgres.schema.SchemaStatement.IndexDeclaration;
import dev.lode.postgres.schema.SchemaStatement.Late;
import dev.lode.postgres.schema.SchemaStatement.LateComment;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Makes one index or foreign key, in small transactions each of which finds out first what is left
/// to do:
/// 1. an index that a broken CREATE INDEX CONCURRENTLY left invalid is dropped, if the role owns it
///    and nobody builds it;
/// 2. an absent index is built; it is there as a whole or not at all;
/// 3. an absent foreign key is added NOT VALID, which locks both tables for a moment only;
/// 4. it is validated, which lets readers and writers go on; rows that break it leave it NOT VALID.
final class LateBuilder {
    private final SchemaScript script;
    private final Step step;
    private final long advisory;

    LateBuilder(SchemaScript script, Step step, long advisory) {
        this.script = script;
        this.step = step;
        this.advisory = advisory;
    }

    private record Result(Outcome outcome, String sentence) {}

    LateReport build(Late object) throws SQLException, InterruptedException {
        return report(
                object,
                () ->
                        switch (object) {
                            case IndexDeclaration index -> index(index);
                            case ForeignKeyDeclaration key -> foreignKey(key);
                        });
    }

    /// Adds a key where it is missing; [Outcome#LEFT_NOT_VALID] says that it is to be checked.
    LateReport add(ForeignKeyDeclaration key) throws SQLException, InterruptedException {
        return report(key, () -> added(key));
    }

    /// Checks a key that is there.
    LateReport check(ForeignKeyDeclaration key) throws SQLException, InterruptedException {
        return report(key, () -> checked(key));
    }

    private interface Work {
        Result run() throws SQLException, InterruptedException;
    }

    private LateReport report(Late object, Work work) throws SQLException, InterruptedException {
        long start = System.nanoTime();
        Result result;
        try {
            result = work.run();
        } catch (SQLException e) {
            if (Step.endsEverything(e)) {
                throw e;
            }
            result = new Result(Outcome.FAILED, object.label() + ": " + why(object, e, "not made"));
        } catch (LodeException e) {
            result = new Result(Outcome.FAILED, String.valueOf(e.getMessage()));
        }
        return new LateReport(
                object,
                result.outcome(),
                result.sentence(),
                Duration.ofNanos(System.nanoTime() - start));
    }

    private Result index(IndexDeclaration index) throws SQLException, InterruptedException {
        List<TableName> locked = List.of(index.table());
        Step.Attempt<Optional<Result>> attempt =
                () -> step.transaction(advisory, connection -> make(connection, index));
        Optional<Result> made =
                step.patiently(index.label(), locked, Wanted.SHARE, advisory, attempt);
        if (made.isEmpty()
                && step.patiently(
                        index.label() + ", left invalid",
                        locked,
                        Wanted.ACCESS_EXCLUSIVE,
                        advisory,
                        () -> dropInvalid(index))) {
            made = step.patiently(index.label(), locked, Wanted.SHARE, advisory, attempt);
        }
        return made.orElseGet(
                () ->
                        failed(
                                index,
                                "an invalid index of that name is there; left as it was; drop it,"
                                    + " or wait until the session that builds it is done, then run"
                                    + " the same command again"));
    }

    /// @return nothing when an invalid index stands in its place
    private Optional<Result> make(Connection connection, IndexDeclaration index)
            throws SQLException {
        return switch (state(connection, index)) {
            case LateState.Done done -> Optional.of(exists(index, done));
            case LateState.Impossible impossible ->
                    Optional.of(failed(index, impossible.sentence()));
            case LateState.Invalid _, LateState.NotValid _ -> Optional.empty();
            case LateState.Absent _ -> {
                step.requireSchema();
                Sql.run(connection, index.sql());
                comment(connection, index);
                yield Optional.of(new Result(Outcome.CREATED, index.label() + " built"));
            }
        };
    }

    /// Answers whether it is gone. An index that is being built looks invalid too; the server lists
    /// those. Dropping the invalid index of a partitioned table would take valid ones of its
    /// partitions along: left to the user.
    private boolean dropInvalid(IndexDeclaration index) throws SQLException {
        return step.transaction(
                advisory,
                connection -> {
                    String sql =
                            """
                            SELECT c.oid FROM pg_catalog.pg_class c
                            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                            JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
                            WHERE n.nspname = ? AND c.relname = ? AND c.relkind = 'i' AND NOT i.indisvalid
                              AND pg_catalog.pg_has_role(c.relowner, 'USAGE')
                              AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p
                                              WHERE p.index_relid = c.oid)
                            """;
                    var name = new TableName(index.table().schema(), index.name());
                    boolean ours =
                            Sql.first(
                                            connection,
                                            sql,
                                            row -> row.getLong(1),
                                            name.schema(),
                                            name.name())
                                    .isPresent();
                    if (ours) {
                        Sql.run(connection, "DROP INDEX " + name.sql());
                    }
                    return ours;
                });
    }

    private Result foreignKey(ForeignKeyDeclaration key) throws SQLException, InterruptedException {
        Result added = added(key);
        return added.outcome() == Outcome.LEFT_NOT_VALID ? checked(key) : added;
    }

    private Result added(ForeignKeyDeclaration key) throws SQLException, InterruptedException {
        List<TableName> locked = List.of(key.table(), key.referencedTable());
        return step.patiently(
                key.label(),
                locked,
                Wanted.SHARE_ROW_EXCLUSIVE,
                advisory,
                () ->
                        step.transaction(
                                advisory,
                                connection ->
                                        switch (state(connection, key)) {
                                            case LateState.Done done -> exists(key, done);
                                            case LateState.Impossible impossible ->
                                                    failed(key, impossible.sentence());
                                            case LateState.NotValid _, LateState.Invalid _ ->
                                                    unchecked(key);
                                            case LateState.Absent _ -> add(connection, key);
                                        }));
    }

    private Result checked(ForeignKeyDeclaration key) throws SQLException, InterruptedException {
        List<TableName> locked = List.of(key.table(), key.referencedTable());
        try {
            return step.patiently(
                    key.label(),
                    locked,
                    Wanted.SHARE_ROW_EXCLUSIVE,
                    advisory,
                    () ->
                            step.transaction(
                                    advisory,
                                    connection -> {
                                        KeyCheck.validate(connection, key.table(), key.name());
                                        return new Result(
                                                Outcome.CREATED,
                                                key.label() + " holds for every row");
                                    }));
        } catch (LodeException e) {
            return new Result(
                    Outcome.LEFT_NOT_VALID, e.getMessage() + "; the key is NOT VALID until then");
        } catch (SQLException e) {
            if (Step.endsEverything(e)) {
                throw e;
            }
            return new Result(
                    Outcome.LEFT_NOT_VALID,
                    key.label() + ": " + why(key, e, "it guards new rows and stays NOT VALID"));
        }
    }

    private Result add(Connection connection, ForeignKeyDeclaration key) throws SQLException {
        // Before PostgreSQL 18 a partitioned table takes no key that is NOT VALID: it is checked at
        // once.
        boolean atOnce =
                isPartitioned(connection, key.table())
                        && connection.getMetaData().getDatabaseMajorVersion() < 18;
        step.requireSchema();
        Sql.run(connection, key.sql() + (key.notValid() || atOnce ? "" : " NOT VALID"));
        comment(connection, key);
        if (key.notValid()) {
            return new Result(Outcome.CREATED, key.label() + " added, NOT VALID as declared");
        }
        return atOnce
                ? new Result(Outcome.CREATED, key.label() + " holds for every row")
                : unchecked(key);
    }

    private static boolean isPartitioned(Connection connection, TableName table)
            throws SQLException {
        return CatalogReader.table(connection, table).map(TableFacts::partitioned).orElse(false);
    }

    private static Result unchecked(ForeignKeyDeclaration key) {
        return new Result(Outcome.LEFT_NOT_VALID, key.label() + " is not checked yet");
    }

    private void comment(Connection connection, Late object) throws SQLException {
        for (LateComment comment : script.commentsOn(object)) {
            Sql.run(connection, comment.sql());
        }
    }

    private static LateState state(Connection connection, Late object) throws SQLException {
        List<TableName> tables =
                switch (object) {
                    case IndexDeclaration index -> List.of(index.table());
                    case ForeignKeyDeclaration key -> List.of(key.table(), key.referencedTable());
                };
        Map<TableName, TableFacts> facts = CatalogReader.tables(connection, tables);
        return LateState.of(object, facts);
    }

    private static Result exists(Late object, LateState.Done done) {
        return new Result(
                Outcome.EXISTS,
                done.name().equals(object.name())
                        ? object.label() + " is there"
                        : object.label() + " is there as '" + done.name() + "'");
    }

    private static Result failed(Late object, String sentence) {
        return new Result(Outcome.FAILED, object.label() + ": " + sentence);
    }

    /// @param state how things stand now
    private String why(Late object, SQLException e, String state) {
        String text =
                PostgresErrors.text(e)
                        + PostgresErrors.detail(e).map(detail -> ": " + detail).orElse("");
        String line = " (" + script.file() + " line " + object.line() + ")";
        return switch (PostgresErrors.state(e)) {
            case "23503" ->
                    text
                            + "; rows refer to rows that are not there; "
                            + state
                            + "; lode verify counts them; load or correct them, then run the same"
                            + " command again";
            case "23505" ->
                    text
                            + "; rows share a key; "
                            + state
                            + "; lode verify counts them; remove them, then run the same command"
                            + " again";
            case "42501" ->
                    text
                            + "; "
                            + state
                            + "; connect as the owner of '"
                            + object.table()
                            + "'"
                            + (object instanceof ForeignKeyDeclaration key
                                    ? ", and have REFERENCES on "
                                            + key.referencedTable().sql()
                                            + " granted"
                                    : "");
            default -> text + " (SQLSTATE " + PostgresErrors.state(e) + "); " + state + line;
        };
    }
}
