package dev.lode.postgres.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.postgres.Connections;
import dev.lode.postgres.schema.LateReport.Outcome;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.EachPostgres;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

class KeyBuildingTest {
    /// Tables that refer to each other in a circle and to themselves.
    private static final String SCRIPT =
            """
            CREATE TABLE a (id integer PRIMARY KEY, b integer, c integer, a integer);
            CREATE TABLE b (id integer PRIMARY KEY, c integer, a integer);
            CREATE TABLE c (id integer PRIMARY KEY, a integer, b integer);
            CREATE INDEX a_b ON a (b);
            CREATE INDEX a_c ON a (c);
            CREATE INDEX a_a ON a (a);
            CREATE UNIQUE INDEX b_c ON b (c, id);
            CREATE INDEX b_a ON b (a);
            CREATE INDEX c_a ON c (a);
            ALTER TABLE a ADD CONSTRAINT a_to_b FOREIGN KEY (b) REFERENCES b;
            ALTER TABLE a ADD CONSTRAINT a_to_c FOREIGN KEY (c) REFERENCES c;
            ALTER TABLE a ADD CONSTRAINT a_to_a FOREIGN KEY (a) REFERENCES a;
            ALTER TABLE b ADD CONSTRAINT b_to_c FOREIGN KEY (c) REFERENCES c;
            ALTER TABLE b ADD CONSTRAINT b_to_a FOREIGN KEY (a) REFERENCES a;
            ALTER TABLE c ADD CONSTRAINT c_to_a FOREIGN KEY (a) REFERENCES a;
            ALTER TABLE c ADD CONSTRAINT c_to_b FOREIGN KEY (b) REFERENCES b;
            """;

    private static final String ROWS =
            """
            INSERT INTO a SELECT g, g, g, g FROM generate_series(1, 2000) g;
            INSERT INTO b SELECT g, g, g FROM generate_series(1, 2000) g;
            INSERT INTO c SELECT g, g, g FROM generate_series(1, 2000) g;
            """;

    private static SchemaScript filled(Db db) throws Exception {
        var script = SchemaScript.parse("schema.sql", SCRIPT, db.schema());
        try (var connection = db.connect()) {
            new SchemaApplier(script, ApplySettings.defaults()).createTables(connection);
        }
        db.run(ROWS);
        return script;
    }

    private static List<MissingLate> missing(Db db, SchemaScript script) throws SQLException {
        try (var connection = db.connect()) {
            return new SchemaApplier(script, ApplySettings.defaults()).missingLate(connection);
        }
    }

    private static KeyBuilding building(SchemaScript script, Connections connections) {
        return new KeyBuilding(
                connections,
                "test",
                script,
                ApplySettings.defaults(),
                4,
                dev.lode.postgres.Endurance.NONE);
    }

    @EachPostgres
    void severalAtATimeMakeAllOfThem(Db db) throws Exception {
        var script = filled(db);
        var told = Collections.synchronizedList(new ArrayList<LateReport>());
        var reports = building(script, _ -> db.connect()).make(missing(db, script), told::add);
        assertThat(reports)
                .hasSize(13)
                .allMatch(report -> report.outcome() == Outcome.CREATED)
                .containsExactlyInAnyOrderElementsOf(told);
        assertThat(missing(db, script)).isEmpty();
        assertThat(building(script, _ -> db.connect()).make(List.of(), told::add)).isEmpty();
    }

    @EachPostgres
    void aKeyThatDoesNotHoldLeavesTheOthersAlone(Db db) throws Exception {
        var script = filled(db);
        db.run("UPDATE a SET b = 9999 WHERE id = 7");
        var reports = building(script, _ -> db.connect()).make(missing(db, script), _ -> {});
        assertThat(reports.stream().filter(one -> one.outcome() != Outcome.CREATED))
                .extracting(one -> one.object().name(), LateReport::outcome)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("a_to_b", Outcome.LEFT_NOT_VALID));
        assertThat(missing(db, script))
                .extracting(one -> one.object().name(), MissingLate::state)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("a_to_b", MissingLate.State.NOT_VALID));
    }

    @EachPostgres
    void whatALostConnectionLeftIsMadeByTheNextCall(Db db) throws Exception {
        var script = filled(db);
        for (int lost = 1; lost <= 24; lost += 5) {
            int at = lost;
            var opened = new AtomicInteger();
            Connections failing =
                    _ -> {
                        if (opened.incrementAndGet() >= at) {
                            throw new SQLException("the connection was cut", "08006");
                        }
                        return db.connect();
                    };
            var missing = missing(db, script);
            if (opens(missing) >= at) {
                assertThatThrownBy(() -> building(script, failing).make(missing, _ -> {}))
                        .isInstanceOf(SQLException.class);
            }
        }
        building(script, _ -> db.connect()).make(missing(db, script), _ -> {});
        assertThat(missing(db, script)).isEmpty();
    }

    /// One connection for the sizes, one for each index, two for each key.
    private static int opens(List<MissingLate> missing) {
        return 1
                + missing.stream()
                        .mapToInt(
                                one ->
                                        one.object() instanceof SchemaStatement.IndexDeclaration
                                                ? 1
                                                : 2)
                        .sum();
    }
}
