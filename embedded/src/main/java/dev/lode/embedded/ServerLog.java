package dev.lode.embedded;

import dev.lode.core.ByteSize;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// The file `server.log`. The server appends to it for as long as it runs, so it is bounded in
/// place: what is too much moves to `server.log.1`, replacing what was there, and the file begins
/// again.
final class ServerLog {
    private static final int TAIL_BYTES = 16 << 10;
    private static final int TAIL_LINES = 12;

    private final Path file;

    ServerLog(Path file) {
        this.file = file;
    }

    Path file() {
        return file;
    }

    long size() throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    /// Lets the log, with its predecessor, take at most twice `bound`, until the next call.
    void trim(ByteSize bound) throws IOException {
        if (size() <= bound.bytes()) {
            return;
        }
        Path old = file.resolveSibling(file.getFileName() + ".1");
        Path fresh = file.resolveSibling(file.getFileName() + ".1.new");
        try (var from = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
                var to =
                        FileChannel.open(
                                fresh,
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE,
                                StandardOpenOption.TRUNCATE_EXISTING)) {
            long position = from.size() - bound.bytes();
            while (position < from.size()) {
                position += from.transferTo(position, from.size() - position, to);
            }
            Files.move(fresh, old, StandardCopyOption.ATOMIC_MOVE);
            from.truncate(0);
        }
    }

    /// The last lines that were written after byte `offset`, at most 12.
    List<String> tail(long offset) throws IOException {
        try (var in = new RandomAccessFile(file.toFile(), "r")) {
            // The log may have been cut meanwhile; then all of it is new.
            long from = offset > in.length() ? 0 : offset;
            from = Math.max(from, in.length() - TAIL_BYTES);
            in.seek(from);
            byte[] bytes = new byte[(int) (in.length() - from)];
            in.readFully(bytes);
            List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
            return List.copyOf(lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
        }
    }
}
