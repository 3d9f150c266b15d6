package dev.lode.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.embedded.EmbeddedServer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;

class DressRehearsalTest {
    @TempDir Path folder;

    @Test
    void everyCommandSucceedsAndNoServerIsLeft() throws Exception {
        var said = new StringWriter();
        assertThat(new DressRehearsal(folder, new PrintWriter(said, true)).run())
                .as(said.toString())
                .containsOnly(0);
        assertThat(said.toString()).contains("3000");
        assertThat(EmbeddedServer.find(folder.resolve("postgres"))).isEmpty();
    }
}
