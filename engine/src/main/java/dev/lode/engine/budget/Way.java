package dev.lode.engine.budget;

/// How an item comes from its source into its table.
public enum Way {
    /// Its version is in the table: neither fetched nor read.
    NONE("in the table"),
    /// A file in the store, which stays.
    STAGE("stage"),
    /// A file in the store, deleted once its rows are durable.
    STAGE_AND_FREE("stage, then free"),
    /// From the source through the decoder into COPY, with nothing on disk.
    STREAM("stream");

    private final String words;

    Way(String words) {
        this.words = words;
    }

    /// As a plan shows it.
    public String words() {
        return words;
    }
}
