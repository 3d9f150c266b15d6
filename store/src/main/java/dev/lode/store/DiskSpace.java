package dev.lode.store;

import dev.lode.core.ByteSize;

/// Room on a file system as it was a moment ago.
///
/// @param free what this process may still write
/// @param total the size of the file system
public record DiskSpace(ByteSize free, ByteSize total) {
    @Override
    public String toString() {
        return free + " free of " + total;
    }
}
