package dev.lode.postgres.schema;

import dev.lode.core.ByteSize;
import dev.lode.core.LodeException;

import java.time.Duration;

/// Bounds on what applying a schema may take from the server.
///
/// @param maintenanceMemory `maintenance_work_mem` of all index builds and validations that run at
///   the same time; each has its share, and at least what the server itself is set to
/// @param parallelWorkers `max_parallel_maintenance_workers` of an index build
/// @param lockTimeout how long one attempt waits for a lock, and with it how long readers may queue
///   behind it
/// @param lockAttempts how many attempts are made
/// @param lockPause between attempts, doubled each time up to [#LONGEST_PAUSE], so that those who
///   queued get through
public record ApplySettings(
        ByteSize maintenanceMemory,
        int parallelWorkers,
        Duration lockTimeout,
        int lockAttempts,
        Duration lockPause) {
    /// No pause grows beyond this.
    public static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /// The range of `maintenance_work_mem`, in kB, on every version and platform.
    private static final long LEAST_MEMORY = 1024;

    private static final long MOST_MEMORY = 2097151;

    public ApplySettings {
        if (parallelWorkers < 0 || parallelWorkers > 1024) {
            throw LodeException.usage(
                    "parallel workers: " + parallelWorkers + ", expected 0 to 1024");
        }
        if (lockAttempts < 1) {
            throw LodeException.usage("lock attempts: " + lockAttempts + ", expected 1 or more");
        }
        if (lockTimeout.toMillis() < 1) {
            throw LodeException.usage(
                    "lock timeout: " + lockTimeout.toMillis() + " ms, expected 1 ms or more");
        }
    }

    /// 512 MiB, two workers, 10 attempts of 2 s with pauses from 1 s: some three minutes in all.
    public static ApplySettings defaults() {
        return new ApplySettings(
                ByteSize.mebibytes(512), 2, Duration.ofSeconds(2), 10, Duration.ofSeconds(1));
    }

    /// For each of so many that build at the same time: together they take no more memory and no
    /// more processes than one would. Six indexes of 12 million rows, two at a time on two
    /// processors, took 0.90 of the time with one process each that they took with three.
    public ApplySettings sharedBy(int builders) {
        int sharing = Math.max(1, builders);
        return new ApplySettings(
                ByteSize.of(maintenanceMemory.bytes() / sharing),
                Math.max(0, (parallelWorkers + 1) / sharing - 1),
                lockTimeout,
                lockAttempts,
                lockPause);
    }

    /// The same with other memory for those who build.
    public ApplySettings withMemory(ByteSize memory) {
        return new ApplySettings(memory, parallelWorkers, lockTimeout, lockAttempts, lockPause);
    }

    long memoryInKilobytes() {
        return Math.clamp(maintenanceMemory.bytes() / 1024, LEAST_MEMORY, MOST_MEMORY);
    }

    /// The pause after an attempt, counted from 1.
    Duration pauseAfter(int attempt) {
        Duration pause = lockPause.multipliedBy(1L << Math.min(attempt - 1, 20));
        return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }
}
