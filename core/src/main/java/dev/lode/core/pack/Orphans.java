package dev.lode.core.pack;

/// What happens to rows whose reference is missing when suspended foreign keys come back.
public enum Orphans {
    /// They stay, and the key stays NOT VALID: it guards new rows only.
    KEEP,
    /// Those that the run brought move to the rejects.
    REJECT,
    /// They stay, the key stays NOT VALID, and the run fails.
    FAIL
}
