package dev.lode.core;

import java.io.IOException;
import java.io.InputStream;

/// Stored bytes of one item that can be read again from any offset: a file, an object behind HTTP
/// ranges.
///
/// Safe for use by several threads; each stream that [#open] returns belongs to its caller.
public interface ByteSource {
    /// What an error message calls these bytes: a file name or a URL without secrets.
    String name();

    /// Length in bytes.
    long size();

    /// A stream that begins at `offset` bytes and ends at [#size()]. `offset` may equal the size.
    ///
    /// @throws IOException when the bytes cannot be reached, or are no longer the version that was
    ///   listed
    InputStream open(long offset) throws IOException;
}
