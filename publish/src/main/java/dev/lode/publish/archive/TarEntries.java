package dev.lode.publish.archive;

import dev.lode.core.LodeException;
import dev.lode.publish.SafeName;

import java.nio.charset.StandardCharsets;

/// One file per item, in the ustar format of POSIX.1-1988, with a pax header (POSIX.1-2001) before
/// those whose name is longer than 100 bytes. The same item has the same bytes always: mode 0644,
/// nobody's, of 1980-01-01 (GNU tar warns of times in 1970). Names are ASCII.
///
/// @param nameEnding behind the key's [SafeName]: `.json`
record TarEntries(String nameEnding) implements EntryFormat {
    private static final int BLOCK = 512;
    private static final int NAME = 100;
    private static final int LONGEST_NAME = 255;
    private static final String TIME = "02263523000";
    private static final byte[] END = new byte[2 * BLOCK];

    @Override
    public byte[] head() {
        return new byte[0];
    }

    /// Two blocks of zeros.
    @Override
    public byte[] tail() {
        return END.clone();
    }

    @Override
    public String nameOf(String key) {
        String name = SafeName.of(key) + nameEnding;
        if (name.length() > LONGEST_NAME) {
            throw LodeException.data(
                    "item \""
                            + key
                            + "\": its file name would have "
                            + name.length()
                            + " bytes, file systems take "
                            + LONGEST_NAME
                            + "; the generation was not made; take a shorter column as the key, or"
                            + " another format");
        }
        return name;
    }

    @Override
    public long length(String key, int contentLength) {
        return contentOffset(key) + padded(contentLength);
    }

    @Override
    public int contentOffset(String key) {
        int name = nameOf(key).length();
        return name <= NAME ? BLOCK : 2 * BLOCK + (int) padded(paxRecord(nameOf(key)).length());
    }

    private static long padded(long length) {
        return (length + BLOCK - 1) / BLOCK * BLOCK;
    }

    @Override
    public void add(ByteRun entries, String key, byte[] content) {
        String name = nameOf(key);
        if (name.length() > NAME) {
            byte[] pax = paxRecord(name).getBytes(StandardCharsets.US_ASCII);
            addHeader(entries, "PaxHeaders/" + name.substring(0, 80), pax.length, 'x');
            addPadded(entries, pax);
        }
        addHeader(entries, name.substring(0, Math.min(NAME, name.length())), content.length, '0');
        addPadded(entries, content);
    }

    /// `LENGTH path=NAME\n`, where LENGTH counts itself: three digits for every name that needs it.
    private static String paxRecord(String name) {
        String rest = " path=" + name + "\n";
        return (rest.length() + 3) + rest;
    }

    private static void addPadded(ByteRun entries, byte[] content) {
        entries.add(content);
        entries.addZeros((int) (padded(content.length) - content.length));
    }

    private static void addHeader(ByteRun entries, String name, int size, char type) {
        int at = entries.length();
        entries.addZeros(BLOCK);
        byte[] bytes = entries.array();
        put(bytes, at, name);
        put(bytes, at + 100, "0000644");
        put(bytes, at + 108, "0000000");
        put(bytes, at + 116, "0000000");
        putOctal(bytes, at + 124, size, 11);
        put(bytes, at + 136, TIME);
        put(bytes, at + 148, "        ");
        bytes[at + 156] = (byte) type;
        put(bytes, at + 257, "ustar");
        put(bytes, at + 263, "00");
        put(bytes, at + 329, "0000000");
        put(bytes, at + 337, "0000000");
        int sum = 0;
        for (int i = at; i < at + BLOCK; i++) {
            sum += bytes[i] & 0xFF;
        }
        putOctal(bytes, at + 148, sum, 6);
        bytes[at + 154] = 0;
    }

    @SuppressWarnings("deprecation") // the low bytes of ASCII are its bytes
    private static void put(byte[] bytes, int at, String ascii) {
        ascii.getBytes(0, ascii.length(), bytes, at);
    }

    private static void putOctal(byte[] bytes, int at, long number, int digits) {
        long left = number;
        for (int i = digits - 1; i >= 0; i--) {
            bytes[at + i] = (byte) ('0' + (left & 7));
            left >>>= 3;
        }
    }
}
