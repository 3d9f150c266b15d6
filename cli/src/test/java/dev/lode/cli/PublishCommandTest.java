package dev.lode.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.OnPostgres;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

@OnPostgres
class PublishCommandTest {
    private static final String PACK =
            """
            dataset: courts
            tables: { court: {} }
            publish:
              courts: { table: court, key: id, format: jsonl.gz }
              secrets: { table: court, key: id, public: false }
              other-writers: { court: triggers }
            """;

    @TempDir private Path folder;

    private ChildLode lode(Db db, String... words) throws IOException {
        var pack = Files.createDirectories(folder.resolve("packs/courts"));
        Files.writeString(pack.resolve("pack.yaml"), PACK + "schema: " + db.schema() + "\n");
        Files.createDirectories(folder.resolve("data"));
        return ChildLode.start(
                folder,
                Map.of(
                        "DATABASE_URL",
                        db.url(),
                        "LODE_DATA_ROOT",
                        folder.resolve("data").toString(),
                        "LODE_PACKS",
                        folder.resolve("packs").toString()),
                List.of(words));
    }

    private List<String> out(Db db, int exitCode, String... words) throws Exception {
        try (var lode = lode(db, words)) {
            var lines = lode.rest();
            assertThat(lode.exitCode()).as(lode.errors()).isEqualTo(exitCode);
            return lines;
        }
    }

    @Test
    void publishesAndTellsWhatItDid(Db db) throws Exception {
        db.run("CREATE TABLE court (id text PRIMARY KEY, name text)");
        db.run("INSERT INTO court VALUES ('ca1', 'First')");
        assertThat(out(db, 0, "publish", "courts", "--only=courts", "--dry-run"))
                .containsExactly(
                        "courts: all items are compared: nothing points to a generation yet; all"
                                + " archives are made",
                        "nothing was written");
        assertThat(folder.resolve("data/published/courts")).doesNotExist();

        assertThat(out(db, 0, "publish", "courts", "--only", "courts", "--json").getLast())
                .contains("\"type\":\"summary\"", "\"state\":\"completed\"", "\"items\":1");
        assertThat(folder.resolve("data/published/courts/courts/current/courts.jsonl.gz")).exists();

        db.run("UPDATE court SET name = 'Erster'");
        assertThat(out(db, 0, "publish", "courts", "--only", "courts", "--dry-run").getFirst())
                .startsWith("courts: 1 item in 1 archive may have changed: court (1 row)");
        assertThat(out(db, 0, "publish", "courts", "--only", "courts").getFirst())
                .startsWith("courts: generation 2, 1 item in 1 archive; 1 written");
        assertThat(String.join("\n", out(db, 0, "status", "courts")))
                .contains("publish", "completed", "published");

        assertThat(out(db, 2, "publish", "courts")).isEmpty();
        assertThat(out(db, 0, "publish", "courts", "--private", "--to", folder + "/own").getLast())
                .startsWith("completed in ");
        assertThat(folder.resolve("own/courts/secrets/latest.json")).exists();
    }

    @Test
    void exportsToTheOutputAsLongAsSomebodyReads(Db db) throws Exception {
        assertThat(out(db, 0, "export", "--sql", "SELECT 2 AS b, 'x' AS a", "--format", "jsonl"))
                .containsExactly("{\"b\":2,\"a\":\"x\"}");
        assertThat(out(db, 2, "export", "--sql", "SELECT 1", "--table", "court")).isEmpty();
        try (var lode = lode(db, "export", "--sql", "SELECT generate_series(1, 100000000)")) {
            assertThat(lode.line()).isEqualTo("generate_series");
            lode.closeOutput();
            assertThat(lode.exitCode()).isEqualTo(4);
            assertThat(lode.errors()).contains("went away");
        }
    }
}
