package dev.lode.publish.archive;

import dev.lode.publish.KeyOrder;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Which bytes two archives have in common, by their segments: what a store that has the older one
/// need not be sent again.
public final class SharedRuns {
    private final List<Run> runs = new ArrayList<>();

    private SharedRuns() {}

    /// Bytes that are the same.
    ///
    /// @param offset in the newer archive
    /// @param oldOffset in the older one
    public record Run(long offset, long oldOffset, long length) {}

    /// A body, and where it lies in an archive: its own, or one that holds several.
    ///
    /// @param files of the partition
    /// @param start of its first segment in the archive that is compared
    /// @param length of the body
    public record Placed(ArchiveFiles files, long start, long length) {}

    /// A partition in both archives.
    public record Pair(Optional<Placed> before, Placed now) {}

    /// The runs, in the order of the newer archive.
    ///
    /// @param pairs partitions in the order in which they lie in the newer archive
    /// @throws DamagedArchiveException when an index is not sound
    public static List<Run> of(List<Pair> pairs) throws IOException {
        var shared = new SharedRuns();
        for (Pair pair : pairs) {
            if (pair.before().isPresent()) {
                shared.compare(pair.before().get(), pair.now());
            }
        }
        return shared.runs;
    }

    private void compare(Placed before, Placed now) throws IOException {
        if (before.files().equals(now.files())) {
            add(now.start(), before.start(), now.length());
            return;
        }
        try (var old = SegmentIndex.open(before.files().index(), before.files().archive());
                var young = SegmentIndex.open(now.files().index(), now.files().archive())) {
            if (!old.identity().equals(young.identity())) {
                return;
            }
            long oldAt = before.start();
            long at = now.start();
            var one = old.next();
            var other = young.next();
            while (one != null && other != null) {
                int order = KeyOrder.INSTANCE.compare(one.lastKey(), other.lastKey());
                if (order == 0 && one.isSameAs(other)) {
                    add(at, oldAt, other.stored());
                }
                if (order <= 0) {
                    oldAt += one.stored();
                    one = old.next();
                }
                if (order >= 0) {
                    at += other.stored();
                    other = young.next();
                }
            }
        }
    }

    private void add(long offset, long oldOffset, long length) {
        if (!runs.isEmpty()) {
            var last = runs.getLast();
            if (last.offset + last.length == offset && last.oldOffset + last.length == oldOffset) {
                runs.set(
                        runs.size() - 1,
                        new Run(last.offset, last.oldOffset, last.length + length));
                return;
            }
        }
        if (length > 0) {
            runs.add(new Run(offset, oldOffset, length));
        }
    }
}
