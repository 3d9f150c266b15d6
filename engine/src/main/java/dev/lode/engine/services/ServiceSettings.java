package dev.lode.engine.services;

import dev.lode.core.LodeException;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// How services are handled, as far as the user can change it.
///
/// @param here folder that relative folders of a declaration are looked for in
/// @param composeFolder in place of the folders that the declaration names
/// @param docker the program
/// @param limit time of one command, after which it is killed
/// @param startLimit time in which started services have to run
/// @param every how often a load looks whether a stopped service came back; zero for never
/// @param returns how often services that came back are stopped again before they are let alone
public record ServiceSettings(
        Path here,
        Optional<Path> composeFolder,
        String docker,
        Duration limit,
        Duration startLimit,
        Duration every,
        int returns) {
    public ServiceSettings {
        if (limit.isZero() || limit.isNegative() || startLimit.isNegative() || returns < 0) {
            throw LodeException.usage("services: a time limit must be more than nothing");
        }
    }

    public static ServiceSettings standard(Path here) {
        return new ServiceSettings(
                here,
                Optional.empty(),
                "docker",
                Duration.ofSeconds(120),
                Duration.ofSeconds(120),
                Duration.ofSeconds(30),
                3);
    }
}
