package dev.lode.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The quietest reading of the [Calibration] that this machine ever had, kept beside the data.
final class Quietest {
    private final Path file;

    Quietest(Path data) {
        file = data.resolve("quietest-load.txt");
    }

    /// Nanoseconds; 0 when there was none yet.
    double read() throws IOException {
        return Files.exists(file) ? Double.parseDouble(Files.readString(file).strip()) : 0;
    }

    void write(double nanos) throws IOException {
        Files.writeString(file, nanos + "\n");
    }
}
