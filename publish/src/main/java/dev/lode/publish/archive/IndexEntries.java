package dev.lode.publish.archive;

import java.nio.charset.StandardCharsets;

/// The items of one segment, in order: key, length of its content, hash. Keys are written as what
/// they share with the key before and the rest. To be used as a cursor; not thread safe.
final class IndexEntries {
    private final ByteScan scan;
    private int left;
    private byte[] key = new byte[0];
    private String keyText = "";
    private int contentLength;
    private ItemHash hash = new ItemHash(0, 0);

    IndexEntries(byte[] entries, int items) {
        scan = new ByteScan(entries);
        left = items;
    }

    /// Goes to the next item; false at the end.
    boolean next() {
        if (left == 0) {
            return false;
        }
        left--;
        int shared = scan.intNumber();
        int rest = scan.intNumber();
        if (shared > key.length) {
            throw new DamagedArchiveException("a key shares more than there is");
        }
        byte[] next = new byte[shared + rest];
        System.arraycopy(key, 0, next, 0, shared);
        scan.read(next, shared, rest);
        key = next;
        keyText = new String(next, StandardCharsets.UTF_8);
        contentLength = scan.intNumber();
        hash = scan.hash();
        return true;
    }

    String key() {
        return keyText;
    }

    int contentLength() {
        return contentLength;
    }

    ItemHash hash() {
        return hash;
    }

    /// Adds an item to a run of entries.
    ///
    /// @param before the key of the item before, in UTF-8; empty for the first of a segment
    static void add(ByteRun entries, byte[] before, byte[] key, int contentLength, ItemHash hash) {
        int shared = 0;
        int most = Math.min(before.length, key.length);
        while (shared < most && before[shared] == key[shared]) {
            shared++;
        }
        entries.addNumber(shared);
        entries.addNumber(key.length - shared);
        entries.add(key, shared, key.length - shared);
        entries.addNumber(contentLength);
        hash.addTo(entries);
    }
}
