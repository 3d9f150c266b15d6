package dev.lode.source;

import dev.lode.core.ByteSource;
import dev.lode.core.LodeException;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;

/// One exact version of an item as bytes to decode, without a copy on disk.
public record ItemBytes(Source source, Item item) implements ByteSource {
    @Override
    public String name() {
        return item.name();
    }

    @Override
    public long size() {
        return item.size();
    }

    /// @throws IOException when the item is gone or replaced, or the calling thread was interrupted
    /// @throws LodeException when the source does not answer
    @Override
    public InputStream open(long offset) throws IOException {
        Opened opened;
        try {
            opened = source.open(item, offset, item.size() - offset);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            var interrupted = new InterruptedIOException(item.name() + ": opening was interrupted");
            interrupted.initCause(e);
            throw interrupted;
        }
        return switch (opened) {
            case Opened.Bytes(InputStream stream) -> stream;
            case Opened.Replaced() ->
                    throw new IOException(
                            source.name()
                                    + ": "
                                    + item.name()
                                    + " was replaced after it was listed");
            case Opened.Gone() ->
                    throw new IOException(
                            source.name() + ": " + item.name() + " is gone since it was listed");
        };
    }
}
