package dev.lode.core.place;

import java.io.InputStream;

/// What became of opening one version of a file.
public sealed interface Content {
    /// Its bytes. The caller closes the stream; it ends with an error where the file changes while
    /// it is read.
    record Bytes(InputStream stream) implements Content {}

    /// The file is there, in another version.
    record Changed() implements Content {}

    /// The file is not there any more.
    record Gone() implements Content {}
}
