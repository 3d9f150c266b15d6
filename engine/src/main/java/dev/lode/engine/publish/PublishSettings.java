package dev.lode.engine.publish;

import dev.lode.core.LodeException;
import dev.lode.core.pack.publish.PublishSpec;
import dev.lode.publish.Retention;

import java.time.Duration;

/// Bounds of publishing.
///
/// @param workers partitions built at once, each with a connection of its own
/// @param compression of archives
/// @param snapshotLimit how old the database's snapshot may become
/// @param mostKeys items that are read one by one; where more changed, all are read and compared
/// @param compare whether all items are read and compared, whatever is known of changes
/// @param leaseTimeout how long another process that publishes may be silent
public record PublishSettings(
        int workers,
        Compression compression,
        Duration snapshotLimit,
        int mostKeys,
        boolean compare,
        Duration leaseTimeout) {
    public PublishSettings {
        if (workers < 1 || workers > 256) {
            throw LodeException.usage("publish workers: " + workers + " given, expected 1 to 256");
        }
        if (mostKeys < 0 || snapshotLimit.isNegative() || snapshotLimit.isZero()) {
            throw LodeException.usage(
                    "publishing: "
                            + mostKeys
                            + " keys, snapshot of "
                            + snapshotLimit
                            + ", expected no negative number and a limit");
        }
    }

    static Retention retention(PublishSpec.Keep keep) {
        return new Retention(keep.generations(), Duration.ofHours(keep.hours()), keep.feeds());
    }
}
