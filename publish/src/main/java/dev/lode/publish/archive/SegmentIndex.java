package dev.lode.publish.archive;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;

/// Reads the index of an archive from front to back, one segment in memory at a time. Not thread
/// safe.
///
/// The file: `LODESEG1`, the [identity][ArchiveShape#identity()] of the archive's shape, the offset
/// of the first segment; per segment the byte 1, whether its end is natural, pressed and raw
/// length, CRC-32 of the raw and CRC-32C of the pressed bytes, its items' number, last key and
/// entries; the byte 0, number of segments and items, the archive's length; the SHA-256 of all
/// that. Numbers have seven bits a byte, the lowest first; CRCs four bytes, the lowest first; text
/// and entries their length in front.
final class SegmentIndex implements Closeable {
    private static final int DIGEST = 32;
    private static final int LARGEST_PART = 1 << 30;

    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(64 << 10).flip();
    private String identity = "";
    private long bodyOffset;
    private long offset;
    private long segments;
    private long items;
    private boolean ended;

    private SegmentIndex(FileChannel channel) {
        this.channel = channel;
    }

    /// Opens an index and checks all of it against its digest, and the archive's length against it.
    ///
    /// @throws DamagedArchiveException when it is missing or not what was written
    static SegmentIndex open(Path index, Path archive) throws IOException {
        FileChannel channel;
        try {
            channel = FileChannel.open(index, StandardOpenOption.READ);
        } catch (IOException e) {
            throw new DamagedArchiveException("its segment index cannot be opened", e);
        }
        try {
            return opened(channel, archive);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static SegmentIndex opened(FileChannel channel, Path archive) throws IOException {
        if (!digestMatches(channel)) {
            throw new DamagedArchiveException("its segment index does not match its own digest");
        }
        var whole = new SegmentIndex(channel);
        whole.readHead();
        while (whole.nextKind() == IndexWriter.SEGMENT) {
            whole.readSegment();
        }
        whole.readEnd(archive);
        channel.position(0);
        var index = new SegmentIndex(channel);
        index.readHead();
        return index;
    }

    private static boolean digestMatches(FileChannel channel) throws IOException {
        long size = channel.size();
        if (size < DIGEST) {
            return false;
        }
        MessageDigest sha256 = ItemHash.sha256();
        var chunk = ByteBuffer.allocate(256 << 10);
        long at = 0;
        while (at < size - DIGEST) {
            chunk.clear().limit((int) Math.min(chunk.capacity(), size - DIGEST - at));
            int got = channel.read(chunk, at);
            if (got <= 0) {
                return false;
            }
            sha256.update(chunk.flip());
            at += got;
        }
        var sum = ByteBuffer.allocate(DIGEST);
        while (sum.hasRemaining()) {
            if (channel.read(sum, size - sum.remaining()) < 0) {
                return false;
            }
        }
        return Arrays.equals(sum.array(), sha256.digest());
    }

    /// The identity of the archive's shape.
    String identity() {
        return identity;
    }

    /// The next segment; null at the end.
    @Nullable Segment next() throws IOException {
        if (ended || nextKind() == IndexWriter.END) {
            ended = true;
            return null;
        }
        return readSegment();
    }

    private void readHead() throws IOException {
        if (!Arrays.equals(bytes(IndexWriter.MAGIC.length), IndexWriter.MAGIC)) {
            throw new DamagedArchiveException("its segment index is of another version");
        }
        identity = text();
        bodyOffset = number();
        offset = bodyOffset;
    }

    private int nextKind() throws IOException {
        return oneByte();
    }

    private Segment readSegment() throws IOException {
        boolean natural = oneByte() == 1;
        long stored = number();
        long raw = number();
        int crc = fourBytes();
        int storedCrc = fourBytes();
        int count = part();
        String lastKey = text();
        var segment =
                new Segment(
                        offset,
                        stored,
                        raw,
                        crc,
                        storedCrc,
                        natural,
                        count,
                        lastKey,
                        bytes(part()));
        offset += stored;
        segments++;
        items += count;
        return segment;
    }

    private void readEnd(Path archive) throws IOException {
        boolean sound = number() == segments && number() == items;
        long size = number();
        if (!sound || !Files.isRegularFile(archive) || Files.size(archive) != size) {
            throw new DamagedArchiveException(
                    "it is not the archive that its segment index describes, of "
                            + size
                            + " bytes");
        }
    }

    private String text() throws IOException {
        return new String(bytes(part()), StandardCharsets.UTF_8);
    }

    private int part() throws IOException {
        long number = number();
        if (number < 0 || number > LARGEST_PART) {
            throw new DamagedArchiveException("its segment index names a part of " + number);
        }
        return (int) number;
    }

    private long number() throws IOException {
        long number = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            int b = oneByte();
            number |= (long) (b & 0x7F) << shift;
            if (b < 0x80) {
                return number;
            }
        }
        throw new DamagedArchiveException("its segment index holds a number that is too large");
    }

    private int fourBytes() throws IOException {
        int number = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            number |= oneByte() << shift;
        }
        return number;
    }

    private int oneByte() throws IOException {
        if (!buffer.hasRemaining()) {
            fill();
        }
        return buffer.get() & 0xFF;
    }

    private byte[] bytes(int length) throws IOException {
        var bytes = new byte[length];
        int at = 0;
        while (at < length) {
            if (!buffer.hasRemaining()) {
                fill();
            }
            int take = Math.min(length - at, buffer.remaining());
            buffer.get(bytes, at, take);
            at += take;
        }
        return bytes;
    }

    private void fill() throws IOException {
        buffer.clear();
        int got = channel.read(buffer);
        buffer.flip();
        if (got <= 0) {
            throw new EOFException("segment index ends too early");
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
