package dev.lode.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

class DoctorCommandTest {
    @TempDir private Path folder;

    private Path litter;
    private Path csv;

    @BeforeEach
    void leavesLitter() throws IOException {
        Files.createDirectories(folder.resolve("data"));
        litter = old("data/tmpvz6exw3o", "x");
        csv = old("data/courts-2026-06-30.csv", "id\n1\n");
    }

    @Test
    void withoutADatabaseTheRestIsReportedAndNothingChanges() throws Exception {
        try (var lode = doctor(Map.of(), "--json")) {
            var lines = lode.rest();
            assertThat(lode.exitCode()).as(lode.errors()).isEqualTo(5);
            assertThat(lines)
                    .anyMatch(line -> line.contains("no database is named"))
                    .anyMatch(line -> line.contains("lode doctor --remove"))
                    .anyMatch(line -> line.contains("lode doctor --adopt"));
            assertThat(lines.getLast())
                    .isEqualTo(
                            "{\"type\":\"summary\",\"broken\":0,\"worth_doing\":2,\"exit_code\":5}");
        }
        assertThat(litter).exists();
        assertThat(csv).exists();
        assertThat(folder.resolve("data/postgres")).doesNotExist();
    }

    @Test
    void aDatabaseThatIsNotThereIsSaidAndTheRestReported() throws Exception {
        try (var lode =
                doctor(Map.of("DATABASE_URL", "postgresql://u@127.0.0.1:9/d"), "courtlistener")) {
            var lines = lode.rest();
            assertThat(lode.exitCode()).isEqualTo(1);
            assertThat(lines)
                    .anyMatch(line -> line.startsWith("broken       server: u@127.0.0.1:9/d"))
                    .anyMatch(line -> line.startsWith("worth-doing  litter: "));
        }
    }

    @Test
    void removesOnlyWithConsentAndAdopts() throws Exception {
        try (var lode = doctor(Map.of(), "--remove")) {
            assertThat(lode.rest()).anyMatch(line -> line.contains("nobody agreed"));
            assertThat(lode.exitCode()).isEqualTo(5);
        }
        assertThat(litter).exists();
        try (var lode = doctor(Map.of(), "--remove", "--yes", "--adopt", "--dry-run")) {
            lode.rest();
            assertThat(lode.errors())
                    .contains("would be removed: \"" + litter.toRealPath())
                    .contains("would be adopted: \"" + csv.toRealPath());
        }
        assertThat(litter).exists();
        assertThat(csv).exists();
        try (var lode = doctor(Map.of(), "--remove", "--yes", "--adopt")) {
            assertThat(lode.rest().getLast()).isEqualTo("all is well");
            assertThat(lode.exitCode()).as(lode.errors()).isZero();
        }
        assertThat(litter).doesNotExist();
        assertThat(csv).doesNotExist();
        assertThat(folder.resolve("data/raw/courtlistener/20260630/courts-2026-06-30.csv"))
                .hasContent("id\n1\n");
    }

    private Path old(String name, String content) throws IOException {
        var file = Files.writeString(folder.resolve(name), content);
        return Files.setLastModifiedTime(
                file, FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
    }

    private ChildLode doctor(Map<String, String> environment, String... words) throws IOException {
        var all = new HashMap<>(Map.of("LODE_DATA_ROOT", folder.resolve("data").toString()));
        all.putAll(environment);
        var line = new ArrayList<>(List.of("doctor"));
        line.addAll(List.of(words));
        return ChildLode.start(folder, all, line);
    }
}
