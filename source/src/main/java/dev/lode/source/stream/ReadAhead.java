package dev.lode.source.stream;

import dev.lode.core.LodeException;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// The bytes of an item from some offset to its end, in order, while the next ranges are under way.
/// It begins with one small request, and only behind that it reads ahead, more and more: a reader
/// of the head alone causes little traffic. One thread reads; any may close it, which ends a read
/// that waits.
final class ReadAhead extends InputStream {
    private static final int GROWTH = 4;

    private final StreamedItem bytes;
    private final ExecutorService requests =
            Executors.newThreadPerTaskExecutor(
                    Thread.ofVirtual().name("stream-range-", 0).factory());
    private final ArrayDeque<Future<byte[]>> ahead = new ArrayDeque<>();
    private long next;
    private int window;
    private boolean begun;
    private int length;
    private byte[] current = new byte[0];
    private int at;

    ReadAhead(StreamedItem bytes, long offset) {
        this.bytes = bytes;
        this.next = offset;
        this.length = (int) Math.min(StreamSettings.FIRST_RANGE, most());
    }

    private long most() {
        return bytes.settings().rangeSize().bytes();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int count) throws IOException {
        if (count == 0) {
            return 0;
        }
        if (at == current.length && !advance()) {
            return -1;
        }
        int taken = Math.min(count, current.length - at);
        System.arraycopy(current, at, into, offset, taken);
        at += taken;
        return taken;
    }

    private boolean advance() throws IOException {
        // Given up before the next one is waited for: memory is the window, and no range more.
        current = new byte[0];
        at = 0;
        if (ahead.isEmpty()) {
            request(1);
        }
        var first = ahead.poll();
        if (first == null) {
            return false;
        }
        current = await(first);
        length = (int) Math.min(most(), (long) length * GROWTH);
        if (begun) {
            window = Math.min(bytes.settings().ranges() - 1, window + 1);
            request(window);
        }
        begun = true;
        return true;
    }

    /// Makes requests until so many are under way.
    private void request(int most) throws IOException {
        while (next < bytes.size() && ahead.size() < most) {
            int size = (int) Math.min(length, bytes.size() - next);
            var range = new RangeRead(bytes, next, size);
            try {
                ahead.add(requests.submit(range::run));
            } catch (java.util.concurrent.RejectedExecutionException e) {
                throw new IOException(bytes.name() + ": the stream is closed", e);
            }
            next += size;
        }
    }

    private byte[] await(Future<byte[]> range) throws IOException {
        try {
            return range.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw interrupted(e);
        } catch (CancellationException e) {
            throw interrupted(e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case LodeException known -> throw known;
                case InterruptedException _ -> throw interrupted(e);
                case Error error -> throw error;
                case null, default ->
                        throw LodeException.bug(bytes.name() + ": streaming broke", e.getCause());
            }
        }
    }

    private InterruptedIOException interrupted(Exception cause) {
        var interrupted = new InterruptedIOException(bytes.name() + ": reading was interrupted");
        interrupted.initCause(cause);
        return interrupted;
    }

    /// Ends requests that are under way.
    @Override
    public void close() {
        requests.shutdownNow();
        requests.close();
    }
}
