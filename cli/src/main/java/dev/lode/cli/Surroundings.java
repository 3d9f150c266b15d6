package dev.lode.cli;

import dev.lode.store.DataRootChoice;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// Where a command finds what was not given to it.
///
/// @param environment its variables
/// @param folder the working folder, with `.env` and `lode.yaml`
/// @param home of the user
/// @param remembers whether a data root that is named is the one for the next time
record Surroundings(Map<String, String> environment, Path folder, Path home, boolean remembers) {
    private static final Path SHARED = Path.of("/srv/bulk-data");

    /// Those of this process.
    static Surroundings ofProcess() {
        return new Surroundings(
                System.getenv(),
                Path.of("").toAbsolutePath(),
                Path.of(System.getProperty("user.home")),
                true);
    }

    /// What decides where the data root is.
    DataRootChoice dataRoot(Optional<Path> named) {
        return new DataRootChoice(named, environment, home, SHARED, remembers);
    }
}
