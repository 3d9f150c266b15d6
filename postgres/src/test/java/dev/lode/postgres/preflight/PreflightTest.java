package dev.lode.postgres.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.core.TableName;
import dev.lode.core.pack.LoadMode;
import dev.lode.core.pack.RejectLimit;
import dev.lode.core.pack.TableSpec;
import dev.lode.format.csv.Dialect;
import dev.lode.format.csv.TargetColumn;
import dev.lode.postgres.catalog.CatalogReader;
import dev.lode.postgres.catalog.FreshSchema;
import dev.lode.postgres.catalog.TableFacts;
import dev.lode.postgres.load.Target;
import dev.lode.postgres.preflight.Finding.Severity;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.EachPostgres;
import dev.lode.testkit.postgres.OnPostgres;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

@OnPostgres
class PreflightTest {
    private static final String COURT =
            """
            CREATE DOMAIN code AS varchar(15) NOT NULL;
            CREATE TABLE "Court" (
                id integer PRIMARY KEY,
                "Short ""name" varchar(20) NOT NULL,
                code code,
                notes text,
                seen timestamptz NOT NULL DEFAULT now(),
                twice integer GENERATED ALWAYS AS (id * 2) STORED,
                tags text[]
            );
            """;

    private FreshSchema schema;

    @BeforeEach
    void open(Db db) throws SQLException {
        schema = new FreshSchema(db);
    }

    @AfterEach
    void close() throws SQLException {
        schema.close();
    }

    private static TableSpec spec(
            String table,
            LoadMode mode,
            List<String> key,
            Map<String, String> fill,
            List<String> ignore) {
        return new TableSpec(
                table,
                table,
                mode,
                key,
                Optional.empty(),
                false,
                fill,
                ignore,
                new RejectLimit(0, 0));
    }

    private static TableSpec upsert(String table, String... key) {
        return spec(table, LoadMode.UPSERT, List.of(key), Map.of(), List.of());
    }

    private TableCheck check(TableSpec spec, String... header) throws SQLException {
        return check(spec, Dialect.rfc4180(), List.of(), header);
    }

    /// @param others tables that are not part of the load
    private TableCheck check(TableSpec spec, Dialect dialect, List<String> others, String... header)
            throws SQLException {
        Map<TableName, TableFacts> loaded = facts(List.of(spec.table()));
        TableFacts table = loaded.values().iterator().next();
        return new Preflight(loaded, facts(others))
                .check(spec, table, "f.csv", List.of(header), dialect);
    }

    private Map<TableName, TableFacts> facts(List<String> tables) throws SQLException {
        return CatalogReader.tables(
                schema.connection(), tables.stream().map(schema::table).toList());
    }

    /// Severity, column and the beginning of the sentence.
    private List<String> told(TableCheck check) {
        String place = "f.csv, table " + schema.name() + ".";
        return check.findings().stream()
                .map(
                        finding ->
                                finding.severity()
                                        + " "
                                        + finding.place().replace(place, "")
                                        + ": "
                                        + finding.sentence())
                .toList();
    }

    private static List<String> errors(TableCheck check) {
        return check.findings().stream()
                .filter(finding -> finding.severity() == Severity.ERROR)
                .map(Finding::sentence)
                .toList();
    }

    @EachPostgres
    void aFileWithoutAHeaderIsSaidToBeOneHoweverManyFieldsItHas() throws SQLException {
        schema.run(COURT);

        assertThat(errors(check(upsert("Court"), "7", "ca9", "Ninth Circuit", "f")))
                .hasSize(2)
                .first()
                .asString()
                .contains("none of its columns is named by the file's first line", "\"7,ca9,");
    }

