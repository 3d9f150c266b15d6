package dev.lode.engine.publish;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Records of CSV as RFC 4180 has them: quotes where they are needed, doubled inside. NULL is an
/// empty field, the empty text a pair of quotes.
final class CsvRecord {
    private CsvRecord() {}

    /// A record without its end.
    static byte[] of(List<byte @Nullable []> values) {
        var line = new ByteArrayOutputStream();
        for (int i = 0; i < values.size(); i++) {
            if (i > 0) {
                line.write(',');
            }
            byte[] value = values.get(i);
            if (value != null) {
                add(line, value);
            }
        }
        return line.toByteArray();
    }

    /// A header line.
    static String header(List<String> names) {
        var values = new ArrayList<byte @Nullable []>();
        names.forEach(name -> values.add(name.getBytes(StandardCharsets.UTF_8)));
        return new String(of(values), StandardCharsets.UTF_8);
    }

    private static void add(ByteArrayOutputStream line, byte[] value) {
        boolean quoted = value.length == 0;
        for (byte b : value) {
            quoted |= b == '"' || b == ',' || b == '\n' || b == '\r';
        }
        if (!quoted) {
            line.write(value, 0, value.length);
            return;
        }
        line.write('"');
        for (byte b : value) {
            if (b == '"') {
                line.write('"');
            }
            line.write(b);
        }
        line.write('"');
    }
}
