package dev.lode.store;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Writes files that are whole or absent, whatever happens meanwhile: under another name first, made
/// durable, then renamed over the target. A reader sees the old content or the new. What was at
/// the target stays as it was when a method throws, except that an error of the last step (making
/// the new name durable) may leave either.
///
/// Missing folders of the target are made. Every error is a [dev.lode.core.LodeException] of kind
/// RESOURCE that names the target. Safe for use by several threads; of two that write one target,
/// the later wins.
public final class AtomicFile {
    /// A content that is written piece by piece.
    @FunctionalInterface
    public interface Content {
        /// Writes all of it. The stream is buffered and belongs to the caller of this method.
        void writeTo(OutputStream out) throws IOException;
    }

    private final Disk disk;
    private final Staging staging;

    AtomicFile(Disk disk, Staging staging) {
        this.disk = disk;
        this.staging = staging;
    }

    /// For files of the data root: what is not whole yet lies with the run's temporary files.
    public static AtomicFile with(TempFiles temp) {
        return new AtomicFile(temp.disk(), temp);
    }

    /// For files that the user named anywhere: what is not whole yet lies beside its target as
    /// `.NAME.lode-PID-N`. After a crash, the next write of the same target removes it.
    public static AtomicFile beside(Disk disk) {
        return new AtomicFile(disk, new BesideTarget(disk));
    }

    public void writeText(Path target, String text) {
        write(target, text.getBytes(StandardCharsets.UTF_8));
    }

    public void write(Path target, byte[] bytes) {
        stage(target, bytes.length, file -> file.write(ByteBuffer.wrap(bytes)));
    }

    public void write(Path target, Content content) {
        stage(
                target,
                0,
                file -> {
                    var out = new BufferedOutputStream(file.stream(), 1 << 16);
                    content.writeTo(out);
                    out.flush();
                });
    }

    /// Gives a finished file its name: made durable, then renamed over the target.
    ///
    /// @param staged on the same file system, closed; stays where it is when this throws
    public void publish(Path staged, Path target) {
        try {
            Folders.make(disk, Folders.parent(target));
            try (var file = disk.open(staged, Disk.Opening.CONTINUE)) {
                file.force();
            }
            disk.rename(staged, target);
            disk.forceFolder(Folders.parent(target));
        } catch (IOException e) {
            throw DiskFailure.of(disk, target, "write it", 0, e);
        }
    }

    private interface Writing {
        void writeTo(DiskFile file) throws IOException;
    }

    private void stage(Path target, long size, Writing writing) {
        try {
            Folders.make(disk, Folders.parent(target));
            try (var staged = staging.stage(target)) {
                writing.writeTo(staged.file());
                staged.file().force();
                disk.rename(staged.path(), target);
            }
            disk.forceFolder(Folders.parent(target));
        } catch (IOException e) {
            throw DiskFailure.of(disk, target, "write it", size, e);
        }
    }

    /// Where a file lies until it is whole.
    interface Staging {
        Staged stage(Path target) throws IOException;
    }

    /// A file on its way. Closing it closes `file`, removes what was not renamed, and gives back
    /// `claim`, which keeps others from removing it.
    record Staged(Disk disk, Path path, DiskFile file, Closeable claim) implements Closeable {
        @Override
        public void close() throws IOException {
            try (claim;
                    file) {
                disk.delete(path);
            }
        }
    }
}
