package dev.lode.publish.archive;

import dev.lode.store.Disk;

/// Everything but the items that decides the bytes of a publication's archives.
public sealed interface FileShape permits ArchiveShape, TableArchiveShape {
    /// The end of their names, without the dot before it.
    String ending();

    /// Archives whose identities differ have no bytes in common.
    String identity();

    /// What makes them.
    ///
    /// @param largestItem bytes of an item's content; larger ones are an error
    ArchiveMaker maker(Disk disk, int largestItem);
}
