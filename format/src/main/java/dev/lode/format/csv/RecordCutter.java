package dev.lode.format.csv;

import dev.lode.core.LodeException;
import dev.lode.format.Decoder;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Cuts decoded bytes into batches of whole records without parsing fields. Belongs to one thread
/// at a time; does not close its decoder.
///
/// **Where batches end** depends only on the item's bytes and the batch size: the first end of a
/// record at or after each multiple of it, counted from decoded offset 0. So a cutter resumed at a
/// committed [RecordBatch#endOffset()] goes on with the very batches of the interrupted run,
/// however the bytes arrive. One huge record makes one batch.
///
/// **Damage.** A record is read strictly: a quote only around a whole field or escaped, after a
/// closing quote only a delimiter, LF, CRLF or the end. A record that breaks this, is longer than
/// the limit, or is still inside quotes at the end of the input is damaged. The cutter then looks
/// from its start, line by line, for the first place from where a record with exactly the right
/// number of fields can be read, followed by another one, by one that is damaged but begins like it
/// (in files of four or more columns), or by the end of the input. All before that place is ONE bad
/// record. If there is no such place within the look-ahead the search goes on window by window in
/// constant memory, up to the longest damage allowed; of such a stretch only the first bytes are
/// kept. Nothing is searched before a record has turned out to be damaged, so a sound field of any
/// length full of look-alikes costs nothing.
///
/// **A wrong number of fields** is one bad record up to its own end if a record follows there,
/// sound or damaged. If what follows does not look like one (it is the rest of a text whose quote
/// was never closed, for instance), the search above decides.
///
/// **Memory**: one array per batch, of the batch size or of its longest record, grown by half as
/// needed: up to 2.5 times a huge record for the moment of the last growth. Arrays of usual size
/// are used again after [RecordBatch#close()].
public final class RecordCutter {
    private static final int LONGEST_HEADER = 1 << 20;

    private final Dialect dialect;
    private final CutSettings settings;
    private final int longest;
    private final CutBuffer buffer;
    private final RecordScan scan;
    private final RecordScan again;

    private @Nullable SoundRecordSearch search;
    private @Nullable BlockScan blocks;
    private boolean noHeader;
    private int fieldCount;
    private long nextRecord;

    // The batch being cut.
    private final List<BadRecord> bad = new ArrayList<>();
    private int[] starts = new int[1024];
    private int count;
    private DialectEvidence against = DialectEvidence.NONE;

    private RecordCutter(
            Decoder decoder,
            Dialect dialect,
            CutSettings settings,
            int fieldCount,
            long nextRecord) {
        this.dialect = dialect;
        this.settings = settings;
        this.longest = (int) settings.maxRecord().bytes();
        this.buffer = new CutBuffer(decoder, settings.batchSize().bytes());
        this.scan = new RecordScan(dialect);
        this.again = new RecordScan(dialect);
        this.nextRecord = nextRecord;
        if (fieldCount > 0) {
            expect(fieldCount);
        }
    }

    /// A cutter at the beginning of an item whose dialect has a header: [#readHeader()] comes
    /// first.
    public static RecordCutter withHeader(Decoder decoder, Dialect dialect, CutSettings settings) {
        if (!dialect.header()) {
            throw LodeException.bug("csv: the dialect has no header", null);
        }
        return new RecordCutter(decoder, dialect, settings, 0, 0);
    }

    /// A cutter at the first record or at the end of a batch.
    ///
    /// @param decoder at decoded offset 0 of a file without header, or at that batch's
    ///   [RecordBatch#endOffset()]
    /// @param fieldCount fields of a record: the number of names in the header, where there is one
    /// @param nextRecord 0, or that batch's [RecordBatch#endRecord()]
    public static RecordCutter at(
            Decoder decoder,
            Dialect dialect,
            CutSettings settings,
            int fieldCount,
            long nextRecord) {
        if (fieldCount < 1) {
            throw LodeException.bug("csv: records of " + fieldCount + " fields", null);
        }
        return new RecordCutter(decoder, dialect, settings, fieldCount, nextRecord);
    }

