package dev.lode.postgres.query;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// Takes the messages of one COPY in its binary form apart, in their order. Not thread safe.
final class BinaryRows {
    private static final int SIGNATURE = 11;
    private static final int FLAGS = 4;

    private boolean begun;

    /// The values of a row; nothing where the message holds none.
    Optional<List<byte @Nullable []>> values(byte[] message) {
        var bytes = ByteBuffer.wrap(message);
        if (!begun) {
            begun = true;
            bytes.position(SIGNATURE + FLAGS);
            bytes.position(bytes.position() + 4 + bytes.getInt(bytes.position()));
        }
        if (!bytes.hasRemaining()) {
            return Optional.empty();
        }
        int fields = bytes.getShort();
        if (fields < 0) {
            return Optional.empty();
        }
        var values = new ArrayList<byte @Nullable []>(fields);
        for (int i = 0; i < fields; i++) {
            values.add(value(bytes));
        }
        return Optional.of(Collections.unmodifiableList(values));
    }

    private static byte @Nullable [] value(ByteBuffer bytes) {
        int length = bytes.getInt();
        if (length < 0) {
            return null;
        }
        var value = new byte[length];
        bytes.get(value);
        return value;
    }
}
