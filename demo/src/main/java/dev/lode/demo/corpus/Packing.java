package dev.lode.demo.corpus;

/// How the files are stored.
public enum Packing {
    /// `<item>-<date>.csv`
    PLAIN(".csv"),
    /// `<item>-<date>.csv.bz2`: one bzip2 stream a file, as the publisher writes it.
    BZIP2(".csv.bz2");

    private final String suffix;

    Packing(String suffix) {
        this.suffix = suffix;
    }

    public String suffix() {
        return suffix;
    }
}
