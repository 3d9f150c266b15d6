package dev.lode.store;

import java.util.Locale;

/// The folders of a data root.
public enum Area {
    /// What arrived and waits to be loaded.
    INCOMING,
    /// Snapshots as their sources gave them.
    RAW,
    /// What was loaded, with its summaries.
    PROCESSED,
    /// What could not be loaded.
    FAILED,
    /// What was packed away.
    ARCHIVE,
    /// What Lode found out, for people.
    REPORTS,
    /// What Lode found out, for programs.
    METADATA,
    /// Bulk files cut from the database.
    PUBLISHED,
    /// What is not whole yet.
    TMP,
    /// The embedded server's own folder.
    POSTGRES;

    String folder() {
        return name().toLowerCase(Locale.ROOT);
    }
}
