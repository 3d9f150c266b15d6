package dev.lode.publish.archive;

import dev.lode.core.LodeException;

/// Where segments end. A segment ends behind an item whose key's hash is below 2^64 divided by
/// `itemsPerSegment`: the keys alone decide, so that an item that comes or goes moves no boundary
/// but its own, and the same data has the same boundaries, whatever its history. Such a boundary is
/// *natural*. A segment that has grown to `mostItems` or `mostBytes` before one is cut, counted
/// from the last natural boundary; what lies between two natural boundaries is a *stretch*, and a
/// change rewrites its stretch.
///
/// @param itemsPerSegment on the average
/// @param mostItems of a segment
/// @param mostBytes of a segment's entries before compression; an entry that is larger is a segment
///   of its own
public record Segmentation(int itemsPerSegment, int mostItems, int mostBytes) {
    /// How the hash is called in manifests: 64-bit FNV-1a over the key's UTF-8 with the finalizer
    /// of MurmurHash3 behind it.
    public static final String HASH = "fnv1a64-fmix64";

    private static final int TARGET_BYTES = 64 << 10;

    public Segmentation {
        if (itemsPerSegment < 1 || mostItems < itemsPerSegment || mostBytes < 1) {
            throw LodeException.usage(
                    "segments: "
                            + itemsPerSegment
                            + " items on the average, at most "
                            + mostItems
                            + " items and "
                            + mostBytes
                            + " bytes; expected 1 or more, and the most not below the average");
        }
    }

    /// For segments of about so many items: cut at eight times as many, or at 1 MiB.
    public static Segmentation ofItems(int itemsPerSegment) {
        return new Segmentation(itemsPerSegment, Math.multiplyExact(itemsPerSegment, 8), 1 << 20);
    }

    /// For segments of about 64 KiB before compression.
    ///
    /// @param averageEntry bytes of an average entry, its header included
    public static Segmentation forEntriesOf(int averageEntry) {
        return ofItems(Math.clamp(TARGET_BYTES / Math.max(1, averageEntry), 1, 1 << 16));
    }

    /// Whether a natural boundary lies behind this key.
    public boolean endsBehind(String key) {
        return itemsPerSegment == 1
                || Long.compareUnsigned(hash(key), Long.divideUnsigned(-1L, itemsPerSegment)) < 0;
    }

    /// Whether a segment is full.
    boolean isFull(int items, long bytes) {
        return items >= mostItems || bytes >= mostBytes;
    }

    static long hash(String key) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            if (c < 0x80) {
                hash = (hash ^ c) * 0x100000001b3L;
            } else {
                return mixed(wide(key));
            }
        }
        return mixed(hash);
    }

    private static long wide(String key) {
        long hash = 0xcbf29ce484222325L;
        for (byte b : key.getBytes(java.nio.charset.StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xFF)) * 0x100000001b3L;
        }
        return hash;
    }

    private static long mixed(long hash) {
        long h = hash;
        h = (h ^ (h >>> 33)) * 0xff51afd7ed558ccdL;
        h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return h ^ (h >>> 33);
    }
}
