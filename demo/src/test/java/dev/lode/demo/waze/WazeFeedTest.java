package dev.lode.demo.waze;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.core.LodeException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NavigableMap;
import java.util.TreeMap;

class WazeFeedTest {
    private static final Path PACK = Path.of("..", "packs", "waze");

    @TempDir Path folder;

    private static NavigableMap<String, String> files(Path folder) throws IOException {
        var files = new TreeMap<String, String>();
        try (var listed = Files.list(folder)) {
            for (var path : listed.toList()) {
                files.put(path.getFileName().toString(), Files.readString(path));
            }
        }
        return files;
    }

    @Test
    void theSampleOfThePackIsWhatTheGeneratorWrites() throws IOException {
        var expected = WazeFeed.write(WazeSpec.of(3), folder, _ -> {});
        var sample = PACK.resolve("sample");
        var counts =
                new StringBuilder(
                        "# What a load of sample/ gives, table by table. Written together with the"
                                + " sample.\n"
                                + "rows:\n");
        expected.rows()
                .forEach(
                        (table, rows) ->
                                counts.append("  ")
                                        .append(table)
                                        .append(": ")
                                        .append(rows)
                                        .append('\n'));
        if ("write".equals(System.getProperty("lode.sample"))) {
            Files.createDirectories(sample);
            for (var file : files(folder.resolve("incoming")).entrySet()) {
                Files.writeString(sample.resolve(file.getKey()), file.getValue());
            }
            Files.writeString(PACK.resolve("expected.yaml"), counts);
        }

        assertThat(files(sample)).isEqualTo(files(folder.resolve("incoming")));
        assertThat(PACK.resolve("expected.yaml")).hasContent(counts.toString());
    }

    @Test
    void aWorkingDayHasMoreTrafficThanItsNight() throws IOException {
        WazeFeed.write(WazeSpec.of(400), folder, _ -> {});

        var files = files(folder.resolve("incoming"));
        assertThat(files).hasSize(400);
        int night = jams(files.firstEntry().getValue());
        int morning = jams(files.lastEntry().getValue());
        assertThat(night).isBetween(1, 12);
        assertThat(morning).isBetween(40, 100);
        assertThat(files.lastKey()).startsWith("wazedata_2017_11_01_16_18_0");
    }

    private static int jams(String json) {
        return json.split("\"speedKMH\"", -1).length - 1;
    }

    @Test
    void oddFilesNeedRoom() {
        assertThatThrownBy(() -> WazeFeed.write(WazeSpec.of(39).withOdd(), folder, _ -> {}))
                .isInstanceOf(LodeException.class)
                .hasMessageContaining("at least 40");
    }
}
