package dev.lode.format.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// The keys that an object may have, found without making a text of them. A producer writes keys in
/// the same order again and again: which key followed which is remembered, and tried first.
///
/// What is remembered is only a guess, so threads may share a table without agreeing on it.
final class KeyTable {
    private final byte[][] names;
    final long[] hashA;
    final long[] hashB;
    private final int[] slots;
    private final int[] follows;

    KeyTable(List<String> keys) {
        names = new byte[keys.size()][];
        hashA = new long[names.length];
        hashB = new long[names.length];
        slots = new int[Integer.highestOneBit(Math.max(1, names.length) * 4)];
        Arrays.fill(slots, -1);
        follows = new int[names.length + 1];
        for (int i = 0; i < names.length; i++) {
            byte[] text = keys.get(i).getBytes(StandardCharsets.UTF_8);
            byte[] padded = Arrays.copyOf(text, text.length + Tokens.PADDING);
            names[i] = text;
            hashA[i] = ContentHash.firstOf(padded, 0, text.length);
            hashB[i] = ContentHash.secondOf(padded, 0, text.length);
            int at = (int) hashA[i] & slots.length - 1;
            while (slots[at] >= 0) {
                at = at + 1 & slots.length - 1;
            }
            slots[at] = i;
            follows[i] = i;
        }
        follows[names.length] = names.length;
    }

    int size() {
        return names.length;
    }

    /// The key that begins at `from`, behind its opening quote, if it is the one that came after
    /// `previous` the last time; else -1.
    ///
    /// @param previous index of the key before, [#size] for none
    int guess(byte[] bytes, int from, int previous) {
        int guess = follows[previous];
        if (guess >= names.length) {
            return -1;
        }
        byte[] name = names[guess];
        int to = from + name.length;
        return to < bytes.length
                        && bytes[to] == '"'
                        && Arrays.equals(bytes, from, to, name, 0, name.length)
                ? guess
                : -1;
    }

    int length(int key) {
        return names[key].length;
    }

    /// The key with that hash and text; else -1.
    int find(byte[] bytes, int from, int to, long hash, int previous) {
        for (int at = (int) hash & slots.length - 1;
                slots[at] >= 0;
                at = at + 1 & slots.length - 1) {
            int key = slots[at];
            if (hashA[key] == hash
                    && Arrays.equals(bytes, from, to, names[key], 0, names[key].length)) {
                follows[previous] = key;
                return key;
            }
        }
        return -1;
    }
}
