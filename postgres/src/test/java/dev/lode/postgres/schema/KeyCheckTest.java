package dev.lode.postgres.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.core.TableName;
import dev.lode.postgres.PostgresErrors;
import dev.lode.postgres.Sql;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.EachPostgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

class KeyCheckTest {
    /// More than what is read whole in no time; every tenth row refers to none.
    private static final int ROWS = 400_000;

    private static void tables(Db db) throws SQLException {
        db.run(
                """
                CREATE TABLE parent (id integer PRIMARY KEY, name text COLLATE "C" UNIQUE);
                INSERT INTO parent SELECT g, 'n' || g FROM generate_series(1, 1000) g;
                CREATE TABLE child (id integer, parent_id integer, name text COLLATE "C");
                INSERT INTO child SELECT g, CASE WHEN g %% 10 > 0 THEN g %% 1000 + 1 END,
                    'n' || (g %% 1000 + 1) FROM generate_series(1, %d) g;
                ALTER TABLE child ADD CONSTRAINT child_parent FOREIGN KEY (parent_id)
                    REFERENCES parent NOT VALID;
                """
                        .formatted(ROWS));
    }

    private static TableName child(Db db) {
        return new TableName(db.schema(), "child");
    }

    private static List<TableName> unseen(Db db) throws SQLException {
        try (var connection = db.connect()) {
            return KeyCheck.unseen(connection, List.of(child(db)));
        }
    }

    private static boolean canTell(Db db) throws SQLException {
        try (var connection = db.connect()) {
            return connection.getMetaData().getDatabaseMajorVersion() >= 14;
        }
    }

    private static void validate(Connection connection, TableName table, String key)
            throws SQLException {
        connection.setAutoCommit(false);
        KeyCheck.validate(connection, table, key);
        assertThat(Sql.first(connection, "SHOW enable_hashjoin", row -> row.getString(1)))
                .as("the setting is given back within the transaction")
                .contains("on");
        connection.commit();
    }

    @EachPostgres
    void onlyWhereIndexesAnswerTheServerIsToKnowThePages(Db db) throws Exception {
        tables(db);
        assertThat(unseen(db)).as("no index").isEmpty();
        db.run("CREATE INDEX child_other ON child (id, parent_id)");
        assertThat(unseen(db)).as("an index that begins with another column").isEmpty();
        db.run("CREATE INDEX child_some ON child (parent_id) WHERE parent_id > 5");
        assertThat(unseen(db)).as("an index that lacks rows").isEmpty();
        db.run("CREATE INDEX child_all ON child (parent_id) WHERE parent_id IS NOT NULL");
        assertThat(unseen(db)).isEqualTo(canTell(db) ? List.of(child(db)) : List.of());
        db.run("DROP INDEX child_all; CREATE INDEX child_all ON child (parent_id, id)");
        assertThat(unseen(db)).isEqualTo(canTell(db) ? List.of(child(db)) : List.of());
        if (canTell(db)) {
            try (var connection = db.connect()) {
                KeyCheck.see(connection, child(db));
            }
            assertThat(unseen(db)).as("all pages are known").isEmpty();
        }
    }

    @EachPostgres
    void anIndexThatSortsInAnotherWayIsNone(Db db) throws Exception {
        tables(db);
        db.run(
                """
                ALTER TABLE child ADD CONSTRAINT child_name FOREIGN KEY (name)
                    REFERENCES parent (name) NOT VALID;
                CREATE INDEX child_like ON child (name text_pattern_ops);
                """);
        assertThat(unseen(db)).as("text_pattern_ops").isEmpty();
        db.run("DROP INDEX child_like; CREATE INDEX child_posix ON child (name COLLATE \"POSIX\")");
        assertThat(unseen(db)).as("another collation").isEmpty();
        db.run("CREATE INDEX child_name_index ON child (name)");
        assertThat(unseen(db)).isEqualTo(canTell(db) ? List.of(child(db)) : List.of());
    }

    @EachPostgres
    void keysWhoseSidesCompareDifferentlyAreLeftToTheServer(Db db) throws Exception {
        tables(db);
        db.run(
                """
                ALTER TABLE child DROP CONSTRAINT child_parent;
                ALTER TABLE child ALTER parent_id TYPE bigint;
                CREATE INDEX child_all ON child (parent_id);
                ALTER TABLE child ADD CONSTRAINT child_parent FOREIGN KEY (parent_id)
                    REFERENCES parent NOT VALID;
                """);
        assertThat(unseen(db)).isEmpty();
        try (var connection = db.connect()) {
            validate(connection, child(db), "child_parent");
        }
    }

    @EachPostgres
    void whatIsIndexedAndVisibleIsNotReadWhole(Db db) throws Exception {
        tables(db);
        assertThat(readWhole(db)).isPositive();
        db.run("CREATE INDEX child_all ON child (parent_id)");
        assertThat(readWhole(db)).isPositive();
        try (var connection = db.connect()) {
            Sql.run(connection, "VACUUM child");
        }
        assertThat(readWhole(db)).isZero();
    }

    /// How many times a check does so.
    private static long readWhole(Db db) throws SQLException {
        try (var connection = db.connect()) {
            connection.setAutoCommit(false);
            KeyCheck.validate(connection, child(db), "child_parent");
            long scans =
                    Sql.number(
                            connection,
                            "SELECT seq_scan FROM pg_stat_xact_user_tables"
                                    + " WHERE relid = 'child'::regclass");
            connection.rollback();
            return scans;
        }
    }

    @EachPostgres
    void aKeyHoldsOrNotWhetherOrNotIndexesAnswer(Db db) throws Exception {
        tables(db);
        db.run(
                "ALTER TABLE child ADD CONSTRAINT child_name FOREIGN KEY (name)"
                        + " REFERENCES parent (name) NOT VALID");
        for (String state : List.of("no index", "indexes", "visible")) {
            switch (state) {
                case "indexes" ->
                        db.run("CREATE INDEX ON child (parent_id); CREATE INDEX ON child (name)");
                case "visible" -> {
                    try (var connection = db.connect()) {
                        Sql.run(connection, "VACUUM child");
                    }
                }
                default -> {}
            }
            for (String lost : List.of("parent_id = -1", "name = 'lost'")) {
                String key = lost.startsWith("name") ? "child_name" : "child_parent";
                // Keys guard new rows: the lost one comes in behind their back.
                db.run(
                        "ALTER TABLE child DISABLE TRIGGER ALL; UPDATE child SET "
                                + lost
                                + " WHERE id = 77; ALTER TABLE child ENABLE TRIGGER ALL");
                try (var connection = db.connect()) {
                    assertThatThrownBy(() -> validate(connection, child(db), key))
                            .isInstanceOfSatisfying(
                                    SQLException.class,
                                    e ->
                                            assertThat(PostgresErrors.state(e))
                                                    .as(state + ", " + lost)
                                                    .isEqualTo("23503"));
                    connection.rollback();
                }
                db.run("UPDATE child SET parent_id = 78, name = 'n78' WHERE id = 77");
            }
        }
        try (var connection = db.connect()) {
            validate(connection, child(db), "child_parent");
            validate(connection, child(db), "child_name");
        }
        assertThat(
                        db.value(
                                "SELECT count(*) FROM pg_constraint WHERE convalidated AND contype"
                                        + " = 'f' AND conrelid = 'child'::regclass"))
                .isEqualTo("2");
    }
}
