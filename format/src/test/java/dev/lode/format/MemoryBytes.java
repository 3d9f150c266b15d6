package dev.lode.format;

import dev.lode.core.ByteSource;

import java.io.ByteArrayInputStream;
import java.io.InputStream;

/// Stored bytes in memory.
public final class MemoryBytes implements ByteSource {
    private final byte[] bytes;

    public MemoryBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    @Override
    public String name() {
        return "memory.bin";
    }

    @Override
    public long size() {
        return bytes.length;
    }

    @Override
    public InputStream open(long offset) {
        return new ByteArrayInputStream(bytes, (int) offset, bytes.length - (int) offset);
    }
}
