package dev.lode.bench.jmh;

import dev.lode.core.ByteSource;

import java.io.ByteArrayInputStream;
import java.io.InputStream;

/// Stored bytes that are in memory.
@SuppressWarnings("ArrayRecordComponent") // megabytes that are read, never compared
record MemoryBytes(byte[] bytes) implements ByteSource {
    @Override
    public String name() {
        return "memory";
    }

    @Override
    public long size() {
        return bytes.length;
    }

    @Override
    public InputStream open(long offset) {
        return new ByteArrayInputStream(
                bytes, Math.toIntExact(offset), bytes.length - Math.toIntExact(offset));
    }
}
