package dev.lode.core;

/// Who has to act on a [LodeException]. The kind alone decides exit code and whether Lode tries
/// again.
public enum ErrorKind {
    /// A flag, a setting or a pack is wrong: the user acts.
    USAGE(2),
    /// Rows are bad or a check failed: the owner of the data acts.
    DATA(1),
    /// The source or the network failed: nobody has to act yet, Lode tries again in one place.
    REMOTE(3),
    /// Disk, connections, permissions, a lease held by another: the operator acts.
    RESOURCE(4),
    /// Lode itself is wrong.
    BUG(70);

    private final int exitCode;

    ErrorKind(int exitCode) {
        this.exitCode = exitCode;
    }

    /// The exit code of the process when an error of this kind ends it.
    public int exitCode() {
        return exitCode;
    }
}
