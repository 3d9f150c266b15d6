package dev.lode.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.embedded.EmbeddedServer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

class DressRehearsalTest {
    @TempDir Path folder;

    @Test
    void everyCommandSucceedsAndNothingIsLeftOutsideOfItsFolder() throws Exception {
        var said = new StringWriter();
        var memory = Surroundings.ofProcess().dataRoot(Optional.empty()).memory();
        var remembered = Files.exists(memory) ? Files.readString(memory) : "";
        assertThat(new DressRehearsal(folder, new PrintWriter(said, true)).run())
                .as(said.toString())
                .containsOnly(0);
        assertThat(said.toString()).contains("3000");
        assertThat(Files.exists(memory) ? Files.readString(memory) : "").isEqualTo(remembered);
        assertThat(EmbeddedServer.find(folder.resolve("postgres"))).isEmpty();
    }
}
