package dev.lode.engine.load;

import dev.lode.core.ByteSource;
import dev.lode.core.ContentId;
import dev.lode.core.pack.TableSpec;
import dev.lode.format.Compression;
import dev.lode.format.csv.Dialect;
import dev.lode.postgres.ledger.ItemKey;
import dev.lode.postgres.load.Target;

/// One item and the table it goes to, checked and ready to be loaded.
///
/// @param bytes as stored
/// @param fields number of columns of the file
public record ItemTask(
        ItemKey key,
        TableSpec spec,
        Target target,
        ByteSource bytes,
        Compression compression,
        Dialect dialect,
        int fields) {
    /// The same, its bytes read from elsewhere.
    ItemTask withBytes(ByteSource other) {
        return new ItemTask(key, spec, target, other, compression, dialect, fields);
    }

    /// The same, its bytes read from a file whose content is known.
    public ItemTask withFile(ByteSource file, ContentId content) {
        return new ItemTask(
                key.withContent(content), spec, target, file, compression, dialect, fields);
    }

    ItemTask withContent(ContentId content) {
        return withFile(bytes, content);
    }

    /// The same records into another table.
    ItemTask into(Target other) {
        return new ItemTask(key, spec, other, bytes, compression, dialect, fields);
    }
}
