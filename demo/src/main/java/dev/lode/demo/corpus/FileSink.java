package dev.lode.demo.corpus;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where the bytes of one file go: compressed or not, counted before compression. Not thread safe.
final class FileSink implements CsvEncoder.Drain, AutoCloseable {
    private static final int WRITE_AT = 1 << 18;

    private final OutputStream out;
    private final Bytes buffer = new Bytes(WRITE_AT * 2);
    private final CsvEncoder encoder;
    private final Runnable progress;
    private long written;

    FileSink(Path file, Compressing compressing, Era era, Runnable progress) throws IOException {
        this.out = compressing.wrap(Files.newOutputStream(file));
        this.encoder = new CsvEncoder(era, this);
        this.progress = progress;
    }

    /// Bytes before compression so far.
    long offset() {
        return written + buffer.length();
    }

    /// What is appended here is written in time.
    Bytes buffer() {
        return buffer;
    }

    CsvEncoder encoder() {
        return encoder;
    }

    /// To be called after each record.
    void recordDone() {
        if (buffer.length() >= WRITE_AT) {
            write(buffer);
        }
    }

    @Override
    public void write(Bytes encoded) {
        try {
            out.write(encoded.array(), 0, encoded.length());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        written += encoded.length();
        encoded.clear();
        progress.run();
    }

    /// Ends the compressed stream; what follows goes to another one in the same file.
    void nextStream() {
        write(buffer);
        if (out instanceof Bzip2OneStream stream) {
            try {
                stream.nextStream();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        try (out) {
            write(buffer);
        }
    }
}