    private void expect(int fields) {
        fieldCount = fields;
        search = new SoundRecordSearch(buffer, dialect, settings, fields);
        blocks = new BlockScan(dialect, fields, longest);
    }

    /// Reads the first record as the names of the columns, in the file's order, a UTF-8 byte order
    /// mark dropped. Names may be empty or repeated: judging them is the caller's.
    ///
    /// @return the names; an empty list when the input holds no byte
    /// @throws LodeException of kind DATA when the first record is damaged, longer than 1 MiB, or
    ///   not UTF-8
    public List<String> readHeader() throws IOException {
        if (search != null || noHeader) {
            throw LodeException.bug("csv: the header was read before", null);
        }
        skipMark();
        if (!buffer.has(0)) {
            noHeader = true;
            return List.of();
        }
        scan.begin(0);
        var outcome = scan.run(buffer.bytes(), buffer.length(), buffer.ended());
        while (outcome == RecordScan.Outcome.MORE && buffer.length() < LONGEST_HEADER) {
            buffer.load(0);
            outcome = scan.run(buffer.bytes(), buffer.length(), buffer.ended());
        }
        if (outcome != RecordScan.Outcome.END) {
            var damage =
                    new BadRecord(
                            0,
                            0,
                            cause(outcome, scan.position()),
                            scan.position(),
                            scan.fields(),
                            LONGEST_HEADER);
            throw LodeException.data(
                    "header: "
                            + damage.reason()
                            + "; nothing was read; the file was taken for "
                            + dialect
                            + ", check that");
        }
        int end = scan.position();
        var index = new FieldIndex(dialect, scan.fields());
        index.read(buffer.bytes(), 0, RecordBatch.contentEnd(buffer.bytes(), 0, end));
        var names = new ArrayList<String>(scan.fields());
        for (int field = 0; field < scan.fields(); field++) {
            names.add(name(index.unescaped(buffer.bytes(), field), field));
        }
        scan.forgetEvidence();
        buffer.skip(end);
        expect(names.size());
        return List.copyOf(names);
    }

    /// A UTF-8 byte order mark may open an item.
    private void skipMark() throws IOException {
        if (buffer.has(2)
                && buffer.bytes()[0] == (byte) 0xef
                && buffer.bytes()[1] == (byte) 0xbb
                && buffer.bytes()[2] == (byte) 0xbf) {
            buffer.skip(3);
        }
    }

