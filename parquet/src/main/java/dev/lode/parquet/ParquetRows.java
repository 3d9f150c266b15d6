package dev.lode.parquet;

import dev.lode.core.LodeException;
import dev.lode.format.table.TableBody;
import dev.lode.format.table.TableColumn;
import dev.lode.format.table.TableShape;
import dev.lode.format.table.TableWriter;

import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputCompressor;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The rows of one file. A row group ends before the texts of its values have more than so many
/// bytes, counted before encoding: so the place of its end depends on the rows alone, and its
/// memory has a bound. A larger row is a group of its own. Not thread safe.
final class ParquetRows implements TableWriter {
    /// Bytes of the magic word that a file begins with.
    private static final int MAGIC = 4;

    /// What a value takes at least: of a number of 64 bits.
    private static final int LEAST = 8;

    /// Rows between two looks at the size of a page. Few, since one of them can have megabytes.
    private static final int ROWS_OF_PAGE_CHECK = 100;

    /// Bytes of the least and greatest values that are noted.
    private static final int STATISTICS = 64;

    private static final int SHOWN = 80;

    private final List<TableColumn> columns;
    private final long rowGroup;
    private final MessageType schema;
    private final ParquetProperties properties;
    private final BytesInputCompressor compressor;
    private final ParquetFileWriter file;
    private final List<Cell> cells;

    private @Nullable Group group;

    /// What is written of a row group that is not in the file yet.
    private static final class Group {
        final ColumnChunkPageWriteStore pages;
        final ColumnWriteStore store;
        final List<ColumnWriter> writers = new ArrayList<>();
        long rows;
        long bytes;

        Group(BytesInputCompressor compressor, MessageType schema, ParquetProperties properties) {
            pages =
                    new ColumnChunkPageWriteStore(
                            compressor,
                            schema,
                            properties.getAllocator(),
                            properties.getColumnIndexTruncateLength(),
                            properties.getPageWriteChecksumEnabled());
            store = properties.newColumnWriteStore(schema, pages, pages);
            schema.getColumns().forEach(column -> writers.add(store.getColumnWriter(column)));
        }
    }

    private ParquetRows(TableShape shape, MessageType schema, ParquetFileWriter file) {
        this.columns = shape.columns();
        this.rowGroup = shape.rowGroup();
        this.schema = schema;
        this.properties = properties();
        this.compressor = PageCodec.of(shape.codec());
        this.file = file;
        this.cells = columns.stream().map(column -> Cell.of(column.type())).toList();
    }

    static ParquetRows open(TableShape shape, OutputStream out) throws IOException {
        var schema = Schema.of(shape.columns());
        var file = file(schema, out);
        file.start();
        return new ParquetRows(shape, schema, file);
    }

    static ParquetFileWriter file(MessageType schema, OutputStream out) throws IOException {
        return new ParquetFileWriter(
                new StreamOutput(out),
                schema,
                ParquetFileWriter.Mode.CREATE,
                Long.MAX_VALUE,
                0,
                null,
                properties());
    }

    private static ParquetProperties properties() {
        return ParquetProperties.builder()
                .withWriterVersion(ParquetProperties.WriterVersion.PARQUET_1_0)
                .withAllocator(new HeapByteBufferAllocator())
                .withDictionaryEncoding(true)
                .withMinRowCountForPageSizeCheck(1)
                .withMaxRowCountForPageSizeCheck(ROWS_OF_PAGE_CHECK)
                .withColumnIndexTruncateLength(STATISTICS)
                .withStatisticsTruncateLength(STATISTICS)
                .withPageWriteChecksumEnabled(true)
                .build();
    }

    @Override
    public void add(List<byte @Nullable []> values) throws IOException {
        if (values.size() != cells.size()) {
            throw LodeException.bug(
                    "a row of " + values.size() + " values, " + cells.size() + " expected", null);
        }
        long size = 0;
        for (byte[] value : values) {
            size += value == null ? 1 : Math.max(LEAST, value.length);
        }
        var open = group;
        if (open != null && open.bytes + size > rowGroup) {
            endGroup(open);
            open = null;
        }
        if (open == null) {
            open = new Group(compressor, schema, properties);
            group = open;
        }
        for (int i = 0; i < cells.size(); i++) {
            byte[] value = values.get(i);
            var writer = open.writers.get(i);
            if (value == null) {
                writer.writeNull(0, 0);
            } else {
                write(i, value, writer);
            }
        }
        open.store.endRecord();
        open.rows++;
        open.bytes += size;
    }

    private void write(int number, byte[] value, ColumnWriter writer) {
        try {
            cells.get(number).write(value, writer);
        } catch (IllegalArgumentException | ArithmeticException | java.time.DateTimeException e) {
            var column = columns.get(number);
            String text =
                    new String(value, 0, Math.min(value.length, SHOWN), StandardCharsets.UTF_8);
            throw LodeException.data(
                    "column \""
                            + column.name()
                            + "\": \""
                            + text
                            + "\" has no place in Parquet as "
                            + Cell.words(column.type())
                            + "; nothing was written; take the column as text with a cast",
                    e);
        }
    }

    private void endGroup(Group ended) throws IOException {
        group = null;
        file.startBlock(ended.rows);
        ended.store.flush();
        ended.pages.flushToFileWriter(file);
        file.endBlock();
        ended.store.close();
        ended.pages.close();
    }

    @Override
    public TableBody finish() throws IOException {
        var last = group;
        if (last != null) {
            endGroup(last);
        }
        file.end(Map.of());
        return body(file.getFooter());
    }

    /// Where the row groups of a finished file lie: one behind the other, from the magic word on.
    static TableBody body(ParquetMetadata footer) {
        long rows = 0;
        long end = MAGIC;
        long raw = 0;
        for (BlockMetaData block : footer.getBlocks()) {
            rows += block.getRowCount();
            end += block.getCompressedSize();
            raw += block.getTotalByteSize();
        }
        return new TableBody(rows, MAGIC, end - MAGIC, raw);
    }

    @Override
    public void close() {
        var open = group;
        if (open != null) {
            group = null;
            open.store.close();
            open.pages.close();
        }
        compressor.release();
    }
}
