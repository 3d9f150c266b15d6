package dev.lode.publish.archive;

import dev.lode.format.table.TableWriter;
import dev.lode.store.Disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/// Writes one archive of columns and, beside it, the index of its items: in groups that say nothing
/// of where they lie in it. Not thread safe.
final class TableArchiveWriter implements Closeable {
    private static final int ITEMS_OF_GROUP = 1000;

    private final ArchiveFiles files;
    private final FileSink sink;
    private final SinkStream stream;
    private final TableWriter table;
    private final IndexWriter index;
    private final MessageDigest content = ItemHash.sha256();
    private final ByteRun entries = new ByteRun();
    private final ByteRun hash = new ByteRun();
    private byte[] lastKey = {};
    private int inGroup;
    private long groups;
    private long items;

    private TableArchiveWriter(
            ArchiveFiles files,
            FileSink sink,
            SinkStream stream,
            TableWriter table,
            IndexWriter index) {
        this.files = files;
        this.sink = sink;
        this.stream = stream;
        this.table = table;
        this.index = index;
    }

    static TableArchiveWriter open(TableArchiveShape shape, Disk disk, ArchiveFiles files)
            throws IOException {
        var sink = new FileSink(disk.open(files.archive()), null);
        try {
            var stream = new SinkStream(sink);
            var table = shape.format().open(shape.table(), stream);
            var index = new IndexWriter(disk.open(files.index()));
            try {
                index.begin(shape.identity(), 0);
            } catch (IOException e) {
                index.close();
                throw e;
            }
            return new TableArchiveWriter(files, sink, stream, table, index);
        } catch (IOException | RuntimeException e) {
            sink.close();
            throw e;
        }
    }

    void add(Step.Put put) throws IOException {
        byte[] record = put.item().content();
        table.add(CsvValues.of(record));
        byte[] key = put.key().getBytes(StandardCharsets.UTF_8);
        IndexEntries.add(
                entries, inGroup == 0 ? new byte[0] : lastKey, key, record.length, put.hash());
        hash.clear();
        put.hash().addTo(hash);
        content.update(hash.array(), 0, ItemHash.BYTES);
        lastKey = key;
        items++;
        inGroup++;
        if (inGroup == ITEMS_OF_GROUP) {
            endGroup();
        }
    }

    private void endGroup() throws IOException {
        index.add(
                new Segment(
                        0,
                        0,
                        0,
                        0,
                        0,
                        true,
                        inGroup,
                        new String(lastKey, StandardCharsets.UTF_8),
                        entries.copy()));
        entries.clear();
        inGroup = 0;
        groups++;
    }

    /// Ends both and reads the archive through, so that what is said of it is what was written.
    /// Neither is durable yet.
    ArchiveFacts finish() throws IOException {
        var body = table.finish();
        sink.flush();
        if (inGroup > 0) {
            endGroup();
        }
        index.finish(groups, items, sink.position());
        var check = check(files.archive(), body.offset(), body.bytes());
        return new ArchiveFacts(
                sink.position(),
                check.sha256(),
                HexFormat.of().formatHex(content.digest()),
                items,
                new ArchiveFacts.Body(
                        body.offset(), body.bytes(), body.raw(), 0, check.bodyStoredCrc()),
                0,
                body.bytes());
    }

    private ArchiveCheck check(Path archive, long offset, long bytes) throws IOException {
        return ArchiveCheck.ofWritten(archive, offset, bytes, stream.crc());
    }

    @Override
    public void close() throws IOException {
        try (sink;
                index) {
            table.close();
        }
    }
}
