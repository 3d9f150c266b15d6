package dev.lode.engine.intake;

import dev.lode.core.ByteSize;
import dev.lode.core.LodeException;

import java.time.Duration;

/// Whether keys and indexes go away for a backload, and when.
///
/// @param wanted whether they do
/// @param least old files that have to wait before it is worth it
/// @param leastBytes of old files with which it is worth it, however few they are
/// @param idle how long none may have come before they are given back, by a watch that goes on for
///   ever; one that ends gives them back at once
/// @param workers indexes and keys that are made at the same time
/// @param precaution taken once, before anything goes
public record BulkSettings(
        boolean wanted,
        int least,
        ByteSize leastBytes,
        Duration idle,
        int workers,
        Precaution precaution) {
    /// Not at all.
    public static final BulkSettings NONE =
            new BulkSettings(
                    false, 100, ByteSize.mebibytes(16), Duration.ofSeconds(60), 2, Precaution.NONE);

    public BulkSettings {
        if (least < 1 || workers < 1) {
            throw LodeException.usage(
                    "bulk: from "
                            + least
                            + " files on, "
                            + workers
                            + " workers; expected at least 1 of each");
        }
    }

    /// Something that is done before keys and indexes go: a backup.
    @FunctionalInterface
    public interface Precaution {
        /// Nothing.
        Precaution NONE = () -> {};

        /// @throws LodeException when it failed: nothing is suspended then, and the watch ends
        void take() throws InterruptedException;
    }
}
