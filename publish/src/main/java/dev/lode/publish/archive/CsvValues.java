package dev.lode.publish.archive;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Takes a record of CSV apart that Lode wrote: an empty field is NULL, a pair of quotes the empty
/// text.
final class CsvValues {
    private CsvValues() {}

    /// @param record without its end
    static List<byte @Nullable []> of(byte[] record) {
        var values = new ArrayList<byte @Nullable []>();
        int at = 0;
        while (true) {
            int end =
                    at < record.length && record[at] == '"'
                            ? quoted(record, at)
                            : plain(record, at);
            values.add(value(record, at, end));
            if (end == record.length) {
                return values;
            }
            at = end + 1;
        }
    }

    private static int plain(byte[] record, int from) {
        int at = from;
        while (at < record.length && record[at] != ',') {
            at++;
        }
        return at;
    }

    /// Behind the closing quote.
    private static int quoted(byte[] record, int from) {
        int at = from + 1;
        while (record[at] != '"' || (at + 1 < record.length && record[at + 1] == '"')) {
            at += record[at] == '"' ? 2 : 1;
        }
        return at + 1;
    }

    private static byte @Nullable [] value(byte[] record, int from, int to) {
        if (from == to) {
            return null;
        }
        if (record[from] != '"') {
            return Arrays.copyOfRange(record, from, to);
        }
        var value = new ByteArrayOutputStream(to - from);
        int last = to - 1;
        for (int at = from + 1; at < last; at++) {
            value.write(record[at]);
            if (record[at] == '"') {
                at++;
            }
        }
        return value.toByteArray();
    }
}
