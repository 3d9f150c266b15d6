package dev.lode.publish.archive;

import dev.lode.store.Disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/// Writes the index of an archive beside it; [SegmentIndex] says what is in it.
final class IndexWriter implements Closeable {
    static final byte[] MAGIC = "LODESEG1".getBytes(StandardCharsets.US_ASCII);
    static final int SEGMENT = 1;
    static final int END = 0;

    private final MessageDigest digest = ItemHash.sha256();
    private final FileSink sink;
    private final ByteRun run = new ByteRun();

    IndexWriter(Disk.WritableFile file) {
        this.sink = new FileSink(file, digest);
    }

    void begin(String identity, long bodyOffset) throws IOException {
        run.clear();
        run.add(MAGIC);
        run.addText(identity);
        run.addNumber(bodyOffset);
        sink.write(run);
    }

    void add(Segment segment) throws IOException {
        run.clear();
        run.add(SEGMENT);
        run.add(segment.natural() ? 1 : 0);
        run.addNumber(segment.stored());
        run.addNumber(segment.raw());
        run.addInt(segment.crc());
        run.addInt(segment.storedCrc());
        run.addNumber(segment.items());
        run.addText(segment.lastKey());
        run.addNumber(segment.encodedEntries().length);
        run.add(segment.encodedEntries());
        sink.write(run);
    }

    /// Ends the index. It is not durable yet.
    void finish(long segments, long items, long archiveBytes) throws IOException {
        run.clear();
        run.add(END);
        run.addNumber(segments);
        run.addNumber(items);
        run.addNumber(archiveBytes);
        sink.write(run);
        byte[] sum = digest.digest();
        sink.write(sum);
        sink.flush();
    }

    @Override
    public void close() throws IOException {
        sink.close();
    }
}
