package dev.lode.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

class TempFilesTest {
    private DataRoot root;

    @BeforeEach
    void open(@TempDir Path fresh) throws IOException {
        Files.createDirectories(fresh.resolve("tmp"));
        root = new DataRoot(fresh.toRealPath(), Disk.LOCAL);
    }

    @Test
    void isGoneWhenClosed() throws Exception {
        try (var temp = TempFiles.open(root, "run-1")) {
            Files.writeString(temp.next(), "x");
            Files.createDirectories(temp.next().resolve("below"));
            assertThat(temp.folder()).isEqualTo(root.path().resolve("tmp/run-1"));
        }
        assertThat(left()).isEmpty();
    }

    @Test
    void sweepLeavesTheLivingOfThisProcessAlone() throws Exception {
        try (var temp = TempFiles.open(root, "run-1")) {
            Path file = Files.writeString(temp.next(), "x");
            TempFiles.sweep(root);
            TempFiles.sweep(root);
            try (var _ = TempFiles.open(root, "run-2")) {
                assertThat(file).exists();
            }
            assertThatThrownBy(() -> TempFiles.open(root, "run-1"))
                    .hasMessageContaining("in use by another process");
        }
        assertThat(left()).isEmpty();
    }

    @Test
    void sweepTellsTheDeadFromTheLivingOfOtherProcesses() throws Exception {
        Process holder = holder("other");
        try {
            assertThat(holder.inputReader().readLine()).isEqualTo("holding");
            TempFiles.sweep(root);
            assertThat(root.path().resolve("tmp/other/1")).exists();
            assertThatThrownBy(() -> TempFiles.open(root, "other"))
                    .hasMessageContaining("in use by another process");
        } finally {
            holder.destroyForcibly();
            assertThat(holder.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        TempFiles.sweep(root);
        assertThat(left()).isEmpty();
    }

    /// Another JVM that opens a run, says so, and waits to be killed.
    private Process holder(String run) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        root.path().toString(),
                        run)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws IOException {
            var temp =
                    TempFiles.open(new DataRoot(Path.of(arguments[0]), Disk.LOCAL), arguments[1]);
            Files.writeString(temp.next(), "x");
            System.out.println("holding");
            int _ = System.in.read();
        }
    }

    @Test
    void sweepTakesFoldersWithoutALock() throws Exception {
        Files.createDirectories(root.path().resolve("tmp/old/below"));
        TempFiles.sweep(root);
        assertThat(left()).isEmpty();
    }

    private List<String> left() throws IOException {
        try (var files = Files.list(root.path().resolve("tmp"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals(".lock"))
                    .toList();
        }
    }
}
