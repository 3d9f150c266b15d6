package dev.lode.format.csv;

/// Strict UTF-8 as the Unicode standard's table 3-7 has it: no overlong forms, no surrogates,
/// nothing above U+10FFFF.
public final class Utf8 {
    private Utf8() {}

    /// Length of the sequence that begins at `at` with a byte that is not ASCII, or 0 when it is
    /// not UTF-8.
    ///
    /// @param to end of the bytes that may belong to it
    public static int sequence(byte[] bytes, int at, int to) {
        int first = bytes[at] & 0xff;
        if (first < 0xc2 || first > 0xf4) {
            return 0;
        }
        int second = at + 1 < to ? bytes[at + 1] & 0xff : 0;
        if (first < 0xe0) {
            return (second & 0xc0) == 0x80 ? 2 : 0;
        }
        boolean third = at + 2 < to && (bytes[at + 2] & 0xc0) == 0x80;
        if (first < 0xf0) {
            int low = first == 0xe0 ? 0xa0 : 0x80;
            int high = first == 0xed ? 0x9f : 0xbf;
            return third && second >= low && second <= high ? 3 : 0;
        }
        boolean fourth = at + 3 < to && (bytes[at + 3] & 0xc0) == 0x80;
        int low = first == 0xf0 ? 0x90 : 0x80;
        int high = first == 0xf4 ? 0x8f : 0xbf;
        return third && fourth && second >= low && second <= high ? 4 : 0;
    }
}
