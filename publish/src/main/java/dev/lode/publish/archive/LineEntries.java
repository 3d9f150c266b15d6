package dev.lode.publish.archive;

import dev.lode.core.LodeException;

import java.nio.charset.StandardCharsets;

/// One line per item, ended by a line feed.
///
/// @param header the first line; none when empty
/// @param severalLines whether an item may hold line feeds, as a quoted field of CSV does
record LineEntries(String header, boolean severalLines) implements EntryFormat {
    private static final byte[] NOTHING = {};

    @Override
    public byte[] head() {
        return header.isEmpty() ? NOTHING : (header + "\n").getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] tail() {
        return NOTHING;
    }

    @Override
    public String nameOf(String key) {
        return "";
    }

    @Override
    public long length(String key, int contentLength) {
        return contentLength + 1L;
    }

    @Override
    public int contentOffset(String key) {
        return 0;
    }

    @Override
    public void add(ByteRun entries, String key, byte[] content) {
        if (!severalLines) {
            for (byte b : content) {
                if (b == '\n') {
                    throw LodeException.data(
                            "item \""
                                    + key
                                    + "\": has several lines, expected one in this format; the"
                                    + " generation was not made; publish it as tar.gz, or without"
                                    + " indentation");
                }
            }
        }
        entries.add(content);
        entries.add('\n');
    }
}
