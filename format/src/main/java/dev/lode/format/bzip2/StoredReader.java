package dev.lode.format.bzip2;

import dev.lode.format.StoredStream;

import java.io.IOException;
import java.util.Arrays;

/// The thread of one decoder that reads stored bytes ahead of it. Ends when the bytes do, when
/// reading them fails, or when the decoder is closed.
final class StoredReader implements Runnable {
    private final StoredStream in;
    private final Lookahead lookahead;
    private final MagicScanner scanner;

    StoredReader(StoredStream in, Lookahead lookahead) {
        this.in = in;
        this.lookahead = lookahead;
        this.scanner = new MagicScanner(in.position(), StoredWindow.CHUNK);
    }

    @Override
    public void run() {
        try {
            readAll();
            lookahead.end(null);
        } catch (InterruptedException | IOException | RuntimeException | Error e) {
            // Ours to hand on, not to handle: the consumer throws it when it gets there.
            lookahead.end(e);
        }
    }

    private void readAll() throws IOException, InterruptedException {
        while (lookahead.awaitRoom()) {
            byte[] chunk = new byte[StoredWindow.CHUNK];
            int length = in.readNBytes(chunk, 0, chunk.length);
            if (length < chunk.length) {
                chunk = Arrays.copyOf(chunk, length);
            }
            lookahead.append(chunk, length, scanner.scan(chunk, length));
            if (length < StoredWindow.CHUNK) {
                return;
            }
        }
    }
}
