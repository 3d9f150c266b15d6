package dev.lode.format.csv;

import dev.lode.core.ByteSize;
import dev.lode.core.LodeException;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Finds where a file can be read again after a damaged record. Everything here depends on the
/// bytes from that record on and on the settings, never on how much of them is loaded.
final class SoundRecordSearch {
    /// Fewer columns than this do not tell a damaged record from a line of text.
    private static final int TELLING_COLUMNS = 4;

    /// How often the bytes of one window may be scanned while its lines are tried.
    private static final int SCANS_OF_A_WINDOW = 8;

    private enum Finding {
        /// A record with the right number of fields.
        SOUND,
        /// Damaged, but it begins like a record and more than half of it can be read.
        LIKELY,
        NONE
    }

    private final CutBuffer buffer;
    private final Dialect dialect;
    private final RecordScan probe;
    private final List<Dialect> others;
    private final List<RecordScan> otherScans;
    private final int fieldCount;
    private final int lookAhead;
    private final int longest;
    private final int keptRaw;
    private final ByteSize maxDamage;

    SoundRecordSearch(CutBuffer buffer, Dialect dialect, CutSettings settings, int fieldCount) {
        this.buffer = buffer;
        this.dialect = dialect;
        this.fieldCount = fieldCount;
        probe = new RecordScan(dialect);
        others = DialectSniffer.neighbours(dialect);
        otherScans = others.stream().map(RecordScan::new).toList();
        lookAhead = (int) settings.lookAhead().bytes();
        longest = (int) settings.maxRecord().bytes();
        keptRaw = (int) settings.keptRaw().bytes();
        maxDamage = settings.maxDamage();
    }

    /// Whether what begins at `end` can be the record after the one at `start`: a sound one, a
    /// damaged one that begins alike, or the end of the input.
    boolean recordFollows(int start, int end) throws IOException {
        if (!buffer.has(end)) {
            return true;
        }
        boolean quoted = isQuote(start);
        return probe(end, quoted, reach(end)) != Finding.NONE;
    }

    /// Looks from the damaged record at `start` on for a place to go on from.
    ///
    /// @return that place. Of a stretch longer than the look-ahead only the first bytes are still
    ///   in the buffer
    /// @throws LodeException of kind DATA when there is none within the longest damage allowed
    int soundAfter(int start) throws IOException {
        int place = inWindow(start);
        if (place >= 0) {
            return place;
        }
        if (!buffer.has(start + lookAhead)) {
            return buffer.length();
        }
        long offset = buffer.base() + buffer.dropped() + start;
        int kept = start + keptRaw;
        buffer.drop(kept, start + lookAhead);
        while (true) {
            if (buffer.base() + buffer.dropped() + kept - offset >= maxDamage.bytes()) {
                throw LodeException.data(
                        "byte "
                                + offset
                                + ": no record of "
                                + fieldCount
                                + " fields can be read here or within "
                                + maxDamage
                                + " after it; stopped; the file was taken for "
                                + dialect
                                + ": check that, and the file");
            }
            place = inWindow(kept);
            boolean more = place < 0 && buffer.has(kept + lookAhead);
            buffer.drop(kept, more ? kept + lookAhead : place < 0 ? buffer.length() : place);
            if (!more) {
                return kept;
            }
        }
    }

    /// The first line start in `(from, from + lookAhead]` from where records can be read, or -1.
    private int inWindow(int from) throws IOException {
        long budget = (long) SCANS_OF_A_WINDOW * Math.max(lookAhead, longest);
        int reach = reach(from);
        for (int line = lineAfter(from, from + lookAhead);
                line >= 0;
                line = lineAfter(line, from + lookAhead)) {
            if (!buffer.has(line)) {
                return line;
            }
            boolean quoted = isQuote(line);
            var first = probe(line, quoted, reach);
            int end = probe.position();
            budget -= end - line;
            if (first == Finding.SOUND) {
                if (!buffer.has(end)) {
                    return line;
                }
                var second = probe(end, quoted, reach);
                budget -= probe.position() - end;
                if (second == Finding.SOUND
                        || (second == Finding.LIKELY && fieldCount >= TELLING_COLUMNS)) {
                    return line;
                }
            }
            if (budget < 0) {
                return -1;
            }
        }
        return -1;
    }

    /// Index after the next LF at or after `from`, if that is not beyond `limit`; else -1.
    private int lineAfter(int from, int limit) throws IOException {
        int at = from;
        while (at < limit && buffer.has(at)) {
            byte[] bytes = buffer.bytes();
            int end = Math.min(limit, buffer.length());
            while (at < end) {
                long mask = Swar.zeros(Swar.load(bytes, at) ^ 0x0a0a0a0a0a0a0a0aL);
                if (mask != 0) {
                    at += Swar.first(mask);
                    break;
                }
                at += 8;
            }
            if (at < end) {
                return at + 1;
            }
            at = end;
        }
        return -1;
    }

    private int reach(int from) {
        return (int) Math.min((long) from + Math.max(longest, lookAhead), Integer.MAX_VALUE);
    }

    private boolean isQuote(int index) {
        return buffer.bytes()[index] == dialect.quote();
    }

    private Finding probe(int start, boolean quoted, int limit) throws IOException {
        var outcome = scan(probe, start, limit);
        int fields = probe.fields();
        if (outcome == RecordScan.Outcome.END && fields == fieldCount) {
            return Finding.SOUND;
        }
        boolean likely = isQuote(start) == quoted && fields >= 2 && fields * 2 >= fieldCount;
        return likely && outcome != RecordScan.Outcome.MORE ? Finding.LIKELY : Finding.NONE;
    }

    /// Scans one record, over no byte at or after `limit`: MORE means that it was reached.
    private RecordScan.Outcome scan(RecordScan with, int start, int limit) throws IOException {
        with.begin(start);
        while (true) {
            boolean whole = limit <= buffer.length();
            var outcome =
                    with.run(
                            buffer.bytes(),
                            whole ? limit : buffer.length(),
                            !whole && buffer.ended());
            if (outcome != RecordScan.Outcome.MORE || whole) {
                return outcome;
            }
            buffer.load(0);
        }
    }

    /// The dialect, of the usual others, in which the record at `start` can be read and has quotes:
    /// what tells a wrong dialect from damage.
    Optional<Dialect> otherReading(int start) throws IOException {
        int limit = (int) Math.min((long) start + lookAhead, Integer.MAX_VALUE);
        for (int i = 0; i < others.size(); i++) {
            var reading = otherScans.get(i);
            reading.forgetEvidence();
            if (scan(reading, start, limit) == RecordScan.Outcome.END
                    && reading.fields() == fieldCount
                    && reading.evidence(1).quotedFields() > 0) {
                return Optional.of(others.get(i));
            }
        }
        return Optional.empty();
    }
}
