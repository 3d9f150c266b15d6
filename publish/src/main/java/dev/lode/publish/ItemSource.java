package dev.lode.publish;

import java.util.SortedSet;

/// Where the items of one generation come from, all of one state of the data. Called by several
/// threads at once, each for a partition of its own.
public interface ItemSource {
    /// All partitions, those without items too: each gets its archive. One that is missing and had
    /// an archive before is gone with all its items.
    SortedSet<String> partitions();

    /// What may have changed in a partition since the generation before.
    Work workOf(String partition);

    /// All items of a partition, in [KeyOrder]. Asked for when [#workOf] says so, and when there is
    /// no sound archive to change.
    ChangeReader whole(String partition) throws InterruptedException;

    /// What is known of a partition without reading it.
    sealed interface Work {
        /// Nothing changed.
        record Nothing() implements Work {}

        /// Some keys may have changed.
        record Some(Opening changes) implements Work {}

        /// Nobody knows: [#whole] is compared with the archive.
        record Everything() implements Work {}
    }

    /// Begins to read.
    @FunctionalInterface
    interface Opening {
        ChangeReader open() throws InterruptedException;
    }
}
