package dev.lode.store;

import dev.lode.core.LodeException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Writes small files so that they are whole or absent, whatever happens: into a temporary file,
/// flushed to the disk, renamed into place, the folder flushed too. Readers see the old content or
/// the new.
///
/// @param disk to write to
/// @param temp where the temporary file is until then; on the same file system
public record AtomicFile(Disk disk, TempFiles temp) {
    /// Writes a file, over one that is there; makes its folder.
    ///
    /// @throws LodeException of kind RESOURCE when the disk refuses; then an older file is still
    ///   there
    public void write(Path file, byte[] content) {
        Path temporary = temp.next();
        try {
            disk.createFolders(Disk.folderOf(file));
            try (var out = disk.open(temporary)) {
                out.write(ByteBuffer.wrap(content), 0);
                out.sync();
            }
            disk.rename(temporary, file);
            disk.sync(Disk.folderOf(file));
        } catch (IOException e) {
            discard(temporary, e);
            throw DiskTrouble.of(file, "writing", e);
        }
    }

    /// Writes text as UTF-8.
    public void write(Path file, String content) {
        write(file, content.getBytes(StandardCharsets.UTF_8));
    }

    private void discard(Path temporary, IOException why) {
        try {
            disk.delete(temporary);
        } catch (IOException e) {
            // The run's folder goes as a whole at its end, or is swept.
            why.addSuppressed(e);
        }
    }
}
