package dev.lode.format.table;

import java.io.Serial;

/// A file that was to be joined with others is not what was written.
public final class DamagedTableException extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    private final int part;

    /// @param part its place among the files, from 0
    public DamagedTableException(int part, Throwable cause) {
        super("part " + part + " is damaged: " + cause.getMessage(), cause);
        this.part = part;
    }

    /// Which of the files.
    public int part() {
        return part;
    }
}
