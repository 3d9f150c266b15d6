package dev.lode.publish.archive;

/// What changes came to, in items.
///
/// @param unchanged that were handed in, though their content was in the archive before
public record Tally(long inserted, long updated, long deleted, long unchanged) {
    public static final Tally NOTHING = new Tally(0, 0, 0, 0);

    /// Both together.
    public Tally plus(Tally other) {
        return new Tally(
                inserted + other.inserted,
                updated + other.updated,
                deleted + other.deleted,
                unchanged + other.unchanged);
    }

    /// Items that are not what they were.
    public long changes() {
        return inserted + updated + deleted;
    }
}
