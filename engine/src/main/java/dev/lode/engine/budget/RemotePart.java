package dev.lode.engine.budget;

import dev.lode.core.Fingerprint;
import dev.lode.core.pack.TableSpec;
import dev.lode.source.Item;

/// An item of a remote snapshot and the table it is for.
public record RemotePart(TableSpec spec, Item item) {
    /// What the ledger knows this version by.
    public Fingerprint fingerprint() {
        return Fingerprint.of(item.key(), item.size(), item.versionTag(), item.lastModified());
    }
}
