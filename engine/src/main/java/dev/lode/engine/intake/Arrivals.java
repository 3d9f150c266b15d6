package dev.lode.engine.intake;

/// Who told of files, and wants to hear when these are dealt with.
@FunctionalInterface
interface Arrivals {
    /// Nobody did.
    Arrivals NONE = key -> {};

    /// What the file holds is durably in the tables, was there before, or is known to fail. Called
    /// by any worker; quick.
    void dealtWith(String key);
}
