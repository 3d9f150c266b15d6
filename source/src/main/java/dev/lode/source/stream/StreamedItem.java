package dev.lode.source.stream;

import dev.lode.core.ByteSource;
import dev.lode.core.LodeException;
import dev.lode.source.Item;
import dev.lode.source.Retry;
import dev.lode.source.Source;

import java.io.IOException;
import java.io.InputStream;

/// One exact version of an item as bytes that can be read from any offset, without a copy on disk.
/// Each open stream reads ahead in parallel ranges, in bounded memory; a request that fails is
/// tried again from the byte where it stopped. When the item is replaced or goes away meanwhile,
/// reading ends with a [LodeException] of kind REMOTE: bytes of two versions never mix.
///
/// @param retry the one place where requests are tried again
public record StreamedItem(Source source, Item item, Retry retry, StreamSettings settings)
        implements ByteSource {
    @Override
    public String name() {
        return item.name();
    }

    @Override
    public long size() {
        return item.size();
    }

    @Override
    public InputStream open(long offset) throws IOException {
        if (offset < 0 || offset > item.size()) {
            throw LodeException.bug(
                    item.name() + ": offset " + offset + " of " + item.size() + " bytes", null);
        }
        return new ReadAhead(this, offset);
    }
}
