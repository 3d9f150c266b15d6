package dev.lode.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// A command of another process, with its environment. Runs under a shell that adds up the CPU time
/// of what it started; the shell itself takes 2 ms.
///
/// Settings of the user's own PostgreSQL (`PG*`, `DATABASE_URL`) are kept from it.
///
/// @param words the command
/// @param folder where it runs, and where its output is kept for the message when it fails
public record Program(List<String> words, Path folder, Map<String, String> environment) {
    private static final String TIMED = "\"$@\"; code=$?; times >\"$0\"; exit $code";
    private static final int SHOWN = 2_000;

    public Program {
        words = List.copyOf(words);
        environment = Map.copyOf(environment);
    }

    /// Pipelines and several commands, for `bash`.
    public static Program script(String script, Path folder, Map<String, String> environment) {
        return new Program(
                List.of("bash", "-c", "set -eo pipefail; " + script), folder, environment);
    }

    /// Whether a program is on the path.
    public static boolean installed(String name) {
        return Program.search(name) != null;
    }

    private static @org.jspecify.annotations.Nullable Path search(String name) {
        for (String folder : String.valueOf(System.getenv("PATH")).split(":", -1)) {
            var file = Path.of(folder.isEmpty() ? "." : folder, name);
            if (Files.isExecutable(file)) {
                return file;
            }
        }
        return null;
    }

    /// Runs to the end.
    ///
    /// @throws IOException when it ends with another code than 0; the message holds the end of what
    ///   it said
    public Cost run() throws IOException, InterruptedException {
        return run(0);
    }

    /// Like [#run()], but ends it after some seconds.
    ///
    /// @param seconds most that it may take; 0 for no limit
    /// @throws TookTooLong when it was ended
    public Cost run(long seconds) throws IOException, InterruptedException {
        Path times = Files.createTempFile(folder, "times", "");
        Path output = Files.createTempFile(folder, "output", "");
        try {
            long start = System.nanoTime();
            Process process = start(times, output);
            if (seconds > 0 && !process.waitFor(seconds, TimeUnit.SECONDS)) {
                end(process);
                throw new TookTooLong(seconds);
            }
            int code = process.waitFor();
            double wall = (System.nanoTime() - start) / 1e9;
            if (code != 0) {
                throw new IOException(
                        String.join(" ", words) + " ended with " + code + ": " + tail(output));
            }
            return new Cost(wall, children(Files.readString(times)));
        } finally {
            Files.deleteIfExists(times);
            Files.deleteIfExists(output);
        }
    }

    /// What it prints, without the last line break.
    public String output() throws IOException, InterruptedException {
        Path times = Files.createTempFile(folder, "times", "");
        Path output = Files.createTempFile(folder, "output", "");
        try {
            int code = start(times, output).waitFor();
            if (code != 0) {
                throw new IOException(
                        String.join(" ", words) + " ended with " + code + ": " + tail(output));
            }
            return Files.readString(output).strip();
        } finally {
            Files.deleteIfExists(times);
            Files.deleteIfExists(output);
        }
    }

    /// Starts it, for those who watch it while it runs.
    ///
    /// @param output gets what it prints
    public Process start(Path times, Path output) throws IOException {
        var command = new ArrayList<>(List.of("bash", "-c", TIMED, times.toString()));
        command.addAll(words);
        var builder =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectInput(Path.of("/dev/null").toFile())
                        .redirectOutput(output.toFile())
                        .redirectErrorStream(true);
        builder.environment()
                .keySet()
                .removeIf(
                        name ->
                                name.startsWith("PG")
                                        || name.startsWith("LODE_BENCH_")
                                        || name.equals("DATABASE_URL"));
        builder.environment().putAll(new TreeMap<>(environment));
        return builder.start();
    }

    private static void end(Process process) throws InterruptedException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
    }

    private static String tail(Path output) throws IOException {
        String text = Files.readString(output);
        return text.substring(Math.max(0, text.length() - SHOWN));
    }

    /// The second line of `times`: user and system time of the shell's children, as `0m1.234s`.
    static double children(String times) {
        String[] lines = times.strip().split("\n", -1);
        double sum = 0;
        for (String part : lines[lines.length - 1].strip().split("\\s+", -1)) {
            int minute = part.indexOf('m');
            sum +=
                    60 * Double.parseDouble(part.substring(0, minute))
                            + Double.parseDouble(part.substring(minute + 1, part.length() - 1));
        }
        return sum;
    }

    /// A command was ended because it took too long.
    public static final class TookTooLong extends IOException {
        private static final long serialVersionUID = 1L;

        TookTooLong(long seconds) {
            super(String.format(Locale.ROOT, "not done after %d s", seconds));
        }
    }
}
