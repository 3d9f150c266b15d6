package dev.lode.publish;

/// What became of one key of a partition since the last generation. An item that moved to another
/// partition is a [Remove] there and a [Put] here.
public sealed interface Change {
    /// What the item is known by; see [KeyOrder].
    String key();

    /// The item is there, with this content. Whether that is news is found out by its hash.
    record Put(Item item) implements Change {
        @Override
        public String key() {
            return item.key();
        }
    }

    /// No item of that key is there any more, if ever one was.
    record Remove(String key) implements Change {}
}