    private static String name(byte[] bytes, int field) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw LodeException.data(
                    "header: the name of column "
                            + (field + 1)
                            + " is not UTF-8; nothing was read; convert the file",
                    e);
        }
    }

    /// The next records, or nothing at the end of the input.
    ///
    /// @throws LodeException of kind DATA when the stored bytes are damaged, or nothing can be read
    ///   for longer than the settings allow; records before that place that do not fill a batch are
    ///   not handed out
    public Optional<RecordBatch> next() throws IOException {
        long size = settings.batchSize().bytes();
        return next((buffer.base() / size + 1) * size);
    }

    /// Decoded offset where the next batch begins.
    public long offset() {
        return buffer.base();
    }

    /// The records up to a place of the caller's choice: to the first end of a record at or after
    /// the decoded offset `boundary`.
    public Optional<RecordBatch> next(long boundary) throws IOException {
        if (noHeader) {
            return Optional.empty();
        }
        if (search == null || blocks == null) {
            throw LodeException.bug("csv: the header was not read", null);
        }
        if (buffer.base() == 0) {
            skipMark();
        }
        count = 0;
        int start = 0;
        while (buffer.base() + buffer.dropped() + start < boundary
                && (start < buffer.length() || buffer.load(boundary))) {
            if (blocks.worthwhile()) {
                int begin = start;
                start = straight(blocks, start, boundary);
                if (start > begin) {
                    continue;
                }
            }
            if (count + 1 >= starts.length) {
                starts = Arrays.copyOf(starts, starts.length * 2);
            }
            starts[count] = start;
            start = cut(search, start, boundary);
            count++;
        }
        starts[count] = start;
        return count == 0 ? Optional.empty() : Optional.of(handOut(start));
    }

    /// Takes records without anything odd, as many as there are.
    ///
    /// @return where the next one begins
    private int straight(BlockScan scanning, int start, long boundary) {
        long limit = boundary - buffer.base() - buffer.dropped();
        int next =
                scanning.run(
                        buffer.bytes(),
                        start,
                        buffer.length(),
                        (int) Math.min(limit, Integer.MAX_VALUE),
                        starts,
                        count);
        starts = scanning.starts();
        count = scanning.count();
        scan.saw(scanning.takeQuotedFields(), scanning.takePlainFields());
        return next;
    }

    private RecordBatch handOut(int end) {
        byte[] full = buffer.bytes();
        var batch =
                new RecordBatch(
                        dialect,
                        fieldCount,
                        full,
                        Arrays.copyOf(starts, count + 1),
                        buffer.base(),
                        buffer.base() + buffer.dropped() + end,
                        nextRecord,
                        bad,
                        scan.evidence(count - bad.size()).plus(against),
                        buffer.poolFor(full));
        buffer.cutOff(end);
        nextRecord += count;
        bad.clear();
        against = DialectEvidence.NONE;
        scan.forgetEvidence();
        return batch;
    }

    /// Takes one record, sound or not.
    ///
    /// @return where the next one begins
    private int cut(SoundRecordSearch after, int start, long boundary) throws IOException {
        scan.begin(start);
        var outcome = scan.run(buffer.bytes(), buffer.length(), buffer.ended());
        while (outcome == RecordScan.Outcome.MORE && buffer.length() - start <= longest + 2L) {
            buffer.load(boundary);
            outcome = scan.run(buffer.bytes(), buffer.length(), buffer.ended());
        }
        int end = scan.position();
        if (outcome == RecordScan.Outcome.END
                && scan.fields() == fieldCount
                && end - start <= longest) {
            return end;
        }
        return damaged(after, start, outcome);
    }

    private int damaged(SoundRecordSearch after, int start, RecordScan.Outcome outcome)
            throws IOException {
        int end = scan.position();
        int fields = scan.fields();
        var cause = cause(outcome, end - start);
        again.begin(start);
        again.run(buffer.bytes(), buffer.length(), buffer.ended());
        scan.forgetEvidence(again);
        again.forgetEvidence();
        long offset = buffer.base() + buffer.dropped() + start;
        after.otherReading(start)
                .ifPresent(other -> against = against.plus(DialectEvidence.against(offset, other)));
        long droppedBefore = buffer.dropped();
        int next =
                cause == BadRecord.Cause.FIELD_COUNT && after.recordFollows(start, end)
                        ? end
                        : after.soundAfter(start);
        long length = next - start + buffer.dropped() - droppedBefore;
        bad.add(
                switch (cause) {
                    case FIELD_COUNT ->
                            new BadRecord(count, length, cause, end - start, fields, fieldCount);
                    case TOO_LONG -> new BadRecord(count, length, cause, longest, 0, longest);
                    case STRAY_QUOTE, AFTER_QUOTE, OPEN_QUOTE ->
                            new BadRecord(count, length, cause, end - start, fields, 0);
                });
        return next;
    }

    /// The same however much was loaded: an end or an error counts only within the limit.
    private BadRecord.Cause cause(RecordScan.Outcome outcome, int scanned) {
        return switch (outcome) {
            case MORE -> BadRecord.Cause.TOO_LONG;
            case END -> scanned > longest ? BadRecord.Cause.TOO_LONG : BadRecord.Cause.FIELD_COUNT;
            case STRAY_QUOTE ->
                    scanned >= longest ? BadRecord.Cause.TOO_LONG : BadRecord.Cause.STRAY_QUOTE;
            case AFTER_QUOTE ->
                    scanned >= longest ? BadRecord.Cause.TOO_LONG : BadRecord.Cause.AFTER_QUOTE;
            case OPEN_QUOTE ->
                    scanned > longest ? BadRecord.Cause.TOO_LONG : BadRecord.Cause.OPEN_QUOTE;
        };
    }
}
