package dev.lode.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A `lode` in a process of its own, run on the class path of the test, whose JSON lines the test
/// reads as they come.
final class ChildLode implements AutoCloseable {
    private final Process process;
    private final BufferedReader lines;
    private final Path errors;

    private ChildLode(Process process, Path errors) {
        this.process = process;
        this.errors = errors;
        this.lines =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /// @param folder the working folder, where the child finds no settings
    /// @param environment on top of a clean one
    static ChildLode start(Path folder, Map<String, String> environment, List<String> words)
            throws IOException {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx704m",
                                "-XX:MaxDirectMemorySize=128m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Duser.home=" + folder,
                                "--enable-native-access=ALL-UNNAMED",
                                "-Dlode.home=" + Path.of("..").toAbsolutePath().normalize(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Main.class.getName()));
        command.addAll(words);
        var errors = folder.resolve("stderr.txt");
        var builder =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectError(errors.toFile());
        builder.environment().keySet().retainAll(Set.of("PATH", "LANG", "LC_ALL"));
        // Every test of a whole process can be run in each way of copying.
        forced("lode.copy", "LODE_COPY", builder.environment());
        forced("lode.streams", "LODE_STREAMS", builder.environment());
        builder.environment().putAll(environment);
        return new ChildLode(builder.start(), errors);
    }

    private static void forced(String property, String name, Map<String, String> environment) {
        var value = System.getProperty(property);
        if (value != null) {
            environment.put(name, value);
        }
    }

    /// The next line of standard output; null at its end.
    @org.jspecify.annotations.Nullable
    String line() throws IOException {
        return lines.readLine();
    }

    /// Reads to the end of standard output.
    List<String> rest() throws IOException {
        var all = new ArrayList<String>();
        for (String line = line(); line != null; line = line()) {
            all.add(line);
        }
        return all;
    }

    /// Reads no more, as `head` does.
    void closeOutput() throws IOException {
        lines.close();
    }

    /// SIGKILL.
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /// SIGTERM, as a service manager sends it. `Process.destroy` would close our end of its output
    /// too.
    void terminate() throws IOException, InterruptedException {
        signal("TERM");
    }

    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
    }

    /// Whether it has ended, or does within that time.
    boolean endsWithin(java.time.Duration time) throws InterruptedException {
        return process.waitFor(time.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS);
    }

    /// Most bytes of memory that were resident at once so far; 0 when it has ended.
    long peakResident() throws IOException {
        var status = Path.of("/proc/" + process.pid() + "/status");
        try (var facts = java.nio.file.Files.lines(status)) {
            return facts.filter(fact -> fact.startsWith("VmHWM:"))
                    .mapToLong(fact -> Long.parseLong(fact.replaceAll("\\D", "")) << 10)
                    .findFirst()
                    .orElse(0);
        } catch (java.nio.file.NoSuchFileException e) {
            return 0;
        }
    }

    int exitCode() throws InterruptedException {
        return process.waitFor();
    }

    String errors() throws IOException {
        return java.nio.file.Files.readString(errors);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
