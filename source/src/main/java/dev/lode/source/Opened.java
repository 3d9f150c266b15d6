package dev.lode.source;

import java.io.InputStream;

/// What became of opening a range of one exact version.
public sealed interface Opened {
    /// The bytes. The stream belongs to the caller, who closes it; it gives at most the length
    /// asked for, and fewer only when the connection was cut or the source lied about a length.
    /// Closing it early costs no more than the connection.
    record Bytes(InputStream stream) implements Opened {}

    /// The item is there, in another version.
    record Replaced() implements Opened {}

    /// The item is not there any more.
    record Gone() implements Opened {}
}
