package dev.lode.testkit.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// The newest `pg_dump` of this machine.
public final class PgDump {
    private static final Path INSTALLED = Path.of("/usr/lib/postgresql");

    private PgDump() {}

    /// The output of `pg_dump --schema-only` without schema `lode`; empty where this machine has no
    /// `pg_dump`, or only one older than the server, which refuses. The random words of
    /// `\restrict`, new in each run, are taken out.
    public static Optional<String> schema(Db db) {
        return program(major(db)).map(program -> run(program, db));
    }

    private static int major(Db db) {
        return Integer.parseInt(
                db.value("SELECT current_setting('server_version_num')::int / 10000"));
    }

    private static Optional<Path> program(int atLeast) {
        if (!Files.isDirectory(INSTALLED)) {
            return Optional.empty();
        }
        try (var versions = Files.list(INSTALLED)) {
            return versions.filter(folder -> String.valueOf(folder.getFileName()).matches("\\d+"))
                    .filter(folder -> version(folder) >= atLeast)
                    .map(folder -> folder.resolve("bin/pg_dump"))
                    .filter(Files::isExecutable)
                    .max(Comparator.naturalOrder());
        } catch (IOException e) {
            throw new AssertionError("listing " + INSTALLED, e);
        }
    }

    private static int version(Path folder) {
        return Integer.parseInt(String.valueOf(folder.getFileName()));
    }

    private static String run(Path program, Db db) {
        var command =
                new ProcessBuilder(
                        program.toString(), "--schema-only", "--exclude-schema=lode", db.url());
        command.redirectErrorStream(true);
        try {
            var process = command.start();
            String text =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new AssertionError("pg_dump: " + text);
            }
            return text.lines()
                    .filter(line -> !line.startsWith("\\restrict "))
                    .filter(line -> !line.startsWith("\\unrestrict "))
                    .collect(Collectors.joining("\n"));
        } catch (IOException e) {
            throw new AssertionError(program + " does not start", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
