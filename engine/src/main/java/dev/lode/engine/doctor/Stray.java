package dev.lode.engine.doctor;

import dev.lode.core.ByteSize;
import dev.lode.store.SnapshotId;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/// A file that older scripts left where it does not belong.
///
/// @param file its real path
/// @param snapshot what it is an item of, by its name; empty for a temporary file
/// @param hold why it is better let alone; empty when it can be dealt with
public record Stray(
        Path file,
        Kind kind,
        ByteSize size,
        Instant modified,
        Optional<SnapshotId> snapshot,
        Optional<String> hold) {
    /// What it is.
    public enum Kind {
        /// Named as Python's `tempfile` names: `tmp` and eight of `a` to `z`, `0` to `9`, `_`.
        TEMPORARY,
        /// Named like an item of a snapshot, in another folder than the snapshot's.
        MISPLACED,
        /// In the folder of its snapshot, whose manifest does not know it.
        UNLISTED
    }

    /// Whether [Kind#TEMPORARY] may be removed, or the others be adopted.
    public boolean free() {
        return hold.isEmpty();
    }
}
