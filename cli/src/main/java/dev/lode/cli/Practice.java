package dev.lode.cli;

import dev.lode.core.ByteSource;
import dev.lode.format.Compression;
import dev.lode.format.Decoders;
import dev.lode.format.ResumePoint;
import dev.lode.format.bzip2.BlockPool;
import dev.lode.format.csv.BinaryRowEncoder;
import dev.lode.format.csv.CopyBuffer;
import dev.lode.format.csv.CutSettings;
import dev.lode.format.csv.Dialect;
import dev.lode.format.csv.RecordBatch;
import dev.lode.format.csv.RecordCutter;
import dev.lode.format.csv.RowEncoder;
import dev.lode.format.csv.TargetColumn;
import dev.lode.format.csv.TextRowEncoder;

import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;

import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/// The part of a [Rehearsal] that takes time in every load: decoding bzip2, cutting records,
/// encoding rows, done with made-up rows in memory until the JVM knows which branches are taken.
/// What it learns is in the cache (JEP 515), so that a load compiles the hot loops at once and
/// compiles them once.
final class Practice {
    private static final int ROUNDS = 3;
    private static final int NARROW_ROWS = 150_000;
    private static final int WIDE_ROWS = 2_500;
    private static final int WORDS = 400;

    private static final List<TargetColumn.Kind> NARROW =
            List.of(
                    TargetColumn.Kind.INT4,
                    TargetColumn.Kind.INT4,
                    TargetColumn.Kind.INT8,
                    TargetColumn.Kind.INT2);

    private static final List<TargetColumn.Kind> WIDE =
            List.of(
                    TargetColumn.Kind.INT4,
                    TargetColumn.Kind.TIMESTAMPTZ,
                    TargetColumn.Kind.DATE,
                    TargetColumn.Kind.BOOLEAN,
                    TargetColumn.Kind.FLOAT8,
                    TargetColumn.Kind.TEXT,
                    TargetColumn.Kind.TEXT,
                    TargetColumn.Kind.TEXT);

    private Practice() {}

    /// Bytes that were encoded, so that nothing is left out as useless.
    static long run() throws IOException {
        long bytes = password();
        byte[] narrow = narrow();
        byte[] wide = wide();
        byte[] packed = packed(wide);
        try (var pool = new BlockPool(2, BlockPool.MAX_LANES)) {
            var decoders = new Decoders(pool);
            for (int round = 0; round < ROUNDS; round++) {
                bytes += load(decoders, narrow, Compression.NONE, NARROW);
                bytes += load(decoders, wide, Compression.NONE, WIDE);
                bytes += load(decoders, packed, Compression.BZIP2, WIDE);
            }
        }
        return bytes;
    }

    /// Every connection proves its password by some thousand rounds of SHA-256 (RFC 5802), which
    /// take a tenth of a second each time until they are compiled.
    private static long password() {
        long bytes = 0;
        try {
            var factory = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256");
            for (int round = 0; round < ROUNDS * ROUNDS; round++) {
                var key = new PBEKeySpec("practice".toCharArray(), new byte[16], 4096, 256);
                bytes += factory.generateSecret(key).getEncoded().length;
            }
        } catch (GeneralSecurityException e) {
            // A JVM without it has nothing to practise.
            return 0;
        }
        return bytes;
    }

    private static long load(
            Decoders decoders, byte[] file, Compression compression, List<TargetColumn.Kind> kinds)
            throws IOException {
        var columns = columns(kinds);
        RowEncoder text = new TextRowEncoder(columns);
        RowEncoder binary = new BinaryRowEncoder(columns);
        var out = new CopyBuffer((_, _, _) -> {});
        try (var decoder = decoders.open(new Rows(file), compression, ResumePoint.START)) {
            var cutter = RecordCutter.withHeader(decoder, dialect(), CutSettings.DEFAULT);
            cutter.readHeader();
            for (var batch = cutter.next(); batch.isPresent(); batch = cutter.next()) {
                try (RecordBatch open = batch.get()) {
                    encode(open, text, out);
                    encode(open, binary, out);
                }
            }
        }
        return out.written();
    }

    private static void encode(RecordBatch batch, RowEncoder encoder, CopyBuffer out) {
        encoder.begin(out);
        for (int record = 0; record < batch.count(); record++) {
            encoder.encode(batch, record, out);
        }
        encoder.end(out);
    }

    private static Dialect dialect() {
        return new Dialect(
                (byte) ',',
                (byte) '"',
                Dialect.Escape.BACKSLASH,
                true,
                Dialect.NullRule.UNQUOTED_EMPTY);
    }

    private static List<TargetColumn> columns(List<TargetColumn.Kind> kinds) {
        var columns = new ArrayList<TargetColumn>();
        for (var kind : kinds) {
            int field = columns.size();
            columns.add(new TargetColumn("c" + field, field, kind, 0, false, null, false));
        }
        return columns;
    }

    private static byte[] narrow() {
        var text = new StringBuilder("a,b,c,d\n");
        for (int row = 1; row <= NARROW_ROWS; row++) {
            text.append('"').append(row).append("\",\"").append(row * 37 % 9_000_000);
            text.append("\",\"").append(row * 1_000_003L).append("\",\"");
            text.append(row % 30).append("\"\n");
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] wide() {
        String[] words =
                "the court of appeals, in re \\\"plaintiff\\\" v. defendant\n<p> motion denied and § 12"
                        .split(" ", -1);
        var text = new StringBuilder("a,b,c,d,e,f,g,h\n");
        int at = 1;
        for (int row = 1; row <= WIDE_ROWS; row++) {
            text.append('"').append(row).append("\",\"2025-10-12 02:10:15.23").append(row % 10);
            text.append("+00\",").append(row % 3 == 0 ? "" : "\"2016-02-29\"").append(",\"");
            text.append(row % 2 == 0 ? 't' : 'f').append("\",\"").append(row / 8.0);
            text.append("\",\"\",,\"");
            for (int word = 0; word < WORDS; word++) {
                at = at * 1_103_515_245 + 12_345;
                text.append(words[(at >>> 16) % words.length]).append(' ');
            }
            text.append("\"\n");
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] packed(byte[] content) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var bzip2 = new BZip2CompressorOutputStream(packed, 3)) {
            bzip2.write(content);
        }
        return packed.toByteArray();
    }

    /// A file in memory.
    @SuppressWarnings("ArrayRecordComponent") // read once, never compared
    private record Rows(byte[] bytes) implements ByteSource {
        @Override
        public String name() {
            return "practice";
        }

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public InputStream open(long offset) {
            return new ByteArrayInputStream(
                    bytes, Math.toIntExact(offset), bytes.length - Math.toIntExact(offset));
        }
    }
}
