package dev.lode.publish.archive;

/// How items lie in an archive before it is compressed. Safe for use by several threads.
sealed interface EntryFormat permits TarEntries, LineEntries {
    /// The bytes before the first entry.
    byte[] head();

    /// The bytes behind the last entry.
    byte[] tail();

    /// What the item is called in the archive; empty where entries have no names.
    String nameOf(String key);

    /// Bytes of an entry, everything included.
    long length(String key, int contentLength);

    /// Adds an entry.
    void add(ByteRun entries, String key, byte[] content);

    /// Where the content begins in an entry.
    int contentOffset(String key);

    static EntryFormat of(ArchiveShape shape) {
        return switch (shape.format()) {
            case TAR_GZ -> new TarEntries(shape.nameEnding());
            case JSONL_GZ, JSONL_ZST -> new LineEntries("", false);
            case CSV_GZ -> new LineEntries(shape.header(), true);
        };
    }
}
