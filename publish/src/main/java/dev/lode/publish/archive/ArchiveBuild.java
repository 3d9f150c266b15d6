package dev.lode.publish.archive;

import dev.lode.core.LodeException;
import dev.lode.publish.ChangeReader;
import dev.lode.store.Disk;
import dev.lode.store.DiskTrouble;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/// Builds archives of one shape, each in the thread that asks for it. Safe for use by several
/// threads, for different files.
///
/// @param largestItem bytes of an item's content; larger ones are an error
public record ArchiveBuild(ArchiveShape shape, Disk disk, int largestItem) {
    /// What came of a build.
    ///
    /// @param tally what the changes came to
    /// @param built the archive; nothing when no item changed, and no file was written
    public record Outcome(Tally tally, Optional<ArchiveFacts> built) {}

    /// Builds an archive from all of its items.
    ///
    /// @param before the archive before, to take over what is the same
    /// @param target two files that are not there yet; left half written on failure
    /// @throws DamagedArchiveException when the archive before is not sound
    /// @throws LodeException of kind DATA for an item that cannot be published, RESOURCE when the
    ///   disk refuses
    public Outcome whole(
            ChangeReader items,
            Optional<ArchiveFiles> before,
            ArchiveFiles target,
            StepListener listener)
            throws InterruptedException {
        try {
            if (before.isEmpty()) {
                var steps = steps(items, null, true, true, listener);
                var facts = written(steps, steps.next(), target);
                return new Outcome(steps.tally(), Optional.of(facts));
            }
            return rebuilt(items, before.get(), true, target, listener);
        } catch (IOException e) {
            throw DiskTrouble.of(target.archive(), "writing", e);
        }
    }

    /// Builds an archive from the one before and what changed since.
    ///
    /// @throws DamagedArchiveException when the archive before is not sound, or has another shape
    public Outcome changed(
            ChangeReader changes, ArchiveFiles before, ArchiveFiles target, StepListener listener)
            throws InterruptedException {
        try {
            return rebuilt(changes, before, false, target, listener);
        } catch (IOException e) {
            throw DiskTrouble.of(target.archive(), "writing", e);
        }
    }

    private Outcome rebuilt(
            ChangeReader changes,
            ArchiveFiles before,
            boolean whole,
            ArchiveFiles target,
            StepListener listener)
            throws IOException, InterruptedException {
        try (var compared = SegmentIndex.open(before.index(), before.archive())) {
            boolean same = compared.identity().equals(shape.identity());
            if (!same && !whole) {
                throw new DamagedArchiveException("it has another shape");
            }
            var steps = steps(changes, compared, whole, !same, listener);
            var first = steps.next();
            if (!same) {
                var facts = written(steps, first, target);
                return new Outcome(steps.tally(), Optional.of(facts));
            }
            if (first == null) {
                return new Outcome(steps.tally(), Optional.empty());
            }
            var facts = merged(before, steps, first, target);
            return new Outcome(steps.tally(), Optional.of(facts));
        }
    }

    private ArchiveFacts merged(ArchiveFiles before, Steps steps, Step first, ArchiveFiles target)
            throws IOException, InterruptedException {
        try (var old = SegmentIndex.open(before.index(), before.archive());
                var archive = FileChannel.open(before.archive(), StandardOpenOption.READ);
                var codec = shape.codec().open();
                var writer = open(target)) {
            new ArchiveMerge(old, archive, codec, EntryFormat.of(shape), steps, writer).run(first);
            return writer.finish();
        }
    }

    private ArchiveFacts written(Steps steps, @Nullable Step first, ArchiveFiles target)
            throws IOException, InterruptedException {
        try (var writer = open(target)) {
            for (var step = first; step != null; step = steps.next()) {
                if (step instanceof Step.Put put) {
                    writer.add(put.key(), put.item().content(), put.hash());
                }
            }
            return writer.finish();
        }
    }

    private Steps steps(
            ChangeReader changes,
            @Nullable SegmentIndex old,
            boolean whole,
            boolean keepUnchanged,
            StepListener listener) {
        return new Steps(
                changes, old, whole, keepUnchanged, EntryFormat.of(shape), largestItem, listener);
    }

    private ArchiveWriter open(ArchiveFiles target) throws IOException {
        return ArchiveWriter.open(shape, disk, target.archive(), target.index());
    }
}
