package dev.lode.cli;

import dev.lode.cli.settings.Setting;

import picocli.CommandLine.Option;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// Flags that say where the source is, in place of what the pack says. Credentials are never flags:
/// they come from the usual AWS places.
final class S3Flags {
    @Option(
            names = "--s3-endpoint",
            paramLabel = "URL",
            description = "of an S3-compatible store (LODE_S3_ENDPOINT)")
    private Optional<String> endpoint = Optional.empty();

    @Option(names = "--s3-bucket", paramLabel = "NAME", description = "(LODE_S3_BUCKET)")
    private Optional<String> bucket = Optional.empty();

    @Option(names = "--s3-prefix", paramLabel = "PREFIX", description = "(LODE_S3_PREFIX)")
    private Optional<String> prefix = Optional.empty();

    @Option(names = "--s3-region", paramLabel = "REGION", description = "(LODE_S3_REGION)")
    private Optional<String> region = Optional.empty();

    @Option(
            names = "--s3-anonymous",
            paramLabel = "true|false",
            description = "whether requests are unsigned (LODE_S3_ANONYMOUS)")
    private Optional<String> anonymous = Optional.empty();

    /// The flags that were given.
    Map<Setting, String> settings() {
        return settings(Map.of());
    }

    /// The flags that were given, and those of another group.
    Map<Setting, String> settings(Map<Setting, String> others) {
        var given = new EnumMap<Setting, String>(Setting.class);
        given.putAll(others);
        endpoint.ifPresent(text -> given.put(Setting.S3_ENDPOINT, text));
        bucket.ifPresent(text -> given.put(Setting.S3_BUCKET, text));
        prefix.ifPresent(text -> given.put(Setting.S3_PREFIX, text));
        region.ifPresent(text -> given.put(Setting.S3_REGION, text));
        anonymous.ifPresent(text -> given.put(Setting.S3_ANONYMOUS, text));
        return given;
    }
}
