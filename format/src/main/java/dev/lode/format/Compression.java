package dev.lode.format;

/// How the stored bytes of an item are packed.
public enum Compression {
    NONE(""),
    BZIP2(".bz2"),
    GZIP(".gz"),
    ZSTD(".zst");

    private final String suffix;

    Compression(String suffix) {
        this.suffix = suffix;
    }

    /// The ending of file names that means this compression; empty for [#NONE].
    public String suffix() {
        return suffix;
    }

    /// The compression that a file name's ending stands for.
    public static Compression ofName(String name) {
        for (var compression : values()) {
            if (compression != NONE && name.endsWith(compression.suffix)) {
                return compression;
            }
        }
        return NONE;
    }
}
