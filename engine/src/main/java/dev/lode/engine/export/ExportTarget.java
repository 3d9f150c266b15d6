package dev.lode.engine.export;

import dev.lode.source.Retry;
import dev.lode.source.s3.S3Settings;

import java.io.OutputStream;
import java.nio.file.Path;

/// Where rows are written to.
public sealed interface ExportTarget {
    /// A file, whole or absent; takes the place of one that is there.
    record OfFile(Path file) implements ExportTarget {}

    /// A stream that is not closed.
    record OfStream(OutputStream stream) implements ExportTarget {}

    /// An object, whole or absent.
    ///
    /// @param settings whose prefix is the object's key
    record OfObject(S3Settings settings, Retry retry) implements ExportTarget {}
}
