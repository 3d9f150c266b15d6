package dev.lode.parquet;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdOutputStream;

import dev.lode.format.table.TableCodec;

import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputCompressor;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.xerial.snappy.Snappy;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.zip.GZIPOutputStream;

/// Presses pages with the codecs that Lode has, which saves Hadoop's. Not thread safe.
final class PageCodec implements BytesInputCompressor {
    private static final int ZSTD_LEVEL = 3;
    private static final int BUFFER = 64 << 10;
    private static final int LARGE = 4 << 20;

    private final TableCodec codec;

    private PageCodec(TableCodec codec) {
        this.codec = codec;
    }

    static PageCodec of(TableCodec codec) {
        return new PageCodec(codec);
    }

    /// Codec, level, and for the one that comes with the JDK a word for its build, since builds of
    /// zlib differ in the bytes they write.
    static String identity(TableCodec codec) {
        return switch (codec) {
            case NONE -> "none";
            case SNAPPY -> "snappy " + Snappy.getNativeLibraryVersion();
            case GZIP -> "gzip " + System.getProperty("java.vm.version");
            case ZSTD ->
                    "zstd " + ZSTD_LEVEL + " " + com.github.luben.zstd.util.ZstdVersion.VERSION;
        };
    }

    @Override
    public BytesInput compress(BytesInput page) throws IOException {
        return switch (codec) {
            case NONE -> page;
            case SNAPPY -> BytesInput.from(Snappy.compress(bytes(page)));
            case GZIP -> BytesInput.from(gzip(page));
            case ZSTD -> BytesInput.from(zstd(page));
        };
    }

    private static byte[] bytes(BytesInput page) throws IOException {
        var bytes = new byte[Math.toIntExact(page.size())];
        try (var in = page.toInputStream()) {
            if (in.readNBytes(bytes, 0, bytes.length) < bytes.length) {
                throw new EOFException("a page ends before its end");
            }
        }
        return bytes;
    }

    /// Pages of large values are pressed piece by piece, to spare a copy of them and room for as
    /// much again.
    private static byte[] zstd(BytesInput page) throws IOException {
        if (page.size() <= LARGE) {
            return Zstd.compress(bytes(page), ZSTD_LEVEL);
        }
        var pressed = new ByteArrayOutputStream((int) (page.size() / 4));
        try (var zstd = new ZstdOutputStream(pressed, ZSTD_LEVEL)) {
            page.writeAllTo(zstd);
        }
        return pressed.toByteArray();
    }

    private static byte[] gzip(BytesInput page) throws IOException {
        var pressed = new ByteArrayOutputStream((int) Math.max(BUFFER, page.size() / 4));
        try (var gzip = new GZIPOutputStream(pressed, BUFFER)) {
            page.writeAllTo(gzip);
        }
        return pressed.toByteArray();
    }

    @Override
    public CompressionCodecName getCodecName() {
        return switch (codec) {
            case NONE -> CompressionCodecName.UNCOMPRESSED;
            case SNAPPY -> CompressionCodecName.SNAPPY;
            case GZIP -> CompressionCodecName.GZIP;
            case ZSTD -> CompressionCodecName.ZSTD;
        };
    }

    @Override
    public void release() {}
}
