package dev.lode.publish.archive;

import dev.lode.store.Disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Lines in one member of gzip, put together from pieces that were pressed before, as archives are.
/// Not thread safe.
public final class GzipLines implements Closeable {
    private static final int SEGMENT = 64 << 10;

    private final Path file;
    private final FileSink sink;
    private final SegmentPress press = new SegmentPress(CodecSpec.DEFLATE.open());
    private final Envelope envelope = new Envelope(ArchiveFormat.JSONL_GZ);
    private final ByteRun lines = new ByteRun();
    private int crc;
    private long raw;

    private GzipLines(Disk disk, Path file) throws IOException {
        this.file = file;
        this.sink = new FileSink(disk.open(file), null);
    }

    /// Pressed lines without head and tail, in a file of their own.
    public record Piece(Path file, long stored, long raw, int crc) {}

    /// Begins a piece.
    public static GzipLines piece(Disk disk, Path file) throws IOException {
        return new GzipLines(disk, file);
    }

    /// Begins a whole file.
    public static GzipLines whole(Disk disk, Path file) throws IOException {
        var lines = new GzipLines(disk, file);
        try {
            lines.sink.write(lines.envelope.front());
            return lines;
        } catch (IOException e) {
            lines.close();
            throw e;
        }
    }

    /// Adds a line and its end.
    public void add(byte[] line) throws IOException {
        lines.add(line);
        lines.add('\n');
        if (lines.length() >= SEGMENT) {
            pressLines();
        }
    }

    private void pressLines() throws IOException {
        if (lines.length() > 0) {
            sink.write(press.press(lines.array(), lines.length()));
            note(press.crc(), lines.length());
            lines.clear();
        }
    }

    private void note(int addedCrc, long addedRaw) {
        envelope.add(addedCrc, addedRaw);
        crc = Crc32Combination.of(crc, addedCrc, addedRaw);
        raw += addedRaw;
    }

    /// Adds a piece as it is.
    public void add(Piece piece) throws IOException {
        pressLines();
        try (var from = FileChannel.open(piece.file(), StandardOpenOption.READ)) {
            sink.copy(from, 0, piece.stored());
        }
        note(piece.crc(), piece.raw());
    }

    /// Ends a piece; it need not survive a power failure.
    public Piece endPiece() throws IOException {
        pressLines();
        sink.flush();
        return new Piece(file, sink.position(), raw, crc);
    }

    /// Ends a whole file, durably.
    ///
    /// @return its length and its SHA-256 in hexadecimal
    public JoinedArchive endWhole() throws IOException {
        pressLines();
        sink.write(envelope.back());
        sink.sync();
        return new JoinedArchive(
                sink.position(), ArchiveCheck.sha256(file), envelope.front().length);
    }

    @Override
    public void close() throws IOException {
        try (press) {
            sink.close();
        }
    }
}
