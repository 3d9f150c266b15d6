package dev.lode.publish.archive;

import dev.lode.publish.ItemSource;
import dev.lode.store.Disk;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Makes archives of one shape, each in the thread that asks for it. Safe for use by several
/// threads, for different files.
public interface ArchiveMaker {
    /// Where they are made.
    Disk disk();

    /// Makes an archive of all of its items.
    ///
    /// @param before the archive before, whose index says what is news
    /// @param target two files that are not there yet; left half written on failure
    /// @throws DamagedArchiveException when the archive before is not sound
    /// @throws dev.lode.core.LodeException of kind DATA for an item that cannot be published,
    ///   RESOURCE when the disk refuses
    ArchiveBuild.Outcome whole(
            ItemSource.Opening items,
            Optional<ArchiveFiles> before,
            ArchiveFiles target,
            StepListener listener)
            throws InterruptedException;

    /// Makes an archive of what changed since the one before.
    ///
    /// @param items all of them, where an archive cannot be spliced
    /// @throws DamagedArchiveException when the archive before is not sound, or has another shape
    ArchiveBuild.Outcome changed(
            ItemSource.Opening changes,
            ItemSource.Opening items,
            ArchiveFiles before,
            ArchiveFiles target,
            StepListener listener)
            throws InterruptedException;

    /// Makes one archive of what several hold.
    ///
    /// @param parts in the order in which their items come
    /// @param target that is not there yet; left half written on failure
    /// @throws DamagedPartException when a part is not what is said of it
    JoinedArchive join(List<Part> parts, Path target);
}
