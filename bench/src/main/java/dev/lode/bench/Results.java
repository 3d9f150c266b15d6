package dev.lode.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// What benchmarks said last, a file each: the line, and below it the notes. Small runs are kept
/// apart from full ones.
final class Results {
    private final Path folder;

    Results(Path data, boolean small) throws IOException {
        folder = data.resolve(small ? "results-small" : "results");
        Files.createDirectories(folder);
    }

    void keep(Verdict verdict) throws IOException {
        var text = new StringBuilder(verdict.line()).append('\n');
        if (verdict instanceof Verdict.Measured measured) {
            measured.notes().forEach(note -> text.append(note).append('\n'));
        }
        Files.writeString(file(verdict.name()), text);
    }

    /// The lines of a result.
    Optional<java.util.List<String>> of(String name) throws IOException {
        return Files.exists(file(name))
                ? Optional.of(Files.readAllLines(file(name)))
                : Optional.empty();
    }

    void forget() throws IOException {
        for (var benchmark : Registry.all()) {
            Files.deleteIfExists(file(benchmark.name()));
        }
    }

    private Path file(String name) {
        return folder.resolve(name + ".txt");
    }
}
