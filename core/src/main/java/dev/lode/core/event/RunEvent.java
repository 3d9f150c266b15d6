package dev.lode.core.event;

import dev.lode.core.RowCounts;

import java.time.Duration;

/// Something that happened in a run. Sizes in bytes.
public sealed interface RunEvent {
    /// A run began.
    record RunStarted(long run, String operation, String dataset, String snapshot, int items)
            implements RunEvent {}

    /// The run entered a stage: `fetch`, `pre-flight`, `load`, `build`, `swap`, `validate`,
    /// `vanished`, `keys`, `verify`.
    record StageStarted(String stage) implements RunEvent {}

    /// Bytes of an item arrived in the store. `bytes` counts what is there, also from an earlier
    /// attempt.
    record FetchProgress(String item, long bytes, long size) implements RunEvent {}

    /// An item is whole in the store. `transferred` is 0 when it was there already.
    record Fetched(String item, long size, long transferred) implements RunEvent {}

    /// Loading of an item began, or went on after `records` records that an earlier run committed.
    record ItemStarted(String item, String table, long size, long records) implements RunEvent {}

    /// A split was committed. `stored` of `size` stored bytes are used up; counts are those of the
    /// whole item.
    record ItemProgress(String item, long stored, long size, long decoded, RowCounts counts)
            implements RunEvent {}

    /// An item is in the table whole.
    record ItemLoaded(String item, String table, RowCounts counts, Duration took)
            implements RunEvent {}

    /// The same content was loaded before: nothing was read.
    record ItemSkipped(String item, String table, String reason) implements RunEvent {}

    /// An item failed; other items go on.
    record ItemFailed(String item, String table, String reason) implements RunEvent {}

    /// A file that is taken in came a step further: `claimed`, `read`, `loaded`, `duplicate`,
    /// `failed`, `moved`, `noted`. The ledger agrees by then.
    record FileStep(String step, String file, long id) implements RunEvent {}

    /// How far a watch is. Counts are of files since it began.
    ///
    /// @param live files that wait and are new
    /// @param left old files that wait and are known
    /// @param more whether there are more old files than these
    /// @param workers that may load old files now
    record IntakeProgress(
            String dataset,
            long loaded,
            long duplicates,
            long failed,
            long live,
            long left,
            boolean more,
            int workers,
            double filesPerSecond)
            implements RunEvent {}

    /// How far a copy is; the listing may still go on.
    record CopyProgress(long listed, long copied, long bytes, long skipped, long failed)
            implements RunEvent {}

    /// An index or a key was built, or left not valid; `outcome` is a sentence that names both it
    /// and its table.
    record KeyBuilt(String name, String table, String outcome, Duration took) implements RunEvent {}

    /// A publication entered a stage: `archives`, `all`, `generation`, `names`, `upload`. Others
    /// may be in theirs at the same time.
    record PublishStage(String publication, String stage) implements RunEvent {}

    /// Another archive of a publication was built, or found to be what it was.
    ///
    /// @param archives so far
    /// @param of all of its partitions
    /// @param items in those archives
    record PublishProgress(String publication, int archives, int of, long items)
            implements RunEvent {}

    /// Something a person may want to know; `warning` when Lode coped with a trouble.
    record Note(boolean warning, String message) implements RunEvent {}

    /// The run ended in `state`: completed, partial, failed or interrupted.
    record RunFinished(long run, String state, RowCounts counts, Duration took)
            implements RunEvent {}
}
