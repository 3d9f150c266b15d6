package dev.lode.publish.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Iterator;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;

/// The items of some segments of an archive, with their entry bytes, in order; one segment at a
/// time is unpressed. A cursor; not thread safe.
final class OldItems {
    private final FileChannel archive;
    private final SegmentCodec codec;
    private final EntryFormat format;
    private final Iterator<Segment> segments;
    private IndexEntries entry = new IndexEntries(new byte[0], 0);
    private byte[] raw = {};
    private int offset;
    private int length;

    OldItems(FileChannel archive, SegmentCodec codec, EntryFormat format, List<Segment> segments) {
        this.archive = archive;
        this.codec = codec;
        this.format = format;
        this.segments = segments.iterator();
    }

    /// Goes to the next item; false at the end.
    ///
    /// @throws DamagedArchiveException when the bytes are not what the index says
    boolean next() throws IOException {
        while (!entry.next()) {
            if (offset + length != raw.length) {
                throw new DamagedArchiveException("the items of a segment do not fill it");
            }
            if (!segments.hasNext()) {
                return false;
            }
            open(segments.next());
        }
        offset += length;
        length = Math.toIntExact(format.length(entry.key(), entry.contentLength()));
        if (offset + length > raw.length) {
            throw new DamagedArchiveException("a segment ends too early");
        }
        return true;
    }

    private void open(Segment segment) throws IOException {
        var stored = ByteBuffer.allocate(Math.toIntExact(segment.stored()));
        while (stored.hasRemaining()) {
            if (archive.read(stored, segment.offset() + stored.position()) < 0) {
                throw new DamagedArchiveException("it ends too early");
            }
        }
        try {
            raw =
                    codec.unpress(
                            stored.array(), 0, stored.capacity(), Math.toIntExact(segment.raw()));
        } catch (DataFormatException e) {
            throw new DamagedArchiveException(
                    "the segment that ends with key \""
                            + segment.lastKey()
                            + "\" cannot be decompressed",
                    e);
        }
        var crc = new CRC32();
        crc.update(raw);
        if ((int) crc.getValue() != segment.crc()) {
            throw new DamagedArchiveException(
                    "the segment that ends with key \""
                            + segment.lastKey()
                            + "\" has another checksum");
        }
        entry = segment.entries();
        offset = 0;
        length = 0;
    }

    String key() {
        return entry.key();
    }

    int contentLength() {
        return entry.contentLength();
    }

    ItemHash hash() {
        return entry.hash();
    }

    /// The unpressed segment that the entry is in.
    byte[] bytes() {
        return raw;
    }

    int offset() {
        return offset;
    }

    int length() {
        return length;
    }
}
