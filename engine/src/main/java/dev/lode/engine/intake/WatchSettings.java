package dev.lode.engine.intake;

import dev.lode.core.ByteSize;
import dev.lode.core.LodeException;
import dev.lode.postgres.document.SessionLimits;
import dev.lode.postgres.space.SpaceLimits;

import java.time.Duration;
import java.util.Optional;

/// Bounds of watching.
///
/// @param poll time between two looks at the incoming place
/// @param settle how long a file of a folder must stay as it is before it is read; zero where
///   producers rename finished files into the folder
/// @param sweep time between two listings of the whole place, where looks begin at its end
/// @param maxLoad workers for old files at most; live files have one of their own
/// @param latencyFactor how many times slower than at rest the database may answer before old files
///   give way
/// @param groupFiles files of one transaction at most
/// @param groupBytes their bytes at most
/// @param memory bytes of files that are in memory at the same time
/// @param waitingFiles old files that are kept in mind at most; where as many are dealt with and
///   cannot be moved, no more old ones are taken in
/// @param attempts at a file that may heal
/// @param deaths watchers that may die with a file in hand before it counts as what killed them
/// @param firstPause before the second attempt; doubles from attempt to attempt
/// @param longestPause between attempts
/// @param silence after which a watcher counts as dead
/// @param stuck time without progress after which the watcher says so
/// @param createTables whether missing tables are made; else files wait for them
/// @param window hours in which old files are loaded; always when empty
/// @param session bounds of loading
/// @param space how far the database's disk may be filled, and, for a watch that ends, how long it
///   waits for room; one that goes on waits as long as it takes
/// @param bulk whether keys and indexes go away for old files
public record WatchSettings(
        Duration poll,
        Duration settle,
        Duration sweep,
        int maxLoad,
        double latencyFactor,
        int groupFiles,
        ByteSize groupBytes,
        ByteSize memory,
        int waitingFiles,
        int attempts,
        int deaths,
        Duration firstPause,
        Duration longestPause,
        Duration silence,
        Duration stuck,
        boolean createTables,
        Optional<Window> window,
        SessionLimits session,
        SpaceLimits space,
        BulkSettings bulk) {
    public static final WatchSettings DEFAULT =
            new WatchSettings(
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(15),
                    2,
                    4,
                    32,
                    ByteSize.mebibytes(8),
                    ByteSize.mebibytes(64),
                    10_000,
                    8,
                    2,
                    Duration.ofSeconds(5),
                    Duration.ofMinutes(15),
                    Duration.ofSeconds(60),
                    Duration.ofMinutes(3),
                    true,
                    Optional.empty(),
                    SessionLimits.DEFAULT,
                    new SpaceLimits(
                            Optional.empty(),
                            ByteSize.mebibytes(1024),
                            Duration.ofSeconds(5),
                            Duration.ofHours(1)),
                    BulkSettings.NONE);

    public WatchSettings {
        if (maxLoad < 0
                || groupFiles < 1
                || waitingFiles < 1
                || attempts < 1
                || deaths < 1
                || latencyFactor < 1) {
            throw LodeException.usage(
                    "watching: "
                            + maxLoad
                            + " workers, "
                            + groupFiles
                            + " files a transaction, "
                            + waitingFiles
                            + " waiting files, "
                            + attempts
                            + " attempts, "
                            + deaths
                            + " deaths, latency factor "
                            + latencyFactor
                            + "; expected 0 workers or more, and at least 1 of the others");
        }
    }

    /// Before the next attempt.
    Duration pause(int attempts) {
        double seconds = firstPause.toMillis() / 1000.0 * Math.pow(2, Math.min(attempts, 30) - 1.0);
        return Duration.ofMillis(
                Math.round(Math.min(seconds * 1000, (double) longestPause.toMillis())));
    }
}
