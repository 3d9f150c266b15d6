package dev.lode.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.OnPostgres;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What a person does about a file that a watch, told its places by flags, could not load.
@OnPostgres
class FailedFilesVerbsTest {
    @TempDir Path folder;

    private String out(Db db, int exitCode, List<String> more, String... words) throws Exception {
        var command = new ArrayList<>(List.of(words));
        command.addAll(more);
        try (var lode =
                ChildLode.start(
                        folder,
                        Map.of(
                                "DATABASE_URL",
                                db.url(),
                                "LODE_DATA_ROOT",
                                Files.createDirectories(folder.resolve("root")).toString()),
                        command)) {
            var lines = String.join("\n", lode.rest());
            assertThat(lode.exitCode()).as(lode.errors()).isEqualTo(exitCode);
            return lines + lode.errors();
        }
    }

    @Test
    void isFoundWhereItsWatchPutItAndNotElsewhere(Db db) throws Exception {
        var incoming = Files.createDirectories(folder.resolve("in"));
        Files.writeString(incoming.resolve("bad.json"), "{\"alerts\": [");
        var places =
                List.of(
                        "--incoming=" + incoming,
                        "--processed=" + folder.resolve("done"),
                        "--failed=" + folder.resolve("failed"));
        out(db, 1, places, "watch", "--dataset=waze", "--once");
        assertThat(folder.resolve("failed/bad.json.error.json")).exists();

        assertThat(out(db, 2, List.of(), "retry", "waze", "--files=bad*"))
                .contains("no failed file from", "matches \"bad*\"", "--incoming");
        assertThat(out(db, 2, List.of(), "problem-bundle", "bad.json", "--dataset=waze"))
                .contains("is not among the 0 failed files", "--incoming");

        out(db, 0, places, "problem-bundle", "bad.json", "--dataset=waze", "--out=bundle.zip");
        assertThat(folder.resolve("bundle.zip")).isNotEmptyFile();
        out(db, 0, places, "retry", "waze", "--files=bad*");
        assertThat(incoming.resolve("bad.json")).exists();
    }
}
