package dev.lode.testkit.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class TestFolderTest {
    @Test
    void aKilledJvmTakesItsServersAlong() throws IOException, InterruptedException {
        String[] words = new String[3];
        Process jvm = jvm("NEWEST", words);
        jvm.destroyForcibly().waitFor();

        long pid = Long.parseLong(words[1]);
        Path folder = Path.of(words[2]);
        // The watchdog needs a moment; the time limit of the test is the limit.
        while (ProcessHandle.of(pid).isPresent() || Files.exists(folder)) {
            Thread.onSpinWait();
        }
        assertThat(folder).doesNotExist();
    }

    @Test
    void aJvmThatEndsByItselfTakesItsServersAlong() throws IOException, InterruptedException {
        String[] words = new String[3];
        Process jvm = jvm("NEWEST", words);
        jvm.getOutputStream().close();
        assertThat(jvm.waitFor()).isZero();

        while (Files.exists(Path.of(words[2]))) {
            Thread.onSpinWait();
        }
        assertThat(Path.of(words[2])).doesNotExist();
    }

    private static Process jvm(String version, String[] words) throws IOException {
        Process jvm =
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "-XX:TieredStopAtLevel=1",
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        DyingJvm.class.getName(),
                                        version))
                        .redirectErrorStream(true)
                        .start();
        String line = String.valueOf(jvm.inputReader().readLine());
        assertThat(line).startsWith("t ");
        System.arraycopy(line.split(" ", 3), 0, words, 0, 3);
        return jvm;
    }
}
