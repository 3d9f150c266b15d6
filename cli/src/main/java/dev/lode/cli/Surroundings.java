package dev.lode.cli;

import java.nio.file.Path;
import java.util.Map;

/// Where a command finds settings that were not given to it.
///
/// @param environment its variables
/// @param folder the working folder, with `.env` and `lode.yaml`
record Surroundings(Map<String, String> environment, Path folder) {
    /// Those of this process.
    static Surroundings ofProcess() {
        return new Surroundings(System.getenv(), Path.of("").toAbsolutePath());
    }
}
