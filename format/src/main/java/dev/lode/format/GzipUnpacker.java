package dev.lode.format;

import dev.lode.core.ByteSource;

import java.io.IOException;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// gzip (RFC 1952), any number of members. Unlike the JDK's stream it never takes damage behind a
/// member for the end of the file: whatever follows a member must be another one. Checksum and
/// length of a member are verified at its end, so bytes of a member may have been handed out before
/// its damage is found. Not thread safe.
final class GzipUnpacker implements Unpacker {
    private static final int BUFFER = 1 << 16;
    private static final int MAGIC = 0x1f8b;
    private static final int DEFLATE = 8;
    private static final int HEADER_CRC = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int RESERVED = 0xe0;

    private final ByteSource source;
    private final StoredStream in;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final CRC32 headerCrc = new CRC32();
    private final byte[] buffer = new byte[BUFFER];
    private int at;
    private int limit;
    private boolean inMember;
    private int members;
    private long memberStart;
    private long verified;

    GzipUnpacker(ByteSource source, StoredStream in) {
        this.source = source;
        this.in = in;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        while (true) {
            if (!inMember && !beginMember()) {
                return -1;
            }
            int count = inflate(into, offset, length);
            crc.update(into, offset, count);
            if (inflater.finished()) {
                endMember();
            }
            if (count > 0) {
                return count;
            }
        }
    }

    private int inflate(byte[] into, int offset, int length) throws IOException {
        try {
            while (true) {
                int count = inflater.inflate(into, offset, length);
                if (count > 0 || inflater.finished()) {
                    return count;
                }
                if (inflater.needsDictionary()) {
                    throw damage("found gzip data that needs a dictionary");
                }
                at = limit;
                if (!fill()) {
                    throw truncated();
                }
                inflater.setInput(buffer, 0, limit);
            }
        } catch (DataFormatException e) {
            at = limit - inflater.getRemaining();
            throw Damage.at(
                    source,
                    storedPosition(),
                    verified,
                    "found no deflated data (" + e.getMessage() + ")" + member(),
                    e);
        }
    }

    private boolean beginMember() throws IOException {
        if (at == limit && !fill()) {
            if (members == 0) {
                throw truncated();
            }
            return false;
        }
        memberStart = storedPosition();
        headerCrc.reset();
        int magic = (next() << 8) | next();
        if (magic != MAGIC) {
            at = limit - (int) (in.position() - memberStart - (limit - at));
            throw Damage.at(
                    source,
                    memberStart,
                    verified,
                    members > 0
                            ? "found bytes behind gzip member "
                                    + members
                                    + " that are no further member"
                            : String.format(
                                    "found %04x, expected 1f8b, the beginning of a gzip member",
                                    magic));
        }
        readHeader();
        inflater.reset();
        inflater.setInput(buffer, at, limit - at);
        crc.reset();
        inMember = true;
        return true;
    }

    private void readHeader() throws IOException {
        int method = next();
        int flags = next();
        if (method != DEFLATE || (flags & RESERVED) != 0) {
            throw damage(
                    "found gzip method "
                            + method
                            + " with flags "
                            + flags
                            + ", expected method 8 and flags below 32");
        }
        for (int i = 0; i < 6; i++) {
            next();
        }
        if ((flags & EXTRA) != 0) {
            for (int extra = next() | (next() << 8); extra > 0; extra--) {
                next();
            }
        }
        if ((flags & NAME) != 0) {
            skipText();
        }
        if ((flags & COMMENT) != 0) {
            skipText();
        }
        if ((flags & HEADER_CRC) != 0) {
            int computed = (int) headerCrc.getValue() & 0xffff;
            int stored = next() | (next() << 8);
            if (stored != computed) {
                throw damage(
                        String.format(
                                "found a gzip header with checksum %04x, expected %04x",
                                computed, stored));
            }
        }
    }

    private void skipText() throws IOException {
        while (next() != 0) {
            // The name of the file that was packed, or a comment: neither says anything about the
            // content.
        }
    }

    private void endMember() throws IOException {
        at = limit - inflater.getRemaining();
        int stored = (int) littleEndian();
        long length = littleEndian();
        if (stored != (int) crc.getValue()) {
            throw damage(
                    String.format(
                            "found content with checksum %08x, expected %08x",
                            (int) crc.getValue(), stored));
        }
        if (length != (inflater.getBytesWritten() & 0xffffffffL)) {
            throw damage(
                    "found a member of "
                            + inflater.getBytesWritten()
                            + " bytes, expected "
                            + length
                            + " (modulo 2^32)");
        }
        verified += inflater.getBytesWritten();
        members++;
        inMember = false;
    }

    private long littleEndian() throws IOException {
        return next() | (next() << 8) | (next() << 16) | ((long) next() << 24);
    }

    private int next() throws IOException {
        if (at == limit && !fill()) {
            throw truncated();
        }
        headerCrc.update(buffer[at]);
        return buffer[at++] & 255;
    }

    private boolean fill() throws IOException {
        int count = in.read(buffer, 0, BUFFER);
        at = 0;
        limit = Math.max(0, count);
        return count > 0;
    }

    private RuntimeException damage(String found) {
        return Damage.at(source, storedPosition(), verified, found + member());
    }

    private String member() {
        return " (gzip member " + (members + 1) + ", from byte " + memberStart + " on)";
    }

    private RuntimeException truncated() {
        return Damage.truncated(source, memberStart, verified, "gzip member " + (members + 1));
    }

    @Override
    public long storedPosition() {
        return in.position()
                - (inMember && !inflater.finished() ? inflater.getRemaining() : limit - at);
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        in.close();
    }
}
