package dev.lode.format.json;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Reads rows of COPY's binary format back; NULL is an empty array.
final class CopyRows {
    private CopyRows() {}

    static List<List<byte[]>> of(EncodedRows rows) {
        var bytes = new ByteArrayOutputStream();
        rows.writeTo(bytes::write);
        var in = ByteBuffer.wrap(bytes.toByteArray());
        var all = new ArrayList<List<byte[]>>();
        while (in.hasRemaining()) {
            var row = new ArrayList<byte[]>();
            for (int columns = in.getShort(); columns > 0; columns--) {
                byte[] value = new byte[Math.max(0, in.getInt())];
                in.get(value);
                row.add(value);
            }
            all.add(row);
        }
        return all;
    }

    /// The first column as text.
    static List<String> ids(EncodedRows rows) {
        return of(rows).stream()
                .map(row -> new String(row.getFirst(), StandardCharsets.US_ASCII))
                .toList();
    }
}
