package dev.lode.publish;

/// One item of a publication as it is published.
public final class Item {
    private final String key;
    private final byte[] content;

    /// @param key what it is known by; see [KeyOrder]
    /// @param content the document, line or record; not copied, and not to be changed any more
    public Item(String key, byte[] content) {
        this.key = key;
        this.content = content;
    }

    public String key() {
        return key;
    }

    /// The item's own array: to be read only.
    public byte[] content() {
        return content;
    }
}
