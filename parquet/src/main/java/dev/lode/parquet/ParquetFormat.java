package dev.lode.parquet;

import dev.lode.format.table.DamagedTableException;
import dev.lode.format.table.TableBody;
import dev.lode.format.table.TableFormat;
import dev.lode.format.table.TableShape;
import dev.lode.format.table.TableWriter;

import org.apache.parquet.Version;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.metadata.BlockMetaData;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Writes Parquet: row groups of bounded size, data pages of version 1, dictionaries where they are
/// worth it, page checksums and page indexes.
public final class ParquetFormat implements TableFormat {
    /// Raised when the bytes change for a reason that the rest of the identity does not show.
    private static final int REVISION = 1;

    /// Behind the footer: its length and the magic word.
    private static final int TAIL = 8;

    /// `PAR1`, the lowest byte first.
    private static final int MAGIC = 0x31524150;

    @Override
    public String identity(TableShape shape) {
        return "parquet "
                + REVISION
                + "|"
                + Version.FULL_VERSION
                + "|"
                + PageCodec.identity(shape.codec())
                + "|"
                + shape.rowGroup()
                + "|"
                + shape.columns();
    }

    @Override
    public TableWriter open(TableShape shape, OutputStream out) throws IOException {
        return ParquetRows.open(shape, out);
    }

    @Override
    public TableBody join(TableShape shape, List<Path> parts, OutputStream out) throws IOException {
        try (var writer = ParquetRows.file(Schema.of(shape.columns()), out)) {
            writer.start();
            for (int i = 0; i < parts.size(); i++) {
                append(writer, parts.get(i), i);
            }
            writer.end(Map.of());
            return ParquetRows.body(writer.getFooter());
        }
    }

    private static void append(ParquetFileWriter writer, Path part, int number) throws IOException {
        try (var in = FileInput.open(part)) {
            writer.appendRowGroups(in, blocks(in, number), false);
        } catch (NoSuchFileException e) {
            throw new DamagedTableException(number, e);
        }
    }

    /// What the footer of a file says of its row groups. parquet-java's own reader would do, but it
    /// begins by loading all of Hadoop's codecs.
    private static List<BlockMetaData> blocks(FileInput in, int number) throws IOException {
        try {
            long end = in.length() - TAIL;
            in.seek(Math.max(0, end));
            var tail = ByteBuffer.allocate(TAIL).order(ByteOrder.LITTLE_ENDIAN);
            in.readFully(tail.array());
            int length = tail.getInt();
            if (tail.getInt() != MAGIC || length < 0 || length > end - Integer.BYTES) {
                throw new EOFException("it has no footer");
            }
            in.seek(end - length);
            var footer = new byte[length];
            in.readFully(footer);
            return new ParquetMetadataConverter()
                    .readParquetMetadata(
                            new ByteArrayInputStream(footer), ParquetMetadataConverter.NO_FILTER)
                    .getBlocks();
        } catch (IOException | RuntimeException e) {
            throw new DamagedTableException(number, e);
        }
    }
}
