package dev.lode.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.OnPostgres;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The lines of the how-to of the dataset `waze`, typed one after another; and what other verbs say
/// to a pack that has no snapshots.
@OnPostgres
class WazeVerbsTest {
    @TempDir Path folder;

    private record Answer(int exit, String out, String err) {}

    private Answer lode(Db db, String... words) throws IOException, InterruptedException {
        return lode(db, Map.of(), words);
    }

    private Answer lode(Db db, Map<String, String> more, String... words)
            throws IOException, InterruptedException {
        var environment = new HashMap<String, String>();
        environment.put("DATABASE_URL", db.url());
        environment.put(
                "LODE_DATA_ROOT", Files.createDirectories(folder.resolve("root")).toString());
        environment.put("LODE_SETTLE", "0");
        environment.put("LODE_POLL", "50");
        environment.putAll(more);
        try (var lode =
                ChildLode.start(
                        Files.createDirectories(folder.resolve("work")),
                        environment,
                        List.of(words))) {
            var out = String.join("\n", lode.rest());
            return new Answer(lode.exitCode(), out, lode.errors());
        }
    }

    @Test
    void generatedFilesAreTakenInAndLookedAt(Db db) throws Exception {
        var trial = folder.resolve("trial");
        assertThat(lode(db, "generate", "waze", trial.toString(), "--files=60", "--odd").exit())
                .isZero();
        assertThat(trial.resolve("expected.json")).exists();

        var watch =
                lode(
                        db,
                        "watch",
                        "--dataset=waze",
                        "--once",
                        "--bulk",
                        "--incoming=" + trial.resolve("incoming"),
                        "--processed=" + trial.resolve("processed"),
                        "--failed=" + trial.resolve("failed"));

        // Five files cannot be loaded.
        assertThat(watch.exit()).as(watch.err()).isEqualTo(1);
        assertThat(watch.out()).contains("4 duplicate, 5 failed", "lode status waze lists");
        assertThat(lode(db, "status", "waze").out()).contains("is empty", "cut short");
        assertThat(lode(db, "rejects", "waze").out())
                .contains("alerts[", "reliability", "is beyond integer");
        assertThat(lode(db, "rejects", "waze", "--table=jams", "--group").out())
                .contains("jams")
                .doesNotContain("alerts");
        assertThat(lode(db, "rejects", "drop", "waze", "--dry-run").out())
                .isEqualTo("6 rejects would be dropped");
        assertThat(lode(db, "rejects", "drop", "waze").out()).isEqualTo("6 rejects dropped");
        assertThat(lode(db, "query", "SELECT count(*) > 0 FROM waze.jams").out()).contains("t");
    }

    @Test
    void verbsForSnapshotsSayWhatTheDatasetIs(Db db) throws Exception {
        for (var verb : List.of("plan", "load", "sync", "verify")) {
            var answer = lode(db, verb, "waze");
            assertThat(answer.exit()).as(verb).isEqualTo(2);
            assertThat(answer.err()).as(verb).contains("has no snapshots", "lode watch --dataset");
        }
        assertThat(lode(db, "check", "waze").out())
                .isEqualTo(
                        "waze: 0 tables, 9 of JSON files, 28 indexes and foreign keys, no mistake"
                                + " found");
        assertThat(lode(db, "datasets", "waze").out()).contains("coordinates", "JSON files");
        assertThat(lode(db, "init", "waze").exit()).isZero();
        assertThat(db.value("SELECT count(*) FROM pg_tables WHERE schemaname = 'waze'"))
                .isEqualTo("9");
    }

    @Test
    void aBackupIsWrittenFirstOrNothingBegins(Db db) throws Exception {
        var trial = folder.resolve("trial");
        lode(db, "generate", "waze", trial.toString(), "--files=12");
        var dump = folder.resolve("before.dump");
        var words =
                new String[] {
                    "watch",
                    "--dataset=waze",
                    "--once",
                    "--bulk",
                    "--backup=" + dump,
                    "--incoming=" + trial.resolve("incoming"),
                    "--processed=" + trial.resolve("processed"),
                    "--failed=" + trial.resolve("failed")
                };
        Files.writeString(dump, "mine");
        var refused = lode(db, Map.of("LODE_BULK_FILES", "5"), words);
        assertThat(refused.exit()).isEqualTo(2);
        assertThat(refused.err()).contains("is there already, and is not overwritten");
        Files.delete(dump);

        // A pg_dump of this test's own: which server it meets is not to be guessed.
        var bin = Files.createDirectories(folder.resolve("bin"));
        program(bin, "echo 'disk full' >&2; exit 1");
        var path = Map.of("LODE_BULK_FILES", "5", "PATH", bin + ":" + System.getenv("PATH"));
        var failed = lode(db, path, words);
        assertThat(failed.exit()).as(failed.err()).isEqualTo(4);
        assertThat(failed.err()).contains("pg_dump ended with 1: disk full; no file was left");
        assertThat(dump).doesNotExist();
        assertThat(db.value("SELECT count(*) FROM lode.suspended")).isEqualTo("0");

        program(
                bin,
                "for word; do case $word in --file=*) echo \"$@\" >\"${word#--file=}\";; esac;"
                        + " done");
        var done = lode(db, path, words);
        assertThat(done.exit()).as(done.err()).isZero();
        assertThat(dump).content().contains("--schema=waze --schema=lode", "--no-password");
        assertThat(db.value("SELECT count(*) FROM waze.data_files")).isEqualTo("12");
    }

    private static void program(Path bin, String body) throws IOException {
        var file = Files.writeString(bin.resolve("pg_dump"), "#!/bin/sh\n" + body + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }
}
