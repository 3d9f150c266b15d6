package dev.lode.format.csv;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lode.core.ByteSize;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What the tests of this package share: dialects, cutting all of an input, and its records as
/// strings.
final class Csv {
    static final Dialect DOUBLED = Dialect.rfc4180();
    static final Dialect BACKSLASH =
            new Dialect(
                    (byte) ',',
                    (byte) '"',
                    Dialect.Escape.BACKSLASH,
                    true,
                    Dialect.NullRule.UNQUOTED_EMPTY);
    static final Dialect BACKTICK =
            new Dialect(
                    (byte) ',',
                    (byte) '`',
                    Dialect.Escape.DOUBLED,
                    true,
                    Dialect.NullRule.UNQUOTED_EMPTY);

    private Csv() {}

    static Dialect without(Dialect dialect) {
        return new Dialect(
                dialect.delimiter(), dialect.quote(), dialect.escape(), false, dialect.nulls());
    }

    static CutSettings settings(long batch, long record, long lookAhead, long kept) {
        return new CutSettings(
                ByteSize.of(batch),
                ByteSize.of(record),
                ByteSize.of(lookAhead),
                ByteSize.of(kept),
                ByteSize.mebibytes(1));
    }

    static List<RecordBatch> all(RecordCutter cutter) {
        try {
            var batches = new ArrayList<RecordBatch>();
            for (var next = cutter.next(); next.isPresent(); next = cutter.next()) {
                batches.add(next.get());
            }
            return batches;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// All batches of records of `fields` fields, no header.
    static List<RecordBatch> cut(byte[] bytes, Dialect dialect, CutSettings settings, int fields) {
        return all(RecordCutter.at(new BytesDecoder(bytes), dialect, settings, fields, 0));
    }

    /// The only batch of a small input without header.
    static RecordBatch cut(String text, Dialect dialect, int fields) {
        var batches = cut(text.getBytes(UTF_8), dialect, CutSettings.DEFAULT, fields);
        if (batches.size() != 1) {
            throw new AssertionError(batches.size() + " batches");
        }
        return batches.getFirst();
    }

    /// Each record as its values, a damaged one as its reason.
    static List<List<String>> values(List<RecordBatch> batches) {
        var records = new ArrayList<List<String>>();
        for (var batch : batches) {
            for (int i = 0; i < batch.count(); i++) {
                records.add(values(batch, i));
            }
        }
        return records;
    }

    static List<String> values(RecordBatch batch, int record) {
        Optional<BadRecord> bad = batch.bad(record);
        if (bad.isPresent()) {
            return List.of("bad: " + bad.get().reason());
        }
        var values = new ArrayList<String>();
        for (int field = 0; field < batch.fieldCount(); field++) {
            values.add(batch.field(record, field).text());
        }
        return values;
    }

    /// Everything a batch says, for comparing two ways to the same batches.
    static String description(RecordBatch batch) {
        var text =
                new StringBuilder(
                        "%d-%d from record %d\n"
                                .formatted(batch.offset(), batch.endOffset(), batch.firstRecord()));
        for (int i = 0; i < batch.count(); i++) {
            text.append(batch.offset(i))
                    .append('+')
                    .append(batch.rawLength(i))
                    .append(' ')
                    .append(batch.bad(i).map(BadRecord::reason).orElse("sound"))
                    .append(' ')
                    .append(new String(batch.raw(i, Integer.MAX_VALUE), UTF_8))
                    .append('\n');
        }
        return text.append(batch.evidence()).toString();
    }

    /// Writes a record as PostgreSQL does with `FORCE_QUOTE *`; null is NULL.
    static String line(Dialect dialect, List<String> values) {
        String quote = String.valueOf((char) dialect.quote());
        var text = new StringBuilder();
        for (String value : values) {
            text.append(text.isEmpty() ? "" : ",");
            if (!value.equals("<null>")) {
                String escaped =
                        dialect.escape() == Dialect.Escape.BACKSLASH
                                ? value.replace("\\", "\\\\").replace(quote, "\\" + quote)
                                : value.replace(quote, quote + quote);
                text.append(quote).append(escaped).append(quote);
            }
        }
        return text.append('\n').toString();
    }
}
