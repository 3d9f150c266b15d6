package dev.lode.testkit.disk;

import dev.lode.core.ByteSize;

import org.opentest4j.TestAbortedException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A file system of its own (tmpfs) that is soon full. Where mounting is not permitted the test is
/// skipped.
///
/// @param path where it is mounted
public record SmallDisk(Path path) implements AutoCloseable {
    private static final String FILLER = "filler";

    /// Mounts one on a folder, which is made where it is missing.
    public static SmallDisk mount(Path folder, ByteSize size) {
        try {
            Files.createDirectories(folder);
            int status =
                    run(
                            "mount",
                            "-t",
                            "tmpfs",
                            "-o",
                            "size=" + size.bytes(),
                            "tmpfs",
                            folder.toString());
            if (status != 0) {
                throw new TestAbortedException("mounting is not permitted here: status " + status);
            }
            return new SmallDisk(folder.toRealPath());
        } catch (IOException e) {
            throw new TestAbortedException("mounting is not possible here: " + e);
        }
    }

    /// Takes room away, as somebody else's file does.
    public void fill(ByteSize size) {
        try (var file = Files.newOutputStream(path.resolve(FILLER))) {
            byte[] zeros = new byte[1 << 16];
            for (long left = size.bytes(); left > 0; left -= zeros.length) {
                file.write(zeros, 0, (int) Math.min(left, zeros.length));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Takes all the room there is, also while others write.
    public void fill() {
        try (var file =
                Files.newOutputStream(
                        path.resolve(FILLER),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND)) {
            byte[] zeros = new byte[1 << 12];
            while (true) {
                file.write(zeros);
            }
        } catch (FileSystemException e) {
            throw new UncheckedIOException(e);
        } catch (IOException e) {
            // No space left on the device: that is what was wanted.
            return;
        }
    }

    /// Gives back what [#fill] took.
    public void free() {
        try {
            Files.deleteIfExists(path.resolve(FILLER));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int run(String... command) throws IOException {
        try {
            return new ProcessBuilder(command).inheritIO().start().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /// Takes it off, also while files on it are open.
    @Override
    public void close() {
        try {
            run("umount", "-l", path.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
