package dev.lode.embedded;

import dev.lode.core.LodeException;
import dev.lode.core.process.Program;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One short program that runs to its end: `initdb`, `kill`, a probe. Its standard output and error
/// come back together.
final class Command {
    private static final List<Path> PLACES =
            List.of(Path.of("/usr/bin"), Path.of("/bin"), Path.of("/usr/sbin"), Path.of("/sbin"));

    /// What the program said, at most its first 64 KiB, and how it ended.
    record Result(int exit, String output) {
        boolean succeeded() {
            return exit == 0;
        }
    }

    private Command() {}

    /// Where a program of the system is, in the folders where systems keep theirs. `PATH` is not
    /// asked: as root it would decide what runs as root.
    static Optional<Path> find(String program) {
        return PLACES.stream()
                .map(place -> place.resolve(program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /// @throws LodeException RESOURCE when the program cannot be run, does not end within `limit`
    ///   (it is killed then), or this thread is interrupted
    static Result run(List<String> command, Path folder, Duration limit) {
        try {
            var result = Program.run(builder(command, folder).redirectErrorStream(true), limit);
            return new Result(result.exit(), result.output());
        } catch (InterruptedException e) {
            throw Waiting.interrupted(e);
        }
    }

    /// A builder whose program inherits neither the caller's language nor its `PG...` variables:
    /// both would change what PostgreSQL's programs do and say.
    static ProcessBuilder builder(List<String> command, Path folder) {
        var builder = new ProcessBuilder(command).directory(folder.toFile());
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
        environment.remove("LANGUAGE");
        environment.remove("TZ");
        environment.put("LANG", "C");
        environment.put("LC_ALL", "C");
        return builder;
    }
}
