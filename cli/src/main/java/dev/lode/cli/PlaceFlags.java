package dev.lode.cli;

import dev.lode.cli.settings.Setting;

import picocli.CommandLine.Option;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// Where files appear and where they go, in place of what the pack says. Who asks about files later
/// gives the same as their watch was given.
final class PlaceFlags {
    @Option(
            names = "--incoming",
            paramLabel = "PLACE",
            description = "folder or s3://bucket/prefix where files appear (LODE_INCOMING)")
    private Optional<String> incoming = Optional.empty();

    @Option(
            names = "--processed",
            paramLabel = "PLACE",
            description = "where loaded files go (LODE_PROCESSED)")
    private Optional<String> processed = Optional.empty();

    @Option(
            names = "--failed",
            paramLabel = "PLACE",
            description = "where files go that cannot be loaded (LODE_FAILED)")
    private Optional<String> failed = Optional.empty();

    /// The flags that were given.
    Map<Setting, String> settings() {
        var given = new EnumMap<Setting, String>(Setting.class);
        incoming.ifPresent(text -> given.put(Setting.INCOMING, text));
        processed.ifPresent(text -> given.put(Setting.PROCESSED, text));
        failed.ifPresent(text -> given.put(Setting.FAILED, text));
        return given;
    }
}
