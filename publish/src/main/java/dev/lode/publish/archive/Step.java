package dev.lode.publish.archive;

import dev.lode.publish.Item;

/// What a change came to, when it was compared with the archive before.
public sealed interface Step {
    String key();

    /// An item that goes into the archive.
    ///
    /// @param news how it compares with the archive before
    record Put(Item item, ItemHash hash, News news) implements Step {
        @Override
        public String key() {
            return item.key();
        }
    }

    /// An item that was in the archive before and is not any more.
    record Gone(String key) implements Step {}

    /// How an item compares with the archive before.
    enum News {
        INSERTED,
        UPDATED,
        UNCHANGED
    }
}
