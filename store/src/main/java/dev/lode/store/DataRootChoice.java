package dev.lode.store;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// All that decides where the data root is.
///
/// @param flag value of `--data-root`
/// @param environment of the process: `LODE_DATA_ROOT`, `XDG_CONFIG_HOME`
/// @param home of the user
/// @param shared the folder that is taken where it exists and is writable
/// @param remember whether this choice is kept for the next time; a demo in a throw-away folder is
///   not
public record DataRootChoice(
        Optional<Path> flag,
        Map<String, String> environment,
        Path home,
        Path shared,
        boolean remember) {
    /// The variable that names a data root.
    public static final String VARIABLE = "LODE_DATA_ROOT";

    public DataRootChoice {
        environment = Map.copyOf(environment);
    }

    /// What the user named, by flag or else by variable.
    Optional<Path> named() {
        return flag.or(
                () ->
                        Optional.ofNullable(environment.get(VARIABLE))
                                .filter(value -> !value.isBlank())
                                .map(Path::of));
    }

    /// Where the choice is remembered: one line, the real path.
    public Path memory() {
        Path config =
                Optional.ofNullable(environment.get("XDG_CONFIG_HOME"))
                        .filter(value -> !value.isBlank())
                        .map(Path::of)
                        .orElse(home.resolve(".config"));
        return config.resolve("lode").resolve("data-root");
    }

    /// Where data goes when nobody says anything and there is no shared folder.
    Path ownFolder() {
        return home.resolve(".local").resolve("share").resolve("lode");
    }
}
