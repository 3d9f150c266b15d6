package dev.lode.testkit.postgres;

import dev.lode.embedded.PostgresBinaries;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;

/// The servers that Lode is tested on.
public enum PostgresVersion {
    /// The one that Lode brings along.
    NEWEST,
    /// The oldest that Lode supports; only on platforms whose programs can be had.
    OLDEST,
    /// The newest that is installed on this machine in `/usr/lib/postgresql`, if any.
    MACHINE;

    private static final Path INSTALLED = Path.of("/usr/lib/postgresql");

    /// Its programs, empty when this machine has none.
    public Optional<PostgresBinaries> binaries() {
        return switch (this) {
            case NEWEST -> Optional.of(PostgresBinaries.ofThisMachine());
            case OLDEST -> {
                URL archive =
                        PostgresVersion.class.getResource(
                                "oldest/" + PostgresBinaries.archiveName());
                yield Optional.ofNullable(archive).map(PostgresBinaries.Bundled::new);
            }
            case MACHINE -> installed().map(PostgresBinaries.Installed::new);
        };
    }

    private static Optional<Path> installed() {
        if (!Files.isDirectory(INSTALLED)) {
            return Optional.empty();
        }
        try (var versions = Files.list(INSTALLED)) {
            return versions.filter(folder -> String.valueOf(folder.getFileName()).matches("\\d+"))
                    .filter(folder -> Files.isExecutable(folder.resolve("bin/initdb")))
                    .max(
                            Comparator.comparingInt(
                                    folder ->
                                            Integer.parseInt(String.valueOf(folder.getFileName()))))
                    .map(folder -> folder.resolve("bin"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
