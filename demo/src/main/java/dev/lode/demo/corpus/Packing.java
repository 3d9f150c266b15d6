package dev.lode.demo.corpus;

/// How the files are stored.
public enum Packing {
    /// `<item>-<date>.csv`
    PLAIN(".csv"),
    /// `<item>-<date>.csv.bz2`: one bzip2 stream a file, as the publisher writes it.
    BZIP2(".csv.bz2"),
    /// The same, compressed by the command `bzip2` where there is one, in half the time: the data
    /// is the same, but the files' bytes then depend on that program.
    BZIP2_FAST(".csv.bz2");

    private final String suffix;

    Packing(String suffix) {
        this.suffix = suffix;
    }

    public String suffix() {
        return suffix;
    }
}
