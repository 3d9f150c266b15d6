package dev.lode.publish.archive;

import java.util.Arrays;
import java.util.Objects;

/// What the index knows of one segment of an archive.
final class Segment {
    private final long offset;
    private final long stored;
    private final long raw;
    private final int crc;
    private final int storedCrc;
    private final boolean natural;
    private final int items;
    private final String lastKey;
    private final byte[] entries;

    /// @param offset of its first byte in the archive
    /// @param stored its pressed bytes
    /// @param raw its bytes before
    /// @param crc CRC-32 of the bytes before
    /// @param storedCrc CRC-32C of the pressed bytes
    /// @param natural whether a natural boundary ends it
    /// @param entries its items, as [IndexEntries] reads them
    Segment(
            long offset,
            long stored,
            long raw,
            int crc,
            int storedCrc,
            boolean natural,
            int items,
            String lastKey,
            byte[] entries) {
        this.offset = offset;
        this.stored = stored;
        this.raw = raw;
        this.crc = crc;
        this.storedCrc = storedCrc;
        this.natural = natural;
        this.items = items;
        this.lastKey = lastKey;
        this.entries = entries;
    }

    long offset() {
        return offset;
    }

    long stored() {
        return stored;
    }

    long raw() {
        return raw;
    }

    int crc() {
        return crc;
    }

    int storedCrc() {
        return storedCrc;
    }

    boolean natural() {
        return natural;
    }

    int items() {
        return items;
    }

    String lastKey() {
        return lastKey;
    }

    byte[] encodedEntries() {
        return entries;
    }

    IndexEntries entries() {
        return new IndexEntries(entries, items);
    }

    /// Whether both hold the same items, and so, in archives of one shape, the same bytes.
    boolean isSameAs(Segment other) {
        return stored == other.stored
                && raw == other.raw
                && crc == other.crc
                && storedCrc == other.storedCrc
                && Arrays.equals(entries, other.entries);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Segment segment
                && offset == segment.offset
                && natural == segment.natural
                && isSameAs(segment);
    }

    @Override
    public int hashCode() {
        return Objects.hash(offset, stored, crc, storedCrc);
    }
}
