package dev.lode.store;

import dev.lode.core.LodeException;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/// Everything Lode changes in a file system goes through here, so that a test can let the Nth
/// change fail. Reading does not. [#LOCAL] is the real one. Safe for use by several threads.
public interface Disk {
    /// The file systems of this machine.
    Disk LOCAL = new LocalDisk();

    /// The folder that a file lies in.
    static Path folderOf(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            throw LodeException.bug("\"" + file + "\" lies in no folder", null);
        }
        return folder;
    }

    /// Makes a folder and the folders above it, as far as they are missing, to survive a power
    /// failure.
    void createFolders(Path folder) throws IOException;

    /// Opens a file for writing anywhere in it, making it when it is missing.
    WritableFile open(Path file) throws IOException;

    /// Renames a file in one step, over one that is there. Durable only after [#sync(Path)] of both
    /// folders.
    ///
    /// @throws java.nio.file.AtomicMoveNotSupportedException when the two places are on different
    ///   file systems
    void rename(Path from, Path to) throws IOException;

    /// Gives a file a second name on the same file system.
    ///
    /// @throws java.nio.file.FileAlreadyExistsException when something has that name
    void link(Path file, Path name) throws IOException;

    /// Makes what was renamed, made or deleted directly in a folder survive a power failure.
    void sync(Path folder) throws IOException;

    /// Deletes a file or an empty folder, if it is there.
    void delete(Path path) throws IOException;

    /// A file that is being written. Methods of one file may be called by several threads at once.
    interface WritableFile extends Closeable {
        /// Writes all remaining bytes at a position.
        void write(ByteBuffer bytes, long position) throws IOException;

        /// Copies a range of another file to a position here, without the bytes passing through
        /// this process where the system can.
        ///
        /// @throws java.io.EOFException when the other file ends before the range does
        void copy(FileChannel from, long offset, long length, long position) throws IOException;

        /// Cuts or keeps the file at so many bytes.
        void truncate(long size) throws IOException;

        /// Makes all bytes written so far survive a power failure.
        void sync() throws IOException;

        /// Claims the file until it is closed, or this process ends.
        ///
        /// @return false where another process has claimed it; true where the file system knows no
        ///   locks
        boolean lock() throws IOException;
    }
}
