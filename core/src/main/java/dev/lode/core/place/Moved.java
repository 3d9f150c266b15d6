package dev.lode.core.place;

/// What became of moving or removing one version of a file.
public enum Moved {
    /// It is at its new place, and not at the old one any more.
    DONE,
    /// Another version was there: that one stays where it is.
    CHANGED,
    /// Nothing was there.
    GONE,
    /// Another file is at the new place: nothing was moved.
    OCCUPIED
}
