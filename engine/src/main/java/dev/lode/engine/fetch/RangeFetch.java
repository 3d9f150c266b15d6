package dev.lode.engine.fetch;

import dev.lode.core.ContentId;
import dev.lode.core.LodeException;
import dev.lode.source.Item;
import dev.lode.source.Opened;
import dev.lode.source.Retry;
import dev.lode.source.Source;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/// Fetches one run of whole chunks. After a failure it goes on at the byte where it stopped.
/// Belongs to one thread.
final class RangeFetch {
    /// Progress that makes the count of failures begin again.
    private static final long PROGRESS = 1 << 20;

    private static final int BUFFER = 1 << 20;

    private final Source source;
    private final Item item;
    private final PartialFile partial;
    private final Progress progress;
    private final Retry.Series series;
    private final ByteRange range;
    private final MessageDigest chunk = ChunkDigest.begin();
    private final byte[] buffer;
    private long position;

    RangeFetch(
            Source source,
            Retry retry,
            Item item,
            PartialFile partial,
            Progress progress,
            ByteRange range) {
        this.source = source;
        this.item = item;
        this.partial = partial;
        this.progress = progress;
        this.series = retry.begin();
        this.range = range;
        this.buffer = new byte[(int) Math.min(BUFFER, range.end() - range.start())];
        this.position = range.start();
    }

    /// How a range ended.
    enum End {
        DONE,
        REPLACED,
        GONE
    }

    End run() throws InterruptedException {
        while (position < range.end()) {
            long before = position;
            try {
                switch (source.open(item, position, range.end() - position)) {
                    case Opened.Bytes(InputStream stream) -> copy(stream);
                    case Opened.Replaced() -> {
                        return End.REPLACED;
                    }
                    case Opened.Gone() -> {
                        return End.GONE;
                    }
                }
            } catch (LodeException e) {
                if (position - before >= PROGRESS) {
                    series.progressed();
                }
                series.failed(e);
                progress.coped(e.getMessage() + "; going on from byte " + position);
            }
        }
        return End.DONE;
    }

    private void copy(InputStream stream) throws InterruptedException {
        try (stream) {
            while (position < range.end()) {
                fill(stream);
            }
        } catch (IOException e) {
            throw LodeException.remote(
                    place() + ": connection lost at byte " + position + " of " + item.size(), e);
        }
    }

    /// Reads until the buffer is full or the range ends; what was read before a failure is kept.
    private void fill(InputStream stream) throws IOException, InterruptedException {
        int wanted = (int) Math.min(buffer.length, range.end() - position);
        int filled = 0;
        IOException cut = null;
        try {
            while (filled < wanted && cut == null) {
                int n = stream.read(buffer, filled, wanted - filled);
                if (n < 0) {
                    cut =
                            new EOFException(
                                    "ended " + (range.end() - position - filled) + " bytes early");
                } else {
                    filled += n;
                }
            }
        } catch (IOException e) {
            cut = e;
        }
        if (Thread.interrupted()) {
            throw new InterruptedException(item.name() + ": fetch interrupted");
        }
        keep(filled);
        if (cut != null) {
            throw cut;
        }
    }

    private void keep(int length) {
        partial.write(ByteBuffer.wrap(buffer, 0, length), position);
        int at = 0;
        while (at < length) {
            int take = (int) Math.min(length - at, ContentId.CHUNK - position % ContentId.CHUNK);
            chunk.update(buffer, at, take);
            at += take;
            position += take;
            if (position % ContentId.CHUNK == 0 || position == item.size()) {
                partial.finish((int) ((position - 1) / ContentId.CHUNK), chunk.digest());
            }
        }
        progress.arrived(length);
    }

    private String place() {
        return source.name() + ": " + item.name();
    }
}
