package dev.lode.core;

import org.jspecify.annotations.Nullable;

/// The one exception of Lode. Its message is a sentence for a person: *thing: what is wrong,
/// expected against found, place; what Lode did; what to do.* It starts in lower case, quotes
/// values, gives numbers their unit and never holds a secret.
public final class LodeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorKind kind;

    private LodeException(ErrorKind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /// Who has to act.
    public ErrorKind kind() {
        return kind;
    }

    public static LodeException usage(String message) {
        return new LodeException(ErrorKind.USAGE, message, null);
    }

    public static LodeException data(String message) {
        return new LodeException(ErrorKind.DATA, message, null);
    }

    public static LodeException data(String message, Throwable cause) {
        return new LodeException(ErrorKind.DATA, message, cause);
    }

    public static LodeException remote(String message) {
        return new LodeException(ErrorKind.REMOTE, message, null);
    }

    public static LodeException remote(String message, Throwable cause) {
        return new LodeException(ErrorKind.REMOTE, message, cause);
    }

    public static LodeException resource(String message) {
        return new LodeException(ErrorKind.RESOURCE, message, null);
    }

    public static LodeException resource(String message, Throwable cause) {
        return new LodeException(ErrorKind.RESOURCE, message, cause);
    }

    public static LodeException bug(String message, @Nullable Throwable cause) {
        return new LodeException(ErrorKind.BUG, message, cause);
    }

    /// The same error with a place in front: `place: message`. The cause stays.
    public LodeException at(String place) {
        return new LodeException(kind, place + ": " + getMessage(), this);
    }
}
