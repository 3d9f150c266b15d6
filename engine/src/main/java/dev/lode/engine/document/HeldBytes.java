package dev.lode.engine.document;

import dev.lode.core.ByteSource;

import java.io.ByteArrayInputStream;
import java.io.InputStream;

/// Stored bytes in memory.
// Two of them are never compared.
@SuppressWarnings("ArrayRecordComponent")
record HeldBytes(String name, byte[] bytes) implements ByteSource {
    @Override
    public long size() {
        return bytes.length;
    }

    @Override
    public InputStream open(long offset) {
        int from = (int) offset;
        return new ByteArrayInputStream(bytes, from, bytes.length - from);
    }
}
