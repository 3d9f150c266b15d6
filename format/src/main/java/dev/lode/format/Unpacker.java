package dev.lode.format;

import java.io.Closeable;
import java.io.IOException;

/// Decodes a format from its beginning to its end. Not thread safe.
interface Unpacker extends Closeable {
    /// Up to `length` bytes (at least 1 is asked for); -1 at the end, after all checksums were
    /// verified. Damage is a [dev.lode.core.LodeException] of kind DATA.
    int read(byte[] into, int offset, int length) throws IOException;

    /// Stored bytes used up.
    long storedPosition();
}
