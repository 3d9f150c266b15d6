package dev.lode.publish.archive;

import java.io.Serial;

/// An archive, or the index beside it, is not what was written: nothing of it may be taken over.
/// The way out is to write the archive anew from all of its items.
public final class DamagedArchiveException extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    public DamagedArchiveException(String how) {
        super(how);
    }

    public DamagedArchiveException(String how, Throwable cause) {
        super(how, cause);
    }
}
