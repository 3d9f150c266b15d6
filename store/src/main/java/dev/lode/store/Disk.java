package dev.lode.store;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/// The one way of Lode's files to the disk: every step that changes something is a method here, so
/// that a wrapper can make each of them fail in turn. Reading goes past it.
///
/// A method that throws has done nothing, or left what its own text says. Safe for use by several
/// threads; a [DiskFile] belongs to one.
public interface Disk {
    /// The disk of this machine.
    static Disk local() {
        return LocalDisk.INSTANCE;
    }

    /// What a file is opened for.
    enum Opening {
        /// The file must not exist.
        NEW,
        /// An existing file is emptied, an absent one made.
        REPLACE,
        /// What an existing file holds stays, and writing goes on behind it; an absent one is made.
        CONTINUE
    }

    /// Makes one folder below one that exists; a folder that is there already is fine.
    void createFolder(Path folder) throws IOException;

    /// Opens a file for writing.
    DiskFile open(Path file, Opening opening) throws IOException;

    /// Makes the names in a folder durable: what was created, renamed or deleted in it.
    void forceFolder(Path folder) throws IOException;

    /// Renames within one file system in one step; a file of the new name is replaced.
    ///
    /// @throws java.nio.file.AtomicMoveNotSupportedException when the two are on different file
    ///     systems
    void rename(Path from, Path to) throws IOException;

    /// Deletes a file, a link or an empty folder.
    ///
    /// @return whether there was one
    boolean delete(Path path) throws IOException;

    /// Sets exactly these permissions, whatever the umask.
    void permit(Path path, Set<PosixFilePermission> permissions) throws IOException;

    /// Whether this process may create files in an existing folder: permissions, access lists and
    /// read-only file systems count, its fill does not.
    boolean writable(Path folder);

    /// Room on the file system that holds `path`, or would: the nearest folder above that exists.
    DiskSpace space(Path path) throws IOException;
}
