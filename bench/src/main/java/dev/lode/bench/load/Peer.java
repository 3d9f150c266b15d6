package dev.lode.bench.load;

import dev.lode.bench.Program;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// Another way to get a CSV file into a table that is there.
interface Peer {
    String name();

    /// Why it cannot be run here; empty where it can.
    Optional<String> missing();

    /// Copies the file `part` into `table`.
    Program copy(String table, Path part) throws IOException;
}
