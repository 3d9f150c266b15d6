package dev.lode.publish;

import dev.lode.core.LodeException;

import java.util.Comparator;

/// The order of items in an archive: shorter keys first, keys of one length by their bytes, both in
/// UTF-8. Whole numbers without leading zeros so come in their own order. In SQL it is `ORDER BY
/// octet_length(key), key COLLATE "C"` for text in UTF-8, and for numbers from 0 up just `ORDER BY
/// key`.
public final class KeyOrder implements Comparator<String> {
    /// The order.
    public static final KeyOrder INSTANCE = new KeyOrder();

    /// The most bytes of a key, in UTF-8.
    public static final int LONGEST = 240;

    private KeyOrder() {}

    @Override
    public int compare(String one, String other) {
        int length = Integer.compare(bytes(one), bytes(other));
        return length != 0 ? length : byCodePoint(one, other);
    }

    /// The order of UTF-8 bytes is that of code points, which that of Java's strings is not.
    private static int byCodePoint(String one, String other) {
        int most = Math.min(one.length(), other.length());
        for (int i = 0; i < most; i++) {
            char a = one.charAt(i);
            char b = other.charAt(i);
            if (a != b) {
                boolean high = Character.isSurrogate(a);
                return high != Character.isSurrogate(b) ? (high ? 1 : -1) : Character.compare(a, b);
            }
        }
        return Integer.compare(one.length(), other.length());
    }

    private static int bytes(String key) {
        int bytes = 0;
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            // Half of a pair counts two of its four bytes.
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes;
    }

    /// Gives a key back that can be one.
    ///
    /// @throws LodeException of kind DATA for an empty or too long key, control characters and half
    ///   surrogate pairs
    public static String checked(String key) {
        int length = bytes(key);
        boolean sound =
                length > 0
                        && length <= LONGEST
                        && key.codePoints()
                                .noneMatch(
                                        c ->
                                                Character.isISOControl(c)
                                                        || (c >= 0xD800 && c <= 0xDFFF));
        if (!sound) {
            throw LodeException.data(
                    "item key \""
                            + printable(key)
                            + "\": cannot be published, expected 1 to "
                            + LONGEST
                            + " bytes without control characters; the generation was not made; take"
                            + " another column as the key");
        }
        return key;
    }

    private static String printable(String key) {
        String shown = key.length() > 80 ? key.substring(0, 80) + "..." : key;
        return shown.replaceAll("[\\p{Cntrl}\\p{Cs}]", "?");
    }
}
