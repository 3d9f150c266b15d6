package dev.lode.core.pack.intake;

import dev.lode.core.place.KeyRules.KeyPattern;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Files that are taken in as they arrive: the pack's `intake`.
///
/// @param incoming folder or `s3://bucket/prefix` where they appear; settings may say otherwise
/// @param processed where they go when they are loaded
/// @param failed where they go when they cannot be
/// @param queue URL of an SQS queue that tells of new objects
/// @param nameTime the time in their names, by which live files are told from old ones
/// @param liveWithin how old a live file is at most
/// @param backload prefix of keys that are old files, whatever their time
/// @param ignore names that are not looked at: files that others are still writing
public record IntakeSpec(
        Optional<String> incoming,
        Optional<String> processed,
        Optional<String> failed,
        Optional<String> queue,
        Optional<NameTime> nameTime,
        Duration liveWithin,
        Optional<String> backload,
        List<KeyPattern> ignore) {
    /// What programs call files that they are still writing.
    private static final List<KeyPattern> UNFINISHED =
            Stream.of(
                            ".*",
                            "*.tmp",
                            "*.temp",
                            "*.part",
                            "*.partial",
                            "*.filepart",
                            "*.crdownload",
                            "*.download",
                            "*.swp",
                            "*~",
                            "*.error.json")
                    .map(KeyPattern::of)
                    .toList();

    /// A pack that says nothing.
    public static final IntakeSpec DEFAULT =
            new IntakeSpec(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Duration.ofHours(1),
                    Optional.empty(),
                    List.of());

    public IntakeSpec {
        ignore = List.copyOf(ignore);
    }

    /// Whether a file of that name is left alone.
    ///
    /// @param name the last part of its key
    public boolean ignores(String name) {
        return UNFINISHED.stream().anyMatch(pattern -> pattern.matches(name))
                || ignore.stream().anyMatch(pattern -> pattern.matches(name));
    }
}
