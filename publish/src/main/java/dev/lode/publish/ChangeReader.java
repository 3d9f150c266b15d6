package dev.lode.publish;

import org.jspecify.annotations.Nullable;

/// A stream of changes of one partition, read by one thread.
public interface ChangeReader extends AutoCloseable {
    /// Nothing changed.
    ChangeReader EMPTY = () -> null;

    /// The next change, each of a greater key than the one before by [KeyOrder]; null at the end.
    @Nullable Change next() throws InterruptedException;

    @Override
    default void close() {}
}
