package dev.lode.cli;

import dev.lode.cli.settings.Setting;

import picocli.CommandLine.Option;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// Flags that say how to reach the bucket that a verb's `--to` names. Credentials are never flags:
/// they come from the usual AWS places.
final class S3StoreFlags {
    @Option(
            names = "--s3-endpoint",
            paramLabel = "URL",
            description = "of an S3-compatible store (LODE_S3_ENDPOINT)")
    private Optional<String> endpoint = Optional.empty();

    @Option(names = "--s3-region", paramLabel = "REGION", description = "(LODE_S3_REGION)")
    private Optional<String> region = Optional.empty();

    @Option(
            names = "--s3-anonymous",
            paramLabel = "true|false",
            description = "whether requests are unsigned (LODE_S3_ANONYMOUS)")
    private Optional<String> anonymous = Optional.empty();

    /// The flags that were given, and those of another group.
    Map<Setting, String> settings(Map<Setting, String> others) {
        var given = new EnumMap<Setting, String>(Setting.class);
        given.putAll(others);
        endpoint.ifPresent(text -> given.put(Setting.S3_ENDPOINT, text));
        region.ifPresent(text -> given.put(Setting.S3_REGION, text));
        anonymous.ifPresent(text -> given.put(Setting.S3_ANONYMOUS, text));
        return given;
    }
}
