package dev.lode.postgres.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.lode.core.TableName;
import dev.lode.postgres.catalog.CatalogReader;
import dev.lode.postgres.catalog.ForeignKeyFacts;
import dev.lode.postgres.catalog.FreshSchema;
import dev.lode.postgres.schema.SchemaScript;
import dev.lode.postgres.verify.SequenceReport.Outcome;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.EachPostgres;
import dev.lode.testkit.postgres.OnPostgres;
import dev.lode.testkit.postgres.PostgresServers;
import dev.lode.testkit.postgres.PostgresVersion;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

@OnPostgres
class VerifyQueriesTest {
    private FreshSchema schema;
    private Connection connection;

    @BeforeEach
    void open(Db db) throws SQLException {
        schema = new FreshSchema(db);
        connection = schema.connection();
    }

    @AfterEach
    void close() throws SQLException {
        schema.close();
    }

    private ForeignKeyFacts key(String table, String name) throws SQLException {
        return schema.facts(table).foreignKeys().stream()
                .filter(key -> key.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @EachPostgres
    void orphansOfACompositeKeyAreCountedAsMatchSimpleAndMatchFullSayIt() throws SQLException {
        schema.run(
                """
                CREATE TABLE "P p" ("A a" integer, b varchar(5), PRIMARY KEY ("A a", b));
                CREATE TABLE "C ""c" (id integer, "X x" bigint, y text);
                ALTER TABLE "C ""c" ADD CONSTRAINT simple FOREIGN KEY ("X x", y) REFERENCES "P p" NOT VALID;
                ALTER TABLE "C ""c" DISABLE TRIGGER ALL;
                ALTER TABLE "C ""c" ADD CONSTRAINT "whole" FOREIGN KEY ("X x", y) REFERENCES "P p" MATCH FULL NOT VALID;
                ALTER TABLE "C ""c" DISABLE TRIGGER ALL;
                INSERT INTO "P p" VALUES (1, 'a'), (2, 'b');
                INSERT INTO "C ""c" VALUES (1, 1, 'a'), (2, 1, 'b'), (3, 1, 'b'), (4, 9, 'z'), (5, 9, NULL), (6, NULL, 'q'),
                    (7, NULL, NULL), (8, 10, 'z');
                """);

        OrphanReport simple = VerifyQueries.orphans(connection, key("C \"c", "simple"), 5);
        assertThat(simple.rows()).isEqualTo(4);
        assertThat(simple.keys()).isEqualTo(3);
        assertThat(simple.examples())
                .extracting(KeyExample::toString)
                .containsExactly("(1, b) in 2 rows", "(10, z) in 1 row", "(9, z) in 1 row");

        OrphanReport full = VerifyQueries.orphans(connection, key("C \"c", "whole"), 2);
        assertThat(full.rows()).isEqualTo(6);
        assertThat(full.keys()).isEqualTo(5);
        assertThat(full.examples()).extracting(KeyExample::rows).containsExactly(2L, 1L);
    }

    @EachPostgres
    void theOrphansAreExactlyTheRowsTheServerItselfRefuses() throws SQLException {
        schema.run(
                """
                CREATE DOMAIN code AS varchar(5);
                CREATE TABLE p (a numeric, b code, UNIQUE (a, b));
                CREATE TABLE c (a integer, b text, c integer);
                INSERT INTO p VALUES (1, 'a'), (2, 'B'), (3, NULL), (NULL, 'd');
                INSERT INTO c SELECT a, b, row_number() OVER () FROM unnest(ARRAY[1, 2, 3, NULL]) a,
                    unnest(ARRAY['a', 'b', 'B', 'd', NULL]) b;
                """);
        for (String match : List.of("MATCH SIMPLE", "MATCH FULL")) {
            schema.run(
                    "ALTER TABLE c ADD CONSTRAINT k FOREIGN KEY (a, b) REFERENCES p (a, b) "
                            + match
                            + " NOT VALID");
            long refused = 0;
            for (String row : schema.rows("SELECT c FROM c")) {
                refused += refuses("INSERT INTO c SELECT a, b, -1 FROM c WHERE c = " + row) ? 1 : 0;
            }
            assertThat(refused).isBetween(1L, 19L);
            assertThat(VerifyQueries.orphans(connection, key("c", "k"), 0).rows())
                    .isEqualTo(refused);
            assertThat(VerifyQueries.orphans(connection, key("c", "k"), 0).examples()).isEmpty();
            schema.run("ALTER TABLE c DROP CONSTRAINT k");
        }
    }

    private boolean refuses(String sql) throws SQLException {
        connection.setAutoCommit(false);
        try {
            schema.run(sql);
            return false;
        } catch (SQLException e) {
            assertThat(e.getSQLState()).isEqualTo("23503");
            return true;
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    @EachPostgres
    void orphansOfAKeyThatIsOnlyDeclaredAreFound() throws SQLException {
        String sql =
                """
                CREATE TABLE court (id varchar(15) PRIMARY KEY, parent varchar(15));
                CREATE TABLE docket (id integer PRIMARY KEY, court varchar(15));
                ALTER TABLE court ADD CONSTRAINT court_parent FOREIGN KEY (parent) REFERENCES court;
                ALTER TABLE docket ADD CONSTRAINT docket_court FOREIGN KEY (court) REFERENCES court (id);
                """;
        schema.run(sql.substring(0, sql.indexOf("ALTER")));
        schema.run("INSERT INTO court VALUES ('ca1', NULL), ('ca2', 'gone'), ('ca3', 'ca1')");
        schema.run("INSERT INTO docket VALUES (1, 'ca1'), (2, 'nowhere'), (3, NULL)");
        var script = SchemaScript.parse("schema.sql", sql, schema.name());

        List<ForeignKeyFacts> keys =
                script.foreignKeys(CatalogReader.tables(connection, script.tables()));
        var found = new LinkedHashMap<String, List<KeyExample>>();
        for (ForeignKeyFacts key : keys) {
            assertThat(key.oid()).isZero();
            found.put(key.name(), VerifyQueries.orphans(connection, key, 5).examples());
        }
        assertThat(found)
                .isEqualTo(
                        Map.of(
                                "court_parent", List.of(new KeyExample(List.of("gone"), 1)),
                                "docket_court", List.of(new KeyExample(List.of("nowhere"), 1))));

        schema.run(
                "ALTER TABLE docket ADD CONSTRAINT other_name FOREIGN KEY (court) REFERENCES court"
                        + " NOT VALID");
        assertThat(script.foreignKeys(CatalogReader.tables(connection, script.tables())))
                .extracting(ForeignKeyFacts::name)
                .containsExactly("court_parent", "other_name");
    }

    @EachPostgres
    void stagedRowsWithoutTheirReferenceAreFoundRoundByRound() throws SQLException {
        schema.run(
                """
                CREATE TABLE t (id integer PRIMARY KEY, up integer REFERENCES t);
                INSERT INTO t VALUES (1, NULL);
                CREATE TEMPORARY TABLE "The stage" AS SELECT *, 0 AS "lode ordinal" FROM t WITH NO DATA;
                INSERT INTO "The stage" VALUES (2, 1, 1), (3, 2, 2), (4, 99, 3), (5, 4, 4), (6, 5, 5), (7, 8, 6), (8, 7, 7),
                    (9, NULL, 8);
                """);
        String sql =
                AntiJoin.orphansInStage(
                        key("t", "t_up_fkey"), "pg_temp.\"The stage\"", "lode ordinal");

        var rounds = new ArrayList<List<String>>();
        for (List<String> found = schema.rows(sql); !found.isEmpty(); found = schema.rows(sql)) {
            rounds.add(found);
            schema.run(
                    "DELETE FROM \"The stage\" WHERE \"lode ordinal\" IN ("
                            + String.join(",", found)
                            + ")");
        }
        assertThat(rounds).containsExactly(List.of("3"), List.of("4"), List.of("5"));
        schema.run("INSERT INTO t SELECT id, up FROM \"The stage\"");
        assertThat(VerifyQueries.count(connection, schema.table("t"))).isEqualTo(6);
    }

    @EachPostgres
    void duplicatesAreCountedWithExamplesAndNullsAreNone() throws SQLException {
        schema.run(
                """
                CREATE TABLE t (a integer, "B b" text);
                INSERT INTO t VALUES (1, 'x'), (1, 'x'), (1, 'x'), (2, 'y'), (2, 'y'), (3, 'z'), (NULL, 'n'), (NULL, 'n');
                """);

        DuplicateReport report =
                VerifyQueries.duplicates(connection, schema.table("t"), List.of("a", "B b"), 5);

        assertThat(report.keys()).isEqualTo(2);
        assertThat(report.surplus()).isEqualTo(3);
        assertThat(report.examples())
                .extracting(KeyExample::toString)
                .containsExactly("(1, x) in 3 rows", "(2, y) in 2 rows");
        assertThat(
                        VerifyQueries.duplicates(connection, schema.table("t"), List.of("a"), 1)
                                .examples())
                .hasSize(1);
        schema.run("TRUNCATE t");
        assertThat(VerifyQueries.duplicates(connection, schema.table("t"), List.of("a"), 1).keys())
                .isZero();
    }

    @EachPostgres
    void hiddenRowsAreAnErrorNotASmallerCount() throws SQLException {
        schema.run(
                """
                CREATE TABLE t (a integer);
                INSERT INTO t VALUES (1), (2);
                ALTER TABLE t ENABLE ROW LEVEL SECURITY;
                """);
        String role = schema.role();
        schema.run(
                "GRANT USAGE ON SCHEMA "
                        + TableName.quote(schema.name())
                        + " TO "
                        + TableName.quote(role));
        schema.run("GRANT SELECT ON t TO " + TableName.quote(role));
        try (Connection reader = schema.connect(role)) {
            assertThatThrownBy(() -> VerifyQueries.count(reader, schema.table("t")))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(e.getSQLState()).isEqualTo("42501"));
            assertThat(reader.getAutoCommit()).isTrue();
        }
    }

    private static final String ZOO =
            """
            CREATE TYPE mood AS ENUM ('sad', 'ok');
            CREATE TABLE zoo (
                id integer, t timestamptz, d date, tm timestamp, i interval, f8 double precision, f4 real, n numeric,
                b bytea, j json, jb jsonb, a text[], "Odd ""c" text, u uuid, m mood, money money, r int4range, ok boolean,
                g integer GENERATED ALWAYS AS (id * 2) STORED
            );
            INSERT INTO zoo VALUES
                (1, '2026-07-01 12:00:00.123456+00', '2026-07-01', '2026-07-01 12:00', '1 year 2 days 3:04', 0.1, 0.1, 1.50,
                 '\\xdeadbeef', '{"a" : 1}', '{"b": [1, 2]}', ARRAY['x,y', NULL, '"'], E'line\\n"q" \\\\ ,', NULL, 'ok',
                 12.5, '[1,5)', true),
                (2, NULL, NULL, NULL, NULL, 'NaN', '-Infinity', NULL, NULL, NULL, NULL, NULL, '', NULL, NULL, NULL, NULL, NULL);
            """;

    @Test
    void aDigestIsTheSameOnEveryVersionInEverySessionAndOrder() throws SQLException {
        var digests = new LinkedHashMap<String, String>();
        for (PostgresVersion version : PostgresVersion.values()) {
            if (version.binaries().isEmpty()) {
                continue;
            }
            try (Db db = PostgresServers.shared(version).freshDatabase();
                    var fresh = new FreshSchema(db)) {
                fresh.run(ZOO);
                digests.put(version + " plain", digest(fresh, "zoo"));
                fresh.run(
                        """
                        SET TimeZone = 'Asia/Tokyo';
                        SET DateStyle = 'ISO, YMD';
                        SET IntervalStyle = 'iso_8601';
                        SET extra_float_digits = -5;
                        SET bytea_output = 'escape';
                        SET statement_timeout = '1h';
                        """);
                digests.put(version + " session", digest(fresh, "zoo"));
                assertThat(fresh.rows("SHOW DateStyle").getFirst()).isEqualTo("ISO, YMD");
                fresh.run(
                        "CREATE TABLE zoo2 AS SELECT \"Odd \"\"c\", ok, r, money, m, u, a, jb, j,"
                                + " b, n, f4, f8, i, tm, d, t, g, id FROM zoo ORDER BY id DESC");
                digests.put(version + " other order", digest(fresh, "zoo2"));
            }
        }
        assertThat(digests).hasSizeGreaterThanOrEqualTo(3);
        assertThat(digests.values())
                .containsOnly("2 rows, " + digests.values().iterator().next().substring(8));
    }

    private static String digest(FreshSchema fresh, String table) throws SQLException {
        return VerifyQueries.digest(fresh.connection(), fresh.facts(table)).toString();
    }

    @Test
    void everySmallDifferenceChangesTheDigest() throws SQLException {
        schema.run(ZOO);
        var digests = new ArrayList<String>();
        digests.add(digest(schema, "zoo"));
        for (String change :
                List.of(
                        "UPDATE zoo SET \"Odd \"\"c\" = NULL WHERE id = 2",
                        "UPDATE zoo SET \"Odd \"\"c\" = ' ' WHERE id = 2",
                        "UPDATE zoo SET f8 = 0.1 + 2 ^ -56 WHERE id = 1",
                        "UPDATE zoo SET t = t + interval '1 microsecond' WHERE id = 1",
                        "UPDATE zoo SET n = 1.5 WHERE id = 1",
                        "UPDATE zoo SET ok = NOT ok WHERE id = 1",
                        "INSERT INTO zoo (id) VALUES (3)",
                        "INSERT INTO zoo (id) VALUES (3)",
                        "UPDATE zoo SET id = 4 WHERE ctid = (SELECT max(ctid) FROM zoo)",
                        "DELETE FROM zoo")) {
            schema.run(change);
            digests.add(digest(schema, "zoo"));
        }
        assertThat(digests).doesNotHaveDuplicates();
        assertThat(digests.getLast()).isEqualTo("0 rows, 0:0");
    }

    @EachPostgres
    void sequencesThatAreBehindAreSetAndAnInsertWorks() throws SQLException {
        schema.run(
                """
                CREATE SEQUENCE shared INCREMENT 5;
                CREATE SEQUENCE down INCREMENT -1;
                CREATE TABLE "My t" (
                    id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
                    "Old id" serial UNIQUE,
                    lone bigint DEFAULT nextval('shared') UNIQUE,
                    backwards integer DEFAULT nextval('down') UNIQUE,
                    label text DEFAULT 'n' || nextval('shared'),
                    always bigint GENERATED ALWAYS AS IDENTITY UNIQUE
                );
                """);
        assertThat(VerifyQueries.setSequences(connection, schema.facts("My t")))
                .extracting(SequenceReport::column, SequenceReport::outcome, SequenceReport::value)
                .containsExactly(
                        tuple("id", Outcome.AHEAD, 1L),
                        tuple("Old id", Outcome.AHEAD, 1L),
                        tuple("lone", Outcome.AHEAD, 1L),
                        tuple("backwards", Outcome.AHEAD, -1L),
                        tuple("always", Outcome.AHEAD, 1L));
        schema.run(
                "INSERT INTO \"My t\" OVERRIDING SYSTEM VALUE VALUES (7, 9, 3, -4, 'x', 1), (5, 8,"
                        + " 2, -3, 'y', 2)");

        List<SequenceReport> reports = VerifyQueries.setSequences(connection, schema.facts("My t"));

        assertThat(reports)
                .extracting(SequenceReport::column, SequenceReport::outcome, SequenceReport::value)
                .containsExactly(
                        tuple("id", Outcome.SET, 7L),
                        tuple("Old id", Outcome.SET, 9L),
                        tuple("lone", Outcome.SET, 3L),
                        tuple("backwards", Outcome.SET, -4L),
                        tuple("always", Outcome.SET, 2L));
        assertThat(reports.getFirst().sentence())
                .endsWith("My t.id: would have given 1, set to 7, the last in the table");
        schema.run("INSERT INTO \"My t\" DEFAULT VALUES");
        assertThat(
                        schema.rows(
                                "SELECT id, \"Old id\", backwards, always FROM \"My t\" WHERE id >"
                                        + " 7"))
                .containsExactly("8|10|-5|3");
        assertThat(VerifyQueries.setSequences(connection, schema.facts("My t")))
                .extracting(SequenceReport::outcome)
                .containsOnly(Outcome.AHEAD);
    }

    @EachPostgres
    void aSequenceThatCannotBeSetIsToldAndTheOthersAreSet() throws SQLException {
        schema.run(
                """
                CREATE SEQUENCE small MAXVALUE 10;
                CREATE TABLE t (a bigint DEFAULT nextval('small'), b bigint GENERATED BY DEFAULT AS IDENTITY);
                INSERT INTO t VALUES (11, 5);
                """);
        assertThat(VerifyQueries.setSequences(connection, schema.facts("t")))
                .extracting(SequenceReport::column, SequenceReport::outcome)
                .containsExactly(tuple("a", Outcome.BEHIND), tuple("b", Outcome.SET));

        String role = schema.role();
        schema.run(
                "GRANT USAGE ON SCHEMA "
                        + TableName.quote(schema.name())
                        + " TO "
                        + TableName.quote(role)
                        + "; GRANT SELECT ON t TO "
                        + TableName.quote(role));
        try (Connection reader = schema.connect(role)) {
            SequenceReport denied =
                    VerifyQueries.setSequences(reader, schema.facts("t")).getFirst();
            assertThat(denied.outcome()).isEqualTo(Outcome.BEHIND);
            assertThat(denied.sentence())
                    .endsWith(
                            "run as '"
                                    + schema.user()
                                    + "': GRANT SELECT, UPDATE ON SEQUENCE "
                                    + new TableName(schema.name(), "small").sql()
                                    + " TO "
                                    + TableName.quote(role));
        }
    }

    @EachPostgres
    void analyzeFillsTheStatisticsOrSaysWhyNot() throws SQLException {
        schema.run(
                "CREATE TABLE \"T t\" (a integer); INSERT INTO \"T t\" SELECT generate_series(1,"
                        + " 100)");
        assertThat(VerifyQueries.analyze(connection, schema.table("T t"))).isEmpty();
        assertThat(schema.rows("SELECT reltuples FROM pg_class WHERE relname = 'T t'"))
                .containsExactly("100");
        String role = schema.role();
        schema.run(
                "GRANT USAGE ON SCHEMA "
                        + TableName.quote(schema.name())
                        + " TO "
                        + TableName.quote(role));
        try (Connection reader = schema.connect(role)) {
            assertThat(VerifyQueries.analyze(reader, schema.table("T t")))
                    .hasValueSatisfying(warning -> assertThat(warning).contains("T t"));
        }
    }

    @EachPostgres
    void whatIsUnfinishedIsListed() throws SQLException {
        schema.run(
                """
                CREATE TABLE p (id integer PRIMARY KEY);
                CREATE TABLE t (a integer, b integer);
                INSERT INTO t VALUES (1, -1), (1, -1);
                ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES p NOT VALID;
                ALTER TABLE t ADD CONSTRAINT positive CHECK (b > 0) NOT VALID;
                ALTER TABLE t ADD CONSTRAINT fine CHECK (b < 0);
                """);
        assertThatThrownBy(() -> schema.run("CREATE UNIQUE INDEX CONCURRENTLY one ON t (a)"))
                .isInstanceOf(SQLException.class);
        if (schema.supports(18)) {
            schema.run(
                    "ALTER TABLE t ADD CONSTRAINT loose FOREIGN KEY (b) REFERENCES p NOT ENFORCED");
        }

        assertThat(
                        VerifyQueries.unfinished(
                                connection, List.of(schema.facts("t"), schema.facts("p"))))
                .extracting(Unfinished::table, Unfinished::name, Unfinished::kind)
                .containsExactly(
                        tuple(schema.table("t"), "k", Unfinished.Kind.FOREIGN_KEY_NOT_VALID),
                        tuple(schema.table("t"), "one", Unfinished.Kind.INVALID_INDEX),
                        tuple(schema.table("t"), "positive", Unfinished.Kind.CHECK_NOT_VALID));
        assertThat(VerifyQueries.unfinished(connection, List.of())).isEmpty();
    }
}
