package dev.lode.engine.load;

import dev.lode.core.ByteSource;
import dev.lode.core.ContentId;
import dev.lode.core.Fingerprint;
import dev.lode.core.pack.TableSpec;
import dev.lode.format.Compression;

import java.util.Optional;

/// An item that can be read from here, a file or a stream, and the table it is for.
///
/// @param name as the snapshot calls it
/// @param content empty while the bytes were not all read
/// @param fingerprint what its source knows the version by; empty for files of unknown origin
public record LocalItem(
        TableSpec spec,
        String name,
        ByteSource bytes,
        Optional<ContentId> content,
        Optional<Fingerprint> fingerprint) {
    /// A file of unknown origin.
    public LocalItem(TableSpec spec, String name, ByteSource bytes, ContentId content) {
        this(spec, name, bytes, Optional.of(content), Optional.empty());
    }

    public Compression compression() {
        return Compression.ofName(name);
    }
}
