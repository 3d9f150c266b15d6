package dev.lode.publish.archive;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/// Reads a finished archive once: takes its SHA-256, and compares every segment with what its index
/// says. Without that a bad byte on the disk would go on from archive to archive under a digest
/// that fits.
///
/// @param sha256 of the file
/// @param bodyStoredCrc CRC-32C of its body
record ArchiveCheck(String sha256, int bodyStoredCrc) {
    private static final int CHUNK = 256 << 10;

    static ArchiveCheck of(Path archive, Path index, long bodyOffset, long bodyStored)
            throws IOException {
        try (var segments = SegmentIndex.open(index, archive);
                var reader = new Reader(archive)) {
            reader.read(bodyOffset, null);
            var body = new CRC32C();
            reader.body = body;
            for (var segment = segments.next(); segment != null; segment = segments.next()) {
                var crc = new CRC32C();
                reader.read(segment.stored(), crc);
                if ((int) crc.getValue() != segment.storedCrc()) {
                    throw new DamagedArchiveException(
                            "the bytes of the segment that ends with key \""
                                    + segment.lastKey()
                                    + "\" are not what its index says");
                }
            }
            if (reader.at != bodyOffset + bodyStored) {
                throw new DamagedArchiveException("its segments do not fill it");
            }
            reader.body = null;
            reader.readRest();
            return new ArchiveCheck(reader.digest(), (int) body.getValue());
        }
    }

    /// Reads a file of which nothing is known but where its body lies and a sum of all of it.
    ///
    /// @param crc CRC-32C of all bytes, as they were written
    static ArchiveCheck ofWritten(Path file, long bodyOffset, long bodyStored, int crc)
            throws IOException {
        try (var reader = new Reader(file)) {
            var all = new CRC32C();
            reader.read(bodyOffset, all);
            var body = new CRC32C();
            reader.body = body;
            reader.read(bodyStored, all);
            reader.body = null;
            reader.read(reader.channel.size() - bodyOffset - bodyStored, all);
            if ((int) all.getValue() != crc) {
                throw new DamagedArchiveException("its bytes are not those that were written");
            }
            return new ArchiveCheck(reader.digest(), (int) body.getValue());
        }
    }

    /// Only the digest of a file.
    static String sha256(Path file) throws IOException {
        try (var reader = new Reader(file)) {
            reader.readRest();
            return reader.digest();
        }
    }

    /// Reads an archive that is made of the bodies of others, and compares those.
    ///
    /// @return its SHA-256, in hexadecimal
    static String ofBodies(Path archive, long bodyOffset, Iterable<Part> parts) throws IOException {
        try (var reader = new Reader(archive)) {
            reader.read(bodyOffset, null);
            for (Part part : parts) {
                var crc = new CRC32C();
                reader.read(part.body().stored(), crc);
                if ((int) crc.getValue() != part.body().storedCrc()) {
                    throw new DamagedPartException(part.name());
                }
            }
            reader.readRest();
            return reader.digest();
        }
    }

    /// Reads a file in order.
    private static final class Reader implements AutoCloseable {
        private final FileChannel channel;
        private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
        private final MessageDigest sha256 = ItemHash.sha256();
        private @Nullable CRC32C body;
        private long at;

        Reader(Path file) throws IOException {
            channel = FileChannel.open(file, StandardOpenOption.READ);
        }

        void read(long length, @Nullable CRC32C crc) throws IOException {
            long left = length;
            while (left > 0) {
                int got = readChunk((int) Math.min(CHUNK, left));
                if (got <= 0) {
                    throw new EOFException("the file ends at " + at + " bytes");
                }
                left -= got;
                if (crc != null) {
                    crc.update(chunk.array(), 0, got);
                }
                if (body != null) {
                    body.update(chunk.array(), 0, got);
                }
            }
        }

        void readRest() throws IOException {
            while (readChunk(CHUNK) > 0) {
                // Only the digest wants it.
            }
        }

        private int readChunk(int most) throws IOException {
            chunk.clear().limit(most);
            int got = channel.read(chunk);
            if (got > 0) {
                sha256.update(chunk.array(), 0, got);
                at += got;
            }
            return got;
        }

        String digest() {
            return HexFormat.of().formatHex(sha256.digest());
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
