package dev.lode.format.bzip2;

import dev.lode.core.LodeException;

/// Turns what ended a thread's work into the error that the consumer throws.
final class Crash {
    private Crash() {}

    static LodeException of(Throwable cause) {
        if (cause instanceof OutOfMemoryError) {
            return LodeException.resource(
                    "decoding bzip2: not enough memory; stopped; give fewer threads or less memory"
                            + " to decoding, or a larger heap to Lode",
                    cause);
        }
        return LodeException.bug("decoding bzip2: " + cause, cause);
    }
}
