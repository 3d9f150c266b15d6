package dev.lode.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

class UnfinishedFilesTest {
    @TempDir Path folder;

    @Test
    void aFileHasItsNameWhenItIsWhole() throws Exception {
        try (var file = new UnfinishedFiles(Disk.LOCAL).open(folder.resolve("a"))) {
            file.out().write(bytes("half"), 0);
            assertThat(folder.resolve("a")).doesNotExist();
            file.out().write(bytes(" and half"), 4);
            file.complete();
        }
        assertThat(folder.resolve("a")).content().isEqualTo("half and half");
        assertThat(names()).containsExactly("a");
    }

    @Test
    void whatIsNotCompletedLeavesWhatWasThere() throws Exception {
        Files.writeString(folder.resolve("a"), "old");
        try (var file = new UnfinishedFiles(Disk.LOCAL).open(folder.resolve("a"))) {
            file.out().write(bytes("new"), 0);
        }
        assertThat(folder.resolve("a")).content().isEqualTo("old");
        assertThat(names()).containsExactly("a");
    }

    @Test
    void aDiskThatRefusesAnyOfTheChangesLeavesNothing() throws Exception {
        int refused = 0;
        for (int nth = 1; refused == nth - 1; nth++) {
            var files = new UnfinishedFiles(BrokenDisk.failingAt(nth));
            try {
                write(files, folder.resolve("a"));
            } catch (IOException e) {
                assertThat(e).hasMessage("No space left on device");
                refused++;
            }
            try (var again = new UnfinishedFiles(Disk.LOCAL).open(folder.resolve("b"))) {
                again.complete();
            }
            assertThat(names()).isSubsetOf("a", "b");
        }
        assertThat(refused).isGreaterThan(3);
    }

    @Test
    void aTargetWhoseNameHasAllBytesThatAreAllowedIsWritten() throws Exception {
        var target = folder.resolve("x".repeat(255));
        write(new UnfinishedFiles(Disk.LOCAL), target);
        assertThat(target).content().isEqualTo("x");
    }

    @Test
    void theNextWriterRemovesWhatAKilledOneLeftAndNothingOfTheLiving() throws Exception {
        var living = writer("a");
        try {
            assertThat(living.inputReader().readLine()).isEqualTo("writing");
            write(new UnfinishedFiles(Disk.LOCAL), folder.resolve("b"));
            assertThat(names()).hasSize(2);
            living.getOutputStream().write('\n');
            living.getOutputStream().flush();
            assertThat(living.inputReader().readLine()).isEqualTo("written");
            assertThat(names()).containsExactlyInAnyOrder("a", "b");
            living.getOutputStream().write('\n');
            living.getOutputStream().flush();
            assertThat(living.inputReader().readLine()).isEqualTo("writing");
            assertThat(names()).hasSize(3);
        } finally {
            living.destroyForcibly();
            assertThat(living.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        var after = new UnfinishedFiles(Disk.LOCAL);
        try (var own = after.open(folder.resolve("c"))) {
            write(new UnfinishedFiles(Disk.LOCAL), folder.resolve("d"));
            own.complete();
        }
        assertThat(names()).containsExactlyInAnyOrder("a", "b", "c", "d");
    }

    @Test
    void whatCannotBeRemovedKeepsNobodyFromWriting() throws Exception {
        Files.createDirectories(folder.resolve(".lode-writing-odd/below"));
        write(new UnfinishedFiles(Disk.LOCAL), folder.resolve("a"));
        assertThat(names()).containsExactlyInAnyOrder(".lode-writing-odd", "a");
    }

    @Test
    void aFolderThatIsNotThereIsNamed() {
        assertThatThrownBy(
                        () ->
                                new UnfinishedFiles(Disk.LOCAL)
                                        .open(folder.resolve("none/a"))
                                        .close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("none");
    }

    private static void write(UnfinishedFiles files, Path target) throws IOException {
        try (var file = files.open(target)) {
            file.out().write(bytes("x"), 0);
            file.complete();
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    /// Another JVM that writes a file twice, with a line before and after, and waits for one.
    private Process writer(String name) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writer.class.getName(),
                        folder.resolve(name).toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    static final class Writer {
        private Writer() {}

        public static void main(String[] arguments) throws IOException {
            var files = new UnfinishedFiles(Disk.LOCAL);
            while (true) {
                try (var file = files.open(Path.of(arguments[0]))) {
                    file.out().write(bytes("x"), 0);
                    System.out.println("writing");
                    int _ = System.in.read();
                    file.complete();
                }
                System.out.println("written");
                int _ = System.in.read();
            }
        }
    }
}
