package dev.lode.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.core.LodeException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;

class AtomicFileTest {
    @Test
    void fileIsOldOrNewWhicheverChangeFails(@TempDir Path dir) throws Exception {
        Files.createDirectories(dir.resolve("tmp"));
        var root = new DataRoot(dir.toRealPath(), Disk.LOCAL);
        Path file = dir.resolve("reports/a.json");
        int failures = 0;
        boolean done = false;
        for (int n = 1; !done; n++) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, "old");
            try (var temp = TempFiles.open(root, "run")) {
                new AtomicFile(BrokenDisk.failingAt(n), temp).write(file, "new");
                assertThat(temp.folder()).isEmptyDirectory();
                done = true;
            } catch (LodeException e) {
                failures++;
                assertThat(e)
                        .hasMessageContaining("\"" + file + "\": writing it: the disk is full, ");
                assertThat(Files.readString(file)).isIn("old", "new");
            }
            assertThat(dir.resolve("tmp/run")).doesNotExist();
        }
        assertThat(file).hasContent("new");
        // Folder, open, write, flush, close, rename, flush of the folder.
        assertThat(failures).isEqualTo(7);
    }

    @Test
    void makesTheFoldersItNeeds(@TempDir Path dir) throws Exception {
        Files.createDirectories(dir.resolve("tmp"));
        try (var temp = TempFiles.open(new DataRoot(dir, Disk.LOCAL), "run")) {
            new AtomicFile(Disk.LOCAL, temp).write(dir.resolve("a/b/c"), "text");
        }
        assertThat(dir.resolve("a/b/c")).hasContent("text");
    }
}
