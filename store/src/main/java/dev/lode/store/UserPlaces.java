package dev.lode.store;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// Where this user keeps things, by the XDG base directory specification (version 0.8).
///
/// @param shared the data root that all users of a machine share, taken where it exists and may be
///     written to
/// @param data where programs keep a user's data
/// @param config where programs keep a user's settings
public record UserPlaces(Path shared, Path data, Path config) {
    private static final Path SHARED = Path.of("/srv/bulk-data");

    /// @param environment the process's; `XDG_DATA_HOME` and `XDG_CONFIG_HOME` are looked at. By the
    ///     specification a relative path counts as unset
    /// @param home the user's home folder
    public static UserPlaces of(Map<String, String> environment, Path home) {
        return new UserPlaces(
                SHARED,
                absolute(environment, "XDG_DATA_HOME").orElse(home.resolve(".local/share")),
                absolute(environment, "XDG_CONFIG_HOME").orElse(home.resolve(".config")));
    }

    private static Optional<Path> absolute(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name))
                .filter(value -> !value.isEmpty())
                .map(Path::of)
                .filter(Path::isAbsolute);
    }

    /// The data root of a user who has no other.
    Path ownRoot() {
        return data.resolve("lode");
    }

    /// The file that remembers which data root was used.
    Path memory() {
        return config.resolve("lode").resolve("data-root");
    }
}
