package dev.lode.postgres.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.core.TableName;
import dev.lode.postgres.catalog.ServerFacts;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.EachPostgres;

import java.util.List;
import java.util.Map;

class LongColumnsTest {
    @EachPostgres
    void columnsThatTheServerCouldCompressFasterAreFoundAndChanged(Db db) throws Exception {
        db.run(
                """
                CREATE TABLE law (id integer, title text, body jsonb, raw bytea, short integer[],
                                  plain text);
                ALTER TABLE law ALTER plain SET STORAGE EXTERNAL;
                INSERT INTO law (id, title) VALUES (1, repeat('ab', 5000));
                """);
        var law = new TableName(db.schema(), "law");
        try (var connection = db.connect()) {
            var slow = LongColumns.slow(connection, List.of(law));
            if (!ServerFacts.read(connection).lz4()) {
                assertThat(slow).isEmpty();
                return;
            }
            assertThat(slow).isEqualTo(Map.of(law, List.of("title", "body", "raw")));
            LongColumns.change(
                    connection, ApplySettings.defaults(), law, List.of("title", "body", "raw"));
            assertThat(LongColumns.slow(connection, List.of(law))).isEmpty();
        }
        db.run("INSERT INTO law (id, title) VALUES (2, repeat('ab', 5000))");
        assertThat(db.rows("SELECT pg_column_compression(title) FROM law ORDER BY id"))
                .containsExactly(Db.row("pglz"), Db.row("lz4"));
    }
}
