package dev.lode.engine.export;

import dev.lode.store.Disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// Writes a hidden file beside the one that is meant, which takes its name when it is whole and on
/// the disk. Not thread safe.
final class FileExport extends ExportSink {
    private final Disk disk;
    private final Path file;
    private final Path hidden;
    private final Disk.WritableFile out;
    private long position;
    private boolean done;

    private FileExport(Disk disk, Path file, Path hidden, Disk.WritableFile out) {
        this.disk = disk;
        this.file = file;
        this.hidden = hidden;
        this.out = out;
    }

    /// @param mark tells this process's hidden file from others'
    static FileExport open(Disk disk, Path file, String mark) throws IOException {
        Path absolute = file.toAbsolutePath();
        Path hidden = absolute.resolveSibling("." + absolute.getFileName() + ".lode-" + mark);
        disk.delete(hidden);
        return new FileExport(disk, absolute, hidden, disk.open(hidden));
    }

    @Override
    void take(byte[] from, int offset, int length) throws IOException {
        out.write(ByteBuffer.wrap(from, offset, length), position);
        position += length;
    }

    @Override
    void complete() throws IOException {
        out.sync();
        disk.rename(hidden, file);
        disk.sync(Disk.folderOf(file));
        done = true;
    }

    @Override
    public void close() throws IOException {
        try (out) {
            if (!done) {
                disk.delete(hidden);
            }
        }
    }
}
