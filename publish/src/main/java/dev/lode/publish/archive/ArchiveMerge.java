package dev.lode.publish.archive;

import dev.lode.publish.KeyOrder;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;

/// Makes the next archive of the last one and what changed:
/// 1. A stretch (what lies between two natural boundaries) is copied as it is when the new archive
///    is at a natural boundary too and no change falls into it.
/// 2. Any other stretch is unpressed, merged with the changes by key, and pressed anew, until old
///    and new are at natural boundaries at once again. Since the keys decide where those are, that
///    is at the end of the stretch, or of the next one where the item at the boundary is gone.
/// 3. What comes behind the last natural boundary is copied only when no more changes come.
///
/// So the new archive is what a build from nothing would have made of the same items, byte for
/// byte. Holds the index of one stretch and the bytes of one segment in memory.
final class ArchiveMerge {
    private final SegmentIndex old;
    private final FileChannel archive;
    private final SegmentCodec codec;
    private final EntryFormat format;
    private final Steps steps;
    private final ArchiveWriter writer;

    private @Nullable List<Segment> stretch;
    private @Nullable OldItems opened;

    ArchiveMerge(
            SegmentIndex old,
            FileChannel archive,
            SegmentCodec codec,
            EntryFormat format,
            Steps steps,
            ArchiveWriter writer) {
        this.old = old;
        this.archive = archive;
        this.codec = codec;
        this.format = format;
        this.steps = steps;
        this.writer = writer;
    }

    /// @param first the first step, taken from the others already
    void run(Step first) throws IOException, InterruptedException {
        @Nullable Step step = first;
        nextStretch();
        while (stretch != null || step != null) {
            var old = stretch;
            if (old != null && opened == null && canBeCopied(old, step)) {
                for (Segment segment : old) {
                    writer.copy(segment, archive);
                }
                nextStretch();
                continue;
            }
            var item = current();
            int order =
                    item == null
                            ? 1
                            : step == null ? -1 : KeyOrder.INSTANCE.compare(item.key(), step.key());
            if (order < 0 && item != null) {
                writer.addEntry(
                        item.key(),
                        item.bytes(),
                        item.offset(),
                        item.length(),
                        item.contentLength(),
                        item.hash());
                advance(item);
                continue;
            }
            if (order == 0 && item != null) {
                advance(item);
            }
            if (step instanceof Step.Put put) {
                writer.add(put.key(), put.item().content(), put.hash());
            }
            step = steps.next();
        }
    }

    private boolean canBeCopied(List<Segment> old, @Nullable Step step) {
        var last = old.getLast();
        return writer.isAtNaturalBoundary()
                && (step == null
                        || (last.natural()
                                && KeyOrder.INSTANCE.compare(last.lastKey(), step.key()) < 0));
    }

    private @Nullable OldItems current() throws IOException {
        var segments = stretch;
        if (segments != null && opened == null) {
            var items = new OldItems(archive, codec, format, segments);
            if (!items.next()) {
                throw new DamagedArchiveException("a segment without items");
            }
            opened = items;
        }
        return opened;
    }

    private void advance(OldItems item) throws IOException {
        if (!item.next()) {
            nextStretch();
        }
    }

    private void nextStretch() throws IOException {
        opened = null;
        var segments = new ArrayList<Segment>();
        for (var segment = old.next(); segment != null; segment = old.next()) {
            segments.add(segment);
            if (segment.natural()) {
                break;
            }
        }
        stretch = segments.isEmpty() ? null : segments;
    }
}
