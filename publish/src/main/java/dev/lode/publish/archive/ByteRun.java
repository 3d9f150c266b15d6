package dev.lode.publish.archive;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Bytes that grow at their end, used over and over again. Not thread safe.
final class ByteRun {
    private byte[] bytes = new byte[1 << 10];
    private int length;

    byte[] array() {
        return bytes;
    }

    int length() {
        return length;
    }

    void clear() {
        length = 0;
    }

    /// Makes room for so many more and says where they begin; [#grew] then tells how many came.
    int room(int more) {
        if (bytes.length - length < more) {
            int needed = Math.addExact(length, more);
            bytes = Arrays.copyOf(bytes, Math.max(needed, (int) Math.min(2L * needed, 1 << 30)));
        }
        return length;
    }

    void grew(int by) {
        length += by;
    }

    void add(byte[] from, int offset, int count) {
        int at = room(count);
        System.arraycopy(from, offset, bytes, at, count);
        length += count;
    }

    void add(byte[] from) {
        add(from, 0, from.length);
    }

    void add(int single) {
        int at = room(1);
        bytes[at] = (byte) single;
        length++;
    }

    void addZeros(int count) {
        int from = room(count);
        Arrays.fill(bytes, from, from + count, (byte) 0);
        length += count;
    }

    /// Seven bits a byte, the lowest first, the top bit set but in the last.
    void addNumber(long number) {
        long left = number;
        while ((left & ~0x7FL) != 0) {
            add((int) ((left & 0x7F) | 0x80));
            left >>>= 7;
        }
        add((int) left);
    }

    /// Four bytes, the lowest first.
    void addInt(int number) {
        for (int shift = 0; shift < 32; shift += 8) {
            add(number >>> shift);
        }
    }

    void addLong(long number) {
        addInt((int) number);
        addInt((int) (number >>> 32));
    }

    void addText(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        addNumber(utf8.length);
        add(utf8);
    }

    ByteBuffer buffer() {
        return ByteBuffer.wrap(bytes, 0, length);
    }

    byte[] copy() {
        return Arrays.copyOf(bytes, length);
    }
}
