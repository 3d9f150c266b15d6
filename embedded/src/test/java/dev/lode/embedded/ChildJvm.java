package dev.lode.embedded;

import org.jspecify.annotations.Nullable;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A JVM of its own with a main class of the tests, killed at the latest when it is closed.
final class ChildJvm implements AutoCloseable {
    private final Process process;
    private final BufferedReader out;
    private final BufferedWriter in;

    private ChildJvm(Process process) {
        this.process = process;
        this.out = process.inputReader(StandardCharsets.UTF_8);
        this.in = process.outputWriter(StandardCharsets.UTF_8);
    }

    static ChildJvm start(Class<?> main, Object... arguments) throws IOException {
        return start(List.of(), System.getProperty("java.class.path"), main, arguments);
    }

    /// @param before words in front of `java`, such as those that change the user
    static ChildJvm start(List<String> before, String classPath, Class<?> main, Object... arguments)
            throws IOException {
        var command = new ArrayList<>(before);
        command.addAll(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx256m",
                        "-cp",
                        classPath,
                        main.getName()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return new ChildJvm(
                new ProcessBuilder(command)
                        .directory(Path.of("/").toFile())
                        .redirectErrorStream(true)
                        .start());
    }

    /// The class path, copied into a folder that every user may read.
    static String copiedClassPath(Path into) throws IOException {
        var copies = new ArrayList<String>();
        for (String entry : System.getProperty("java.class.path").split(":", -1)) {
            Path from = Path.of(entry);
            Path to =
                    into.resolve("entry" + copies.size() + (entry.endsWith(".jar") ? ".jar" : ""));
            if (!Files.exists(from)) {
                continue;
            }
            try (var files = Files.walk(from)) {
                for (Path file : (Iterable<Path>) files::iterator) {
                    Path target = to.resolve(from.relativize(file).toString());
                    Files.copy(file, file.equals(from) ? to : target);
                }
            }
            copies.add(to.toString());
        }
        return String.join(":", copies);
    }

    /// The next line of its output, null at the end.
    @Nullable String line() throws IOException {
        return out.readLine();
    }

    /// Sends a word and waits for the answer `done WORD`.
    void obey(String word) throws IOException {
        in.write(word + "\n");
        in.flush();
        String answer = line();
        if (!("done " + word).equals(answer)) {
            throw new IOException("expected \"done " + word + "\", found \"" + answer + "\"");
        }
    }

    /// Lets it end by itself: its input ends.
    ///
    /// @return what it still says
    List<String> end() throws IOException, InterruptedException {
        in.close();
        List<String> rest = out.lines().toList();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new IOException("still runs after 60 s: " + rest);
        }
        return rest;
    }

    /// SIGKILL, without a chance to say goodbye.
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
