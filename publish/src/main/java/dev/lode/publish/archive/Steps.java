package dev.lode.publish.archive;

import dev.lode.core.LodeException;
import dev.lode.publish.Change;
import dev.lode.publish.ChangeReader;
import dev.lode.publish.Item;
import dev.lode.publish.KeyOrder;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.security.MessageDigest;

/// Compares changes with the index of the archive before: content hashes decide what is news. Reads
/// both once, in order. Not thread safe.
final class Steps {
    private final ChangeReader changes;
    private final @Nullable SegmentIndex old;
    private final boolean whole;
    private final boolean keepUnchanged;
    private final EntryFormat format;
    private final int largestItem;
    private final StepListener listener;
    private final MessageDigest sha256 = ItemHash.sha256();

    private @Nullable Change pending;
    private String lastKey = "";
    private @Nullable Segment segment;
    private @Nullable IndexEntries entry;
    private boolean oldBegun;

    private long inserted;
    private long updated;
    private long deleted;
    private long unchanged;

    /// @param old the index of the archive before; null for the first
    /// @param whole whether the changes are all items, so that others of the archive before are
    ///   gone
    /// @param keepUnchanged whether items that are no news are given out too
    Steps(
            ChangeReader changes,
            @Nullable SegmentIndex old,
            boolean whole,
            boolean keepUnchanged,
            EntryFormat format,
            int largestItem,
            StepListener listener) {
        this.changes = changes;
        this.old = old;
        this.whole = whole;
        this.keepUnchanged = keepUnchanged;
        this.format = format;
        this.largestItem = largestItem;
        this.listener = listener;
    }

    /// The next step; null at the end.
    @Nullable Step next() throws IOException, InterruptedException {
        while (true) {
            Step step = compared();
            if (step == null) {
                return null;
            }
            listener.on(step);
            if (keepUnchanged || !isUnchanged(step)) {
                return step;
            }
        }
    }

    Tally tally() {
        return new Tally(inserted, updated, deleted, unchanged);
    }

    private static boolean isUnchanged(Step step) {
        return step instanceof Step.Put put && put.news() == Step.News.UNCHANGED;
    }

    private @Nullable Step compared() throws IOException, InterruptedException {
        while (true) {
            if (pending == null) {
                pending = read();
            }
            var change = pending;
            if (change == null && !whole) {
                return null;
            }
            var behind = oldUpTo(change);
            if (change == null || (whole && behind != null && isBefore(behind, change))) {
                return behind == null ? null : gone(behind);
            }
            pending = null;
            var step = step(change, behind);
            if (step != null) {
                return step;
            }
        }
    }

    private static boolean isBefore(IndexEntries entry, Change change) {
        return KeyOrder.INSTANCE.compare(entry.key(), change.key()) < 0;
    }

    private Step gone(IndexEntries gone) throws IOException {
        deleted++;
        var step = new Step.Gone(gone.key());
        advance();
        return step;
    }

    private @Nullable Step step(Change change, @Nullable IndexEntries candidate)
            throws IOException {
        boolean there = candidate != null && candidate.key().equals(change.key());
        return switch (change) {
            case Change.Put(var item) -> put(item, there ? candidate : null);
            case Change.Remove _ when whole ->
                    throw LodeException.bug(
                            "item \"" + change.key() + "\" is removed in a list of all items",
                            null);
            case Change.Remove _ -> there && candidate != null ? gone(candidate) : null;
        };
    }

    private Step put(Item item, @Nullable IndexEntries before) throws IOException {
        var hash = ItemHash.of(sha256, format.nameOf(item.key()), item.content());
        if (before == null) {
            inserted++;
            return new Step.Put(item, hash, Step.News.INSERTED);
        }
        boolean same =
                before.hash().equals(hash) && before.contentLength() == item.content().length;
        advance();
        if (same) {
            unchanged++;
            return new Step.Put(item, hash, Step.News.UNCHANGED);
        }
        updated++;
        return new Step.Put(item, hash, Step.News.UPDATED);
    }

    private @Nullable Change read() throws InterruptedException {
        var change = changes.next();
        if (change == null) {
            return null;
        }
        String key = KeyOrder.checked(change.key());
        if (!lastKey.isEmpty() && KeyOrder.INSTANCE.compare(lastKey, key) >= 0) {
            throw LodeException.bug(
                    "changes: key \"" + key + "\" comes behind \"" + lastKey + "\", out of order",
                    null);
        }
        lastKey = key;
        if (change instanceof Change.Put(var item) && item.content().length > largestItem) {
            throw LodeException.data(
                    "item \""
                            + key
                            + "\": has "
                            + item.content().length
                            + " bytes, at most "
                            + largestItem
                            + " are published; the generation was not made; raise the limit, or"
                            + " leave a column out");
        }
        return change;
    }

    /// The old item that is next: in whole mode simply that, else the first not before the change.
    private @Nullable IndexEntries oldUpTo(@Nullable Change change) throws IOException {
        if (!oldBegun) {
            oldBegun = true;
            nextSegment();
            skipSegments(change);
            openSegment();
        }
        if (whole || change == null) {
            return entry;
        }
        while (true) {
            var at = entry;
            if (at == null || !isBefore(at, change)) {
                return at;
            }
            var in = segment;
            if (in != null && KeyOrder.INSTANCE.compare(in.lastKey(), change.key()) < 0) {
                nextSegment();
                skipSegments(change);
                openSegment();
            } else {
                advance();
            }
        }
    }

    private void skipSegments(@Nullable Change change) throws IOException {
        while (!whole
                && change != null
                && segment != null
                && KeyOrder.INSTANCE.compare(segment.lastKey(), change.key()) < 0) {
            nextSegment();
        }
    }

    private void nextSegment() throws IOException {
        segment = old == null ? null : old.next();
    }

    private void openSegment() {
        var in = segment;
        entry = null;
        if (in != null) {
            var entries = in.entries();
            if (!entries.next()) {
                throw new DamagedArchiveException("a segment without items");
            }
            entry = entries;
        }
    }

    private void advance() throws IOException {
        if (entry != null && !entry.next()) {
            nextSegment();
            openSegment();
        }
    }
}
