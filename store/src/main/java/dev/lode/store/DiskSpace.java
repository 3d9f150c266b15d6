package dev.lode.store;

import dev.lode.core.ByteSize;

/// Room on a file system.
///
/// @param free what this user may still write
/// @param total its size
public record DiskSpace(ByteSize free, ByteSize total) {
    public static DiskSpace ofBytes(long free, long total) {
        return new DiskSpace(ByteSize.of(free), ByteSize.of(total));
    }

    @Override
    public String toString() {
        return free + " free of " + total;
    }
}
