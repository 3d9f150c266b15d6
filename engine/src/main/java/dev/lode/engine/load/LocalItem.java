package dev.lode.engine.load;

import dev.lode.core.ByteSource;
import dev.lode.core.ContentId;
import dev.lode.core.pack.TableSpec;
import dev.lode.format.Compression;

/// A file that is whole on this machine, and the table it is for.
///
/// @param name as the snapshot calls it
public record LocalItem(TableSpec spec, String name, ByteSource bytes, ContentId content) {
    public Compression compression() {
        return Compression.ofName(name);
    }
}
