package dev.lode.engine.fetch;

import dev.lode.store.DataRoot;
import dev.lode.store.Disk;
import dev.lode.store.DiskTrouble;
import dev.lode.store.Snapshot;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;

/// What an unfinished fetch left of items that will not be fetched.
public final class PartialFiles {
    private PartialFiles() {}

    /// Removes what is there of them, and folders that are empty then.
    ///
    /// @param names of items
    public static void remove(Snapshot snapshot, Collection<String> names) {
        DataRoot root = snapshot.root();
        Path incoming = root.incoming(snapshot.id());
        for (String name : names) {
            PartialFile.forget(
                    PartialFile.Paths.of(incoming, name, snapshot.file(name)), root.disk());
        }
        try {
            AbandonedParts.removeEmptyFolders(root.disk(), Disk.folderOf(incoming));
        } catch (IOException e) {
            throw DiskTrouble.of(incoming, "tidying", e);
        }
    }
}