    @EachPostgres
    void aFileThatFitsIsMappedByItsHeaderWhateverTheOrder() throws SQLException {
        schema.run(COURT);

        TableCheck check = check(upsert("Court"), "notes", "code", "tags", "Short \"name", "id");

        Target target = check.target().orElseThrow();
        assertThat(target.columns())
                .containsExactly(
                        new TargetColumn("notes", 0, TargetColumn.Kind.TEXT, 0, false, null, false),
                        new TargetColumn("code", 1, TargetColumn.Kind.TEXT, 15, true, null, false),
                        new TargetColumn("tags", 2, TargetColumn.Kind.OTHER, 0, false, null, false),
                        new TargetColumn(
                                "Short \"name", 3, TargetColumn.Kind.TEXT, 20, true, null, false),
                        new TargetColumn("id", 4, TargetColumn.Kind.INT4, 0, true, null, false));
        assertThat(target.key()).containsExactly("id");
        assertThat(told(check))
                .containsExactly(
                        "INFO Court, column seen: is not in the file and takes its default",
                        "INFO Court, column twice: is not in the file and takes its default",
                        "INFO Court: the file's columns come in another order than the table's;"
                                + " they are matched by name");
    }

    @EachPostgres
    void everyMismatchIsToldAtOnceWithARemedy() throws SQLException {
        schema.run(COURT);

        TableCheck check =
                check(upsert("Court", "id", "nmae"), "id", "notse", "twice", "id", "", "seen");

        assertThat(check.target()).isEmpty();
        assertThat(told(check))
                .containsExactly(
                        "ERROR Court, column notse: is in the file and not in the table; did you"
                                + " mean 'notes'?",
                        "WARNING Court, column twice: is computed by the table; the file's values"
                                + " are left out",
                        "ERROR Court, column id: stands twice in the file's header",
                        "ERROR Court: column 5 of the file's header has no name",
                        "ERROR Court, column Short \"name: is NOT NULL without a default and not in"
                                + " the file",
                        "ERROR Court, column code: is NOT NULL without a default and not in the"
                                + " file",
                        "INFO Court, column notes: is not in the file and takes its default",
                        "INFO Court, column tags: is not in the file and takes its default",
                        "INFO Court: the file's columns come in another order than the table's;"
                                + " they are matched by name",
                        "ERROR Court, column nmae: is named as key and not in the table");
        assertThat(check.findings().getFirst().remedy())
                .isEqualTo(
                        "ALTER TABLE "
                                + schema.table("Court").sql()
                                + " ADD COLUMN \"notse\" text, or list it under ignore-columns in"
                                + " the pack");
        assertThat(check.findings().get(4).remedy())
                .isEqualTo(
                        "ALTER TABLE "
                                + schema.table("Court").sql()
                                + " ALTER COLUMN \"Short \"\"name\""
                                + " SET DEFAULT ..., or give a value under fill in the pack");
    }

    @EachPostgres
    void fillsAndIgnoredColumnsOfThePackAreTheRemedy() throws SQLException {
        schema.run(COURT);

        TableCheck check =
                check(
                        spec(
                                "Court",
                                LoadMode.UPSERT,
                                List.of(),
                                Map.of("code", "", "Short \"name", "?"),
                                List.of("new")),
                        "id",
                        "new",
                        "code");

        assertThat(check.target().orElseThrow().columns())
                .containsExactly(
                        new TargetColumn("id", 0, TargetColumn.Kind.INT4, 0, true, null, false),
                        new TargetColumn("code", 2, TargetColumn.Kind.TEXT, 15, true, "", true),
                        new TargetColumn(
                                "Short \"name", -1, TargetColumn.Kind.TEXT, 20, true, "?", true));
        assertThat(told(check))
                .contains(
                        "INFO Court, column new: is in the file and left out, as the pack says",
                        "INFO Court, column Short \"name: is not in the file and is filled with"
                                + " \"?\"");
    }

