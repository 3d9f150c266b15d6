package dev.lode.engine.intake;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/// Counts of one watch. Thread safe.
final class Tally {
    private final LongAdder loaded = new LongAdder();
    private final LongAdder duplicates = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder rejects = new LongAdder();
    private final LongAdder rows = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder moved = new LongAdder();
    private final LongAdder drift = new LongAdder();
    private final AtomicLong progressed;

    /// @param now in nanoseconds, as `System.nanoTime` has it
    Tally(long now) {
        this.progressed = new AtomicLong(now);
    }

    void loaded(long fileRows, long fileRejects, long fileBytes, long unknownFields) {
        loaded.increment();
        rows.add(fileRows);
        rejects.add(fileRejects);
        bytes.add(fileBytes);
        drift.add(unknownFields);
        progress();
    }

    void duplicate() {
        duplicates.increment();
        progress();
    }

    void failed() {
        failed.increment();
        progress();
    }

    void moved() {
        moved.increment();
        progress();
    }

    private void progress() {
        progressed.set(System.nanoTime());
    }

    /// When a file last came further, in nanoseconds of `System.nanoTime`.
    long progressed() {
        return progressed.get();
    }

    long files() {
        return loaded.sum() + duplicates.sum() + failed.sum();
    }

    WatchReport report(long run, long postponed, String state) {
        return new WatchReport(
                run,
                state,
                loaded.sum(),
                duplicates.sum(),
                failed.sum(),
                moved.sum(),
                postponed,
                rejects.sum(),
                rows.sum(),
                bytes.sum(),
                drift.sum());
    }
}
