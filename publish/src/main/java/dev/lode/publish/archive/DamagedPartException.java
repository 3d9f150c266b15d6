package dev.lode.publish.archive;

import java.io.Serial;

/// The archive of one partition is not what was written, found while it was put into another.
public final class DamagedPartException extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    private final String partition;

    DamagedPartException(String partition) {
        super("the archive of partition \"" + partition + "\" is damaged");
        this.partition = partition;
    }

    /// Whose archive it is.
    public String partition() {
        return partition;
    }
}