    @EachPostgres
    void onlyAKeyThatTellsRowsApartServesAnUpsert() throws SQLException {
        schema.run(
                """
                CREATE TABLE t (a integer, b integer UNIQUE DEFERRABLE, c integer, d integer, e integer);
                CREATE UNIQUE INDEX "Part" ON t (c) WHERE a IS NULL;
                CREATE UNIQUE INDEX fine ON t (d, e);
                """);
        String[] header = {"a", "b", "c", "d", "e"};

        assertThat(errors(check(upsert("t"), header)))
                .containsExactly("mode upsert needs a key, and the table has no primary key");
        assertThat(errors(check(upsert("t", "a"), header)))
                .containsExactly(
                        "is named as key, but no primary key or unique index covers just these"
                                + " columns");
        assertThat(errors(check(upsert("t", "b"), header)))
                .containsExactly(
                        "is named as key, but t_b_key cannot tell one row from another: it is"
                                + " deferrable, partial or invalid");
        assertThat(errors(check(upsert("t", "c"), header)))
                .singleElement()
                .asString()
                .startsWith("is named as key, but Part cannot tell");
        assertThat(errors(check(upsert("t", "e", "d"), header))).isEmpty();
        assertThat(errors(check(upsert("t", "e", "d"), "a", "d")))
                .containsExactly("is named as key and not in the file");
        assertThat(
                        errors(
                                check(
                                        spec("t", LoadMode.APPEND, List.of(), Map.of(), List.of()),
                                        header)))
                .isEmpty();
    }

    @EachPostgres
    void whatCannotTakeRowsIsRefused() throws SQLException {
        schema.run(
                """
                CREATE TABLE t (id integer PRIMARY KEY) PARTITION BY RANGE (id);
                CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (9);
                CREATE VIEW v AS SELECT * FROM t;
                CREATE MATERIALIZED VIEW m AS SELECT * FROM t;
                CREATE UNLOGGED TABLE u (id integer PRIMARY KEY);
                """);
        var append = new LinkedHashMap<String, List<String>>();
        for (String table : List.of("t", "t1", "v", "m", "u")) {
            append.put(
                    table,
                    told(
                            check(
                                    spec(table, LoadMode.APPEND, List.of(), Map.of(), List.of()),
                                    "id")));
        }
        assertThat(append)
                .isEqualTo(
                        Map.of(
                                "t", List.of(),
                                "t1",
                                        List.of(
                                                "INFO t1: is a partition; records that belong into"
                                                        + " another one become rejects"),
                                "v", List.of("ERROR v: expected a table, found a view"),
                                "m",
                                        List.of(
                                                "ERROR m: expected a table, found a materialized"
                                                        + " view"),
                                "u",
                                        List.of(
                                                "WARNING u: is unlogged: a crash of the server"
                                                    + " empties it, while the ledger says its rows"
                                                    + " are there")));
    }

    @EachPostgres
    void rowLevelSecurityIsRefusedWhereItApplies() throws SQLException {
        schema.run("CREATE TABLE t (id integer); ALTER TABLE t ENABLE ROW LEVEL SECURITY");
        String role = schema.role();
        schema.run(
                "GRANT USAGE ON SCHEMA "
                        + TableName.quote(schema.name())
                        + " TO "
                        + TableName.quote(role)
                        + "; GRANT ALL ON t TO "
                        + TableName.quote(role));
        var append = spec("t", LoadMode.APPEND, List.of(), Map.of(), List.of());
        assertThat(check(append, "id").findings()).isEmpty();
        try (Connection other = schema.connect(role)) {
            TableFacts facts = CatalogReader.table(other, schema.table("t")).orElseThrow();
            TableCheck check =
                    new Preflight(Map.of(facts.name(), facts), Map.of())
                            .check(append, facts, "f.csv", List.of("id"), Dialect.rfc4180());
            assertThat(errors(check))
                    .containsExactly(
                            "row level security applies to this user, and COPY does not work under"
                                    + " it");
        }
    }

