package dev.lode.engine.fetch;

import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;

import java.util.concurrent.atomic.AtomicLong;

/// Tells a listener about the bytes of one item, not at every buffer but at every mebibyte and at
/// the end. Used by all threads that fetch the item.
final class Progress {
    private static final long STEP = 1 << 20;

    private final RunListener listener;
    private final String item;
    private final AtomicLong there = new AtomicLong();
    private final AtomicLong transferred = new AtomicLong();

    private volatile long size;

    Progress(RunListener listener, String item) {
        this.listener = listener;
        this.item = item;
    }

    /// So many of `size` bytes are there from an earlier attempt.
    void begin(long bytes, long size) {
        this.size = size;
        there.set(bytes);
        listener.on(new RunEvent.FetchProgress(item, bytes, size));
    }

    void arrived(int bytes) {
        transferred.addAndGet(bytes);
        long now = there.addAndGet(bytes);
        if (now == size || now / STEP != (now - bytes) / STEP) {
            listener.on(new RunEvent.FetchProgress(item, now, size));
        }
    }

    void coped(String trouble) {
        listener.on(new RunEvent.Note(true, trouble));
    }

    /// Bytes that came from the source.
    long transferred() {
        return transferred.get();
    }
}
