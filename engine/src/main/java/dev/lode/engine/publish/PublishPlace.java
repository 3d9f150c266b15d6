package dev.lode.engine.publish;

import dev.lode.core.LodeException;
import dev.lode.store.DataRoot;
import dev.lode.store.Disk;
import dev.lode.store.DiskTrouble;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where generations are made.
///
/// @param root whose temporary files are used
/// @param published folder of the datasets' publications, on the same file system
/// @param isPrivate whether nobody but its owner is served from there
public record PublishPlace(DataRoot root, Path published, boolean isPrivate) {
    private static final String OWN = ".lode";

    /// A folder that the user names, made where it is missing. Temporary files lie in a hidden one
    /// inside of it, so that what is finished is put in place by a rename.
    public static PublishPlace of(Path folder, Disk disk, boolean isPrivate) {
        try {
            if (Files.exists(folder) && !Files.isDirectory(folder)) {
                throw LodeException.usage(
                        "\""
                                + folder
                                + "\": is a file, expected a folder; nothing was published; name"
                                + " another with --to");
            }
            disk.createFolders(folder.resolve(OWN).resolve("tmp"));
            Path real = folder.toRealPath();
            return new PublishPlace(new DataRoot(real.resolve(OWN), disk), real, isPrivate);
        } catch (IOException e) {
            throw DiskTrouble.of(folder, "making", e);
        }
    }

    /// What the ledger calls it.
    String name() {
        return published.toString();
    }
}