    @EachPostgres
    void triggersThatWillRunAreToldAndOnesThatDropRowsAreKnown() throws SQLException {
        schema.run(
                """
                CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
                CREATE TABLE t (id integer PRIMARY KEY);
                CREATE TRIGGER "On insert" AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION note();
                CREATE TRIGGER on_update BEFORE UPDATE ON t EXECUTE FUNCTION note();
                CREATE TRIGGER on_delete AFTER DELETE ON t FOR EACH ROW EXECUTE FUNCTION note();
                CREATE TRIGGER off BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION note();
                ALTER TABLE t DISABLE TRIGGER off;
                """);
        String function = TableName.quote(schema.name()) + ".note";

        TableCheck check = check(upsert("t"), "id");
        assertThat(told(check))
                .containsExactly(
                        "WARNING t: trigger On insert (AFTER INSERT) will run "
                                + function
                                + " for every row",
                        "WARNING t: trigger on_update (BEFORE UPDATE) will run "
                                + function
                                + " for every statement");
        assertThat(check.findings().getFirst().remedy())
                .isEqualTo(
                        "if it should not, ALTER TABLE "
                                + schema.table("t").sql()
                                + " DISABLE TRIGGER \"On insert\" before the load");
        assertThat(told(check(spec("t", LoadMode.APPEND, List.of(), Map.of(), List.of()), "id")))
                .singleElement()
                .asString()
                .contains("On insert");
        schema.run("ALTER TABLE t ENABLE TRIGGER off");
        assertThat(check(upsert("t"), "id").target().orElseThrow().mayFilter()).isTrue();
    }

    @EachPostgres
    void keysToTablesOutsideOfTheLoadAreToldByWhetherTheseHaveRows() throws SQLException {
        schema.run(
                """
                CREATE TABLE empty (id integer PRIMARY KEY);
                CREATE TABLE "full" (id integer PRIMARY KEY);
                INSERT INTO "full" VALUES (1);
                CREATE TABLE t (id integer PRIMARY KEY, a integer REFERENCES empty, b integer REFERENCES "full",
                    c integer REFERENCES t);
                """);

        TableCheck check =
                check(
                        upsert("t"),
                        Dialect.rfc4180(),
                        List.of("empty", "full"),
                        "id",
                        "a",
                        "b",
                        "c");

        assertThat(told(check))
                .containsExactly(
                        "WARNING t, column a: refers to "
                                + schema.table("empty")
                                + " by key t_a_fkey, which is not part of this load and empty:"
                                + " every record that refers to it becomes a reject",
                        "INFO t, column b: refers to "
                                + schema.table("full")
                                + " by key t_b_fkey, which is not part of this load; records whose"
                                + " row is not there become rejects");
        Target target = check.target().orElseThrow();
        assertThat(target.late()).containsExactly(schema.table("t"));
        assertThat(target.foreignKeys()).hasSize(3);
    }

    @Test
    void filesThatDoNotTellNullFromEmptySaySo() throws SQLException {
        schema.run(
                "CREATE TABLE t (id integer PRIMARY KEY, a text, b text NOT NULL, c integer, d"
                        + " varchar(3))");
        var dialect =
                new Dialect(
                        (byte) ',',
                        (byte) '"',
                        Dialect.Escape.DOUBLED,
                        true,
                        Dialect.NullRule.AMBIGUOUS_EMPTY);
        assertThat(told(check(upsert("t"), dialect, List.of(), "id", "a", "b", "c", "d")))
                .containsExactly(
                        "INFO t, column a, d: empty values become NULL: files of this date do not"
                                + " tell NULL from the empty string");
    }

    @EachPostgres
    void aTypeThatTakesNoTextIsRefused() throws SQLException {
        schema.run("CREATE TABLE t (id integer PRIMARY KEY, tree pg_node_tree)");
        assertThat(errors(check(upsert("t"), "id", "tree")))
                .containsExactly("has type pg_node_tree, which takes no text");
    }
}
