package dev.lode.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.core.ByteSize;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

class ServerLogTest {
    private final Path folder;

    ServerLogTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void aLogBeyondItsLimitBeginsAgainAndItsEndIsKeptOnce() throws IOException {
        Path file = folder.resolve("server.log");
        var log = new ServerLog(file);
        Files.writeString(file, "a".repeat(100) + "b".repeat(40));
        try (var server = Files.newOutputStream(file, StandardOpenOption.APPEND)) {
            log.trim(ByteSize.of(50));
            assertThat(file).isEmptyFile();
            assertThat(folder.resolve("server.log.1")).hasContent("a".repeat(10) + "b".repeat(40));
            server.write("still here".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(file).hasContent("still here");
        log.trim(ByteSize.of(50));
        assertThat(file).hasContent("still here");
    }

    @Test
    void theTailIsWhatCameAfterTheOffset() throws IOException {
        Path file = folder.resolve("server.log");
        Files.writeString(file, "old\n" + "line\n".repeat(20) + "last\n");
        var log = new ServerLog(file);
        assertThat(log.tail(4)).hasSize(12).endsWith("line", "last");
        assertThat(log.tail(log.size() - 5)).containsExactly("last");
        assertThat(log.tail(10_000)).hasSize(12);
    }

    @Test
    void aLogThatIsNotThereIsEmpty() throws IOException {
        var log = new ServerLog(folder.resolve("server.log"));
        assertThat(log.size()).isZero();
        log.trim(ByteSize.of(1));
        assertThat(folder.resolve("server.log.1")).doesNotExist();
    }
}
