package dev.lode.publish.archive;

import dev.lode.format.table.DamagedTableException;
import dev.lode.publish.ItemSource;
import dev.lode.store.Disk;
import dev.lode.store.DiskTrouble;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Makes archives of columns. What changed is looked at first, against the index of the archive
/// before; only when something did all items are read, and written. So an item can be read twice,
/// which costs less than to compress all of them for nothing.
record TableArchives(TableArchiveShape shape, Disk disk, int largestItem) implements ArchiveMaker {
    /// Items are records; nothing of their keys is in them.
    private static final EntryFormat RECORDS = new LineEntries("", true);

    @Override
    public ArchiveBuild.Outcome whole(
            ItemSource.Opening items,
            Optional<ArchiveFiles> before,
            ArchiveFiles target,
            StepListener listener)
            throws InterruptedException {
        try {
            if (before.isEmpty()) {
                return written(items, null, target, listener);
            }
            var tally = compared(items, before.get(), true);
            return tally.isPresent()
                    ? new ArchiveBuild.Outcome(tally.get(), Optional.empty())
                    : rewritten(items, before.get(), target, listener);
        } catch (IOException e) {
            throw DiskTrouble.of(target.archive(), "writing", e);
        }
    }

    @Override
    public ArchiveBuild.Outcome changed(
            ItemSource.Opening changes,
            ItemSource.Opening items,
            ArchiveFiles before,
            ArchiveFiles target,
            StepListener listener)
            throws InterruptedException {
        try {
            var tally = compared(changes, before, false);
            return tally.isPresent()
                    ? new ArchiveBuild.Outcome(tally.get(), Optional.empty())
                    : rewritten(items, before, target, listener);
        } catch (IOException e) {
            throw DiskTrouble.of(target.archive(), "writing", e);
        }
    }

    /// What came of changes when none of them is news; nothing when the archive is to be written.
    ///
    /// @param whole whether the changes are all items
    private Optional<Tally> compared(ItemSource.Opening changes, ArchiveFiles before, boolean whole)
            throws IOException, InterruptedException {
        try (var old = SegmentIndex.open(before.index(), before.archive())) {
            if (!old.identity().equals(shape.identity())) {
                if (!whole) {
                    throw new DamagedArchiveException("it has another shape");
                }
                return Optional.empty();
            }
            try (var reader = changes.open()) {
                var steps =
                        new Steps(
                                reader,
                                old,
                                whole,
                                false,
                                RECORDS,
                                largestItem,
                                StepListener.SILENT);
                return steps.next() == null ? Optional.of(steps.tally()) : Optional.empty();
            }
        }
    }

    private ArchiveBuild.Outcome rewritten(
            ItemSource.Opening items,
            ArchiveFiles before,
            ArchiveFiles target,
            StepListener listener)
            throws IOException, InterruptedException {
        try (var old = SegmentIndex.open(before.index(), before.archive())) {
            return written(items, old, target, listener);
        }
    }

    private ArchiveBuild.Outcome written(
            ItemSource.Opening items,
            @Nullable SegmentIndex old,
            ArchiveFiles target,
            StepListener listener)
            throws IOException, InterruptedException {
        try (var reader = items.open();
                var writer = TableArchiveWriter.open(shape, disk, target)) {
            var steps = new Steps(reader, old, true, true, RECORDS, largestItem, listener);
            for (var step = steps.next(); step != null; step = steps.next()) {
                if (step instanceof Step.Put put) {
                    writer.add(put);
                }
            }
            return new ArchiveBuild.Outcome(steps.tally(), Optional.of(writer.finish()));
        }
    }

    @Override
    public JoinedArchive join(List<Part> parts, Path target) {
        try {
            long bodyOffset;
            long bytes;
            try (var sink = new FileSink(disk.open(target), null)) {
                var body =
                        shape.format()
                                .join(
                                        shape.table(),
                                        parts.stream().map(Part::archive).toList(),
                                        new SinkStream(sink));
                sink.sync();
                bodyOffset = body.offset();
                bytes = sink.position();
            } catch (DamagedTableException e) {
                throw new DamagedPartException(parts.get(e.part()).name());
            }
            return new JoinedArchive(
                    bytes, ArchiveCheck.ofBodies(target, bodyOffset, parts), bodyOffset);
        } catch (IOException e) {
            throw DiskTrouble.of(target, "writing", e);
        }
    }
}
