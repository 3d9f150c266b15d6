package dev.lode.publish.archive;

import dev.lode.core.LodeException;
import dev.lode.publish.KeyOrder;
import dev.lode.store.Disk;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/// Writes one archive and its index from front to back. Items come in [KeyOrder], one by one or as
/// whole segments of an older archive of the same shape. Holds one segment in memory. Not thread
/// safe.
final class ArchiveWriter implements Closeable {
    private final ArchiveShape shape;
    private final EntryFormat format;
    private final Envelope envelope;
    private final SegmentPress press;
    private final Path archive;
    private final Path index;
    private final FileSink sink;
    private final IndexWriter indexWriter;
    private final MessageDigest content = ItemHash.sha256();

    private final ByteRun raw = new ByteRun();
    private final ByteRun entries = new ByteRun();
    private int inSegment;
    private boolean natural = true;
    private String lastKey = "";
    private byte[] lastKeyBytes = {};
    private @Nullable CopyRun run;

    private long segments;
    private long items;
    private long bodyRaw;
    private int bodyCrc;
    private long bodyOffset;
    private long copied;
    private long pressed;

    /// Segments of an older archive that lie behind each other, to be copied at once.
    private static final class CopyRun {
        final FileChannel from;
        final long offset;
        long length;

        CopyRun(FileChannel from, long offset) {
            this.from = from;
            this.offset = offset;
        }
    }

    private ArchiveWriter(
            ArchiveShape shape,
            Path archive,
            Path index,
            Disk.WritableFile file,
            Disk.WritableFile indexFile) {
        this.shape = shape;
        this.format = EntryFormat.of(shape);
        this.envelope = new Envelope(shape.format());
        this.press = new SegmentPress(shape.codec().open());
        this.archive = archive;
        this.index = index;
        this.sink = new FileSink(file, null);
        this.indexWriter = new IndexWriter(indexFile);
    }

    /// Begins an archive in two files that are not there yet.
    static ArchiveWriter open(ArchiveShape shape, Disk disk, Path archive, Path index)
            throws IOException {
        var file = disk.open(archive);
        Disk.WritableFile indexFile;
        try {
            indexFile = disk.open(index);
        } catch (IOException e) {
            file.close();
            throw e;
        }
        var writer = new ArchiveWriter(shape, archive, index, file, indexFile);
        try {
            writer.begin();
            return writer;
        } catch (IOException | RuntimeException e) {
            writer.close();
            throw e;
        }
    }

    private void begin() throws IOException {
        sink.write(envelope.front());
        addPart(format.head());
        bodyOffset = sink.position();
        indexWriter.begin(shape.identity(), bodyOffset);
    }

    private void addPart(byte[] part) throws IOException {
        if (part.length > 0) {
            sink.write(press.press(part, part.length));
            envelope.add(press.crc(), part.length);
        }
    }

    /// Whether a natural boundary is here, so that segments of an older archive can follow that
    /// begin at one too.
    boolean isAtNaturalBoundary() {
        return inSegment == 0 && natural;
    }

    /// Adds an item.
    void add(String key, byte[] itemContent, ItemHash hash) throws IOException {
        endRun();
        format.add(raw, key, itemContent);
        added(key, itemContent.length, hash);
    }

    /// Adds an item whose entry bytes are known.
    void addEntry(String key, byte[] from, int offset, int length, int contentLength, ItemHash hash)
            throws IOException {
        endRun();
        raw.add(from, offset, length);
        added(key, contentLength, hash);
    }

    private void added(String key, int contentLength, ItemHash hash) throws IOException {
        checkOrder(key);
        byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
        IndexEntries.add(
                entries,
                inSegment == 0 ? new byte[0] : lastKeyBytes,
                keyBytes,
                contentLength,
                hash);
        noteContent(hash);
        lastKey = key;
        lastKeyBytes = keyBytes;
        inSegment++;
        if (shape.segmentation().endsBehind(key)) {
            endSegment(true);
        } else if (shape.segmentation().isFull(inSegment, raw.length())) {
            endSegment(false);
        }
    }

    private void checkOrder(String key) {
        if (!lastKey.isEmpty() && KeyOrder.INSTANCE.compare(lastKey, key) >= 0) {
            throw LodeException.bug(
                    "item \"" + key + "\" comes behind \"" + lastKey + "\", out of order", null);
        }
    }

    private final ByteRun hashBytes = new ByteRun();

    private void noteContent(ItemHash hash) {
        hashBytes.clear();
        hash.addTo(hashBytes);
        content.update(hashBytes.array(), 0, ItemHash.BYTES);
    }

    private void endSegment(boolean atNaturalBoundary) throws IOException {
        var out = press.press(raw.array(), raw.length());
        var segment =
                new Segment(
                        sink.position(),
                        out.length(),
                        raw.length(),
                        press.crc(),
                        press.storedCrc(),
                        atNaturalBoundary,
                        inSegment,
                        lastKey,
                        entries.copy());
        sink.write(out);
        pressed += out.length();
        note(segment);
        raw.clear();
        entries.clear();
        inSegment = 0;
    }

    private void note(Segment segment) throws IOException {
        indexWriter.add(segment);
        envelope.add(segment.crc(), segment.raw());
        bodyCrc = Crc32Combination.of(bodyCrc, segment.crc(), segment.raw());
        bodyRaw += segment.raw();
        segments++;
        items += segment.items();
        natural = segment.natural();
    }

    /// Adds a segment of an older archive as it is. The first of a stretch has to come at a natural
    /// boundary, the others of the stretch directly behind it.
    void copy(Segment segment, FileChannel from) throws IOException {
        if (inSegment != 0) {
            throw LodeException.bug("a segment is copied into the middle of another", null);
        }
        var entry = segment.entries();
        while (entry.next()) {
            checkOrder(entry.key());
            lastKey = entry.key();
            noteContent(entry.hash());
        }
        var current = run;
        if (current == null
                || current.from != from
                || current.offset + current.length != segment.offset()) {
            endRun();
            current = new CopyRun(from, segment.offset());
            run = current;
        }
        current.length += segment.stored();
        copied += segment.stored();
        note(segment);
    }

    private void endRun() throws IOException {
        var current = run;
        if (current != null) {
            sink.copy(current.from, current.offset, current.length);
            run = null;
        }
    }

    /// Ends the archive and its index, and reads both through, so that what is said of them is what
    /// was written. Neither is durable yet.
    ///
    /// @throws DamagedArchiveException when a copied segment is not what the older archive's index
    ///   says
    ArchiveFacts finish() throws IOException {
        endRun();
        if (inSegment > 0) {
            endSegment(false);
        }
        long bodyStored = sink.position() - bodyOffset;
        addPart(format.tail());
        sink.write(envelope.back());
        sink.flush();
        indexWriter.finish(segments, items, sink.position());
        var check = ArchiveCheck.of(archive, index, bodyOffset, bodyStored);
        return new ArchiveFacts(
                sink.position(),
                check.sha256(),
                HexFormat.of().formatHex(content.digest()),
                items,
                new ArchiveFacts.Body(
                        bodyOffset, bodyStored, bodyRaw, bodyCrc, check.bodyStoredCrc()),
                copied,
                pressed);
    }

    @Override
    public void close() throws IOException {
        try (press;
                indexWriter) {
            sink.close();
        }
    }
}
