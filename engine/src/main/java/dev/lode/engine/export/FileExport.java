package dev.lode.engine.export;

import dev.lode.store.Disk;
import dev.lode.store.UnfinishedFiles;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// Writes a hidden file beside the one that is meant, which takes its name when it is whole and on
/// the disk. Not thread safe.
final class FileExport extends ExportSink {
    private final UnfinishedFiles.Unfinished file;
    private long position;

    private FileExport(UnfinishedFiles.Unfinished file) {
        this.file = file;
    }

    static FileExport open(Disk disk, Path file) throws IOException {
        return new FileExport(new UnfinishedFiles(disk).open(file.toAbsolutePath()));
    }

    @Override
    void take(byte[] from, int offset, int length) throws IOException {
        file.out().write(ByteBuffer.wrap(from, offset, length), position);
        position += length;
    }

    @Override
    void complete() throws IOException {
        file.complete();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
