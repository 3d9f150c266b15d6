package dev.lode.demo.corpus;

import java.util.Arrays;

/// A growing run of bytes. It keeps its memory when cleared. Not thread safe.
final class Bytes {
    private byte[] array;
    private int length;

    Bytes(int capacity) {
        array = new byte[capacity];
    }

    int length() {
        return length;
    }

    /// The memory itself, valid up to [#length()] and until the next write.
    byte[] array() {
        return array;
    }

    void clear() {
        length = 0;
    }

    /// Drops what stands after `length`.
    void truncate(int length) {
        this.length = length;
    }

    /// Makes room for `more` bytes and returns the memory they may be written to, from [#length()]
    /// on.
    byte[] room(int more) {
        if (array.length - length < more) {
            array =
                    Arrays.copyOf(
                            array,
                            Math.max(
                                    length + more,
                                    (int) Math.min(2L * array.length, Integer.MAX_VALUE - 8)));
        }
        return array;
    }

    /// Tells how many of the bytes of [#room] were written.
    void wrote(int bytes) {
        length += bytes;
    }

    Bytes add(int singleByte) {
        room(1)[length++] = (byte) singleByte;
        return this;
    }

    Bytes add(byte[] bytes) {
        return add(bytes, 0, bytes.length);
    }

    Bytes add(byte[] bytes, int from, int count) {
        System.arraycopy(bytes, from, room(count), length, count);
        length += count;
        return this;
    }

    /// Appends a text of ASCII characters.
    Bytes add(String ascii) {
        var memory = room(ascii.length());
        for (int i = 0; i < ascii.length(); i++) {
            memory[length + i] = (byte) ascii.charAt(i);
        }
        length += ascii.length();
        return this;
    }

    /// Appends a number in decimal.
    Bytes number(long number) {
        if (number < 0) {
            add('-');
        }
        long rest = Math.abs(number);
        int digits = 1;
        for (long power = 10; digits < 19 && rest >= power; power *= 10) {
            digits++;
        }
        padded(rest, digits);
        return this;
    }

    /// Appends the last `digits` digits of a number, with zeros in front.
    Bytes padded(long number, int digits) {
        var memory = room(digits);
        long rest = number;
        for (int i = length + digits - 1; i >= length; i--) {
            memory[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
        return this;
    }

    /// Appends a hash as `digits` hexadecimal digits, at most 16.
    Bytes hex(long bits, int digits) {
        for (int i = 0; i < digits; i++) {
            add("0123456789abcdef".charAt((int) (bits >>> (60 - 4 * i)) & 15));
        }
        return this;
    }
}
