package dev.lode.publish.archive;

import dev.lode.core.LodeException;
import dev.lode.store.Disk;
import dev.lode.store.DiskTrouble;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// One archive that holds what several hold: their segments once more, copied, between a head and a
/// tail.
///
/// @param bytes of the file
/// @param sha256 of the file, in hexadecimal
/// @param bodyOffset where the first segment lies
public record JoinedArchive(long bytes, String sha256, long bodyOffset) {
    /// Writes it.
    ///
    /// @param parts of the same shape, in the order in which their items come
    /// @param target that is not there yet; left half written on failure
    /// @throws DamagedPartException when the body of a part is not what is said of it
    /// @throws LodeException of kind RESOURCE when the disk refuses
    public static JoinedArchive write(
            ArchiveShape shape, Disk disk, List<Part> parts, Path target) {
        try {
            var format = EntryFormat.of(shape);
            var envelope = new Envelope(shape.format());
            long bodyOffset;
            long bytes;
            try (var press = new SegmentPress(shape.codec().open());
                    var sink = new FileSink(disk.open(target), null)) {
                sink.write(envelope.front());
                add(format.head(), sink, press, envelope);
                bodyOffset = sink.position();
                for (Part part : parts) {
                    try (var from = FileChannel.open(part.archive(), StandardOpenOption.READ)) {
                        sink.copy(from, part.body().offset(), part.body().stored());
                    } catch (java.io.EOFException | java.nio.file.NoSuchFileException _) {
                        throw new DamagedPartException(part.name());
                    }
                    envelope.add(part.body().crc(), part.body().raw());
                }
                add(format.tail(), sink, press, envelope);
                sink.write(envelope.back());
                sink.sync();
                bytes = sink.position();
            }
            return new JoinedArchive(
                    bytes, ArchiveCheck.ofBodies(target, bodyOffset, parts), bodyOffset);
        } catch (IOException e) {
            throw DiskTrouble.of(target, "writing", e);
        }
    }

    private static void add(byte[] part, FileSink sink, SegmentPress press, Envelope envelope)
            throws IOException {
        if (part.length > 0) {
            sink.write(press.press(part, part.length));
            envelope.add(press.crc(), part.length);
        }
    }
}
