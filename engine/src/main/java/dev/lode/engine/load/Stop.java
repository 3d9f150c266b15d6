package dev.lode.engine.load;

import dev.lode.core.ErrorKind;
import dev.lode.core.LodeException;

/// Tells what failed by itself from what was cut short: an interruption closes the file that is
/// being read, and every later one at its first byte.
final class Stop {
    private Stop() {}

    /// @param failure met by this thread
    /// @throws InterruptedException when the thread was interrupted before; it is not any more
    static void ifAsked(LodeException failure) throws InterruptedException {
        if (failure.kind() != ErrorKind.BUG && Thread.interrupted()) {
            var stopped = new InterruptedException("stopped by the user");
            stopped.initCause(failure);
            throw stopped;
        }
    }
}
