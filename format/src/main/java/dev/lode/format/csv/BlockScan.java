package dev.lode.format.csv;

import java.util.Arrays;

/// Finds the ends of records that have nothing odd, 64 bytes at a time: the fast way of
/// [RecordScan] for records of short fields, of which it finds the same ends and says the same
/// evidence. It stops in front of the first record that has anything else (an escaped quote, a
/// stray one, CRLF after a closing quote, a wrong number of fields), or whose end is not loaded
/// yet: those are [RecordScan]'s.
///
/// How: one bit for each byte says what is a quote, a delimiter, a line end. A byte lies inside
/// quotes if the number of quotes up to it is odd; then every opening quote must begin a field, and
/// every closing one must be followed by a separator.
///
/// Belongs to one thread.
final class BlockScan {
    private static final int BLOCK = 64;
    private static final int WORDS = BLOCK / Long.BYTES;
    private static final long LOW = ~Swar.HIGH;

    /// Below, the bytes of a field are passed faster by looking for its end alone.
    private static final int LONG_FIELD = 32;

    private static final int FEW = 8;
    private static final int LONGEST_PAUSE = 1024;

    private final int fieldCount;
    private final int longest;
    private final byte quote;
    private final long eightQuotes;
    private final long eightDelimiters;
    private final boolean backslash;

    private int[] starts;
    private int count;
    private int quotedFields;
    private int plainFields;
    private int pause;
    private int wait;

    /// @param longest record in bytes
    BlockScan(Dialect dialect, int fieldCount, int longest) {
        this.fieldCount = fieldCount;
        this.longest = longest;
        this.quote = dialect.quote();
        this.eightQuotes = Swar.eight(dialect.quote());
        this.eightDelimiters = Swar.eight(dialect.delimiter());
        this.backslash = dialect.escape() == Dialect.Escape.BACKSLASH;
        this.starts = new int[0];
    }

    /// Whether the next record is worth an attempt: of late there were records of the kind that
    /// this is made for. To be asked once for each record.
    boolean worthwhile() {
        if (wait > 0) {
            wait--;
            return false;
        }
        return true;
    }

    /// Scans on from the beginning of a record.
    ///
    /// @param bytes at least [Swar#PADDING] longer than `length`
    /// @param boundary no record is taken that begins here or behind
    /// @param starts gets the beginning of each record, from `count` on, and one place more is free
    ///   in what [#starts()] gives back
    /// @return where the next record begins
    int run(byte[] bytes, int start, int length, int boundary, int[] starts, int count) {
        this.starts = starts;
        this.count = count;
        int end = scan(bytes, start, length, boundary);
        judge(end - start, this.count - count, length - end);
        return end;
    }

    /// The array that was handed in, or a longer one with its content.
    int[] starts() {
        return starts;
    }

    /// Records begun before where the last run ended.
    int count() {
        return count;
    }

    /// Of the records taken since this was last asked.
    int takeQuotedFields() {
        int taken = quotedFields;
        quotedFields = 0;
        return taken;
    }

    /// Of the records taken since this was last asked.
    int takePlainFields() {
        int taken = plainFields;
        plainFields = 0;
        return taken;
    }

    /// An attempt that led nowhere is repeated later and later.
    private void judge(int bytes, int records, int left) {
        boolean atTheEnd = left < 4 * BLOCK;
        boolean worked =
                atTheEnd || (records >= FEW && bytes < (long) LONG_FIELD * fieldCount * records);
        pause = worked ? 0 : Math.min(2 * pause + 1, LONGEST_PAUSE);
        wait = pause;
    }

    private int scan(byte[] bytes, int from, int length, int boundary) {
        int start = from;
        int taken = count;
        int[] into = starts;
        int allQuoted = 0;
        int allPlain = 0;
        // Of the record under way.
        int fields = 1;
        int quoted = 0;
        int plain = 0;
        // 1, or all ones for the parity, where the last byte of the block before was one.
        long inside = 0;
        long afterSeparator = 1;
        long afterClosing = 0;
        scanning:
        for (int at = from; at <= length - BLOCK && start < boundary; at += BLOCK) {
            long quotes = 0;
            long delimiters = 0;
            long lines = 0;
            long escapes = 0;
            for (int word = 0; word < WORDS; word++) {
                long eight = Swar.load(bytes, at + word * Long.BYTES);
                long low = eight & LOW;
                quotes |= bits(low ^ eightQuotes, eight) << (word * Long.BYTES);
                delimiters |= bits(low ^ eightDelimiters, eight) << (word * Long.BYTES);
                lines |= bits(low ^ 0x0a0a0a0a0a0a0a0aL, eight) << (word * Long.BYTES);
                escapes |= matches(low ^ 0x5c5c5c5c5c5c5c5cL, eight);
            }
            long in = parity(quotes) ^ inside;
            long opening = quotes & in;
            long closing = quotes & ~in;
            delimiters &= ~in;
            lines &= ~in;
            long separators = delimiters | lines;
            long first = (separators << 1) | afterSeparator;
            long plainFirst = first & ~quotes & ~separators;
            long odd =
                    (opening & ~first)
                            | (((closing << 1) | afterClosing) & ~separators)
                            | odd(bytes, at, plainFirst);
            if (backslash && escapes != 0) {
                odd |= escapes(bytes, at);
            }
            // What is before the first oddity stands.
            long sound = (odd & -odd) - 1;
            for (long ends = lines & sound; ends != 0; ends &= ends - 1) {
                int bit = Long.numberOfTrailingZeros(ends);
                long record = ends ^ (ends - 1);
                int end = at + bit + 1;
                fields += Long.bitCount(delimiters & record);
                if (fields != fieldCount || end - start > longest) {
                    break scanning;
                }
                if (taken + 1 >= into.length) {
                    into = Arrays.copyOf(into, Math.max(1024, into.length * 2));
                }
                into[taken++] = start;
                allQuoted += quoted + Long.bitCount(opening & record);
                allPlain += plain + Long.bitCount(plainFirst & record);
                fields = 1;
                quoted = 0;
                plain = 0;
                delimiters &= ~record;
                opening &= ~record;
                plainFirst &= ~record;
                start = end;
                if (start >= boundary) {
                    break scanning;
                }
            }
            if (odd != 0) {
                break;
            }
            fields += Long.bitCount(delimiters);
            quoted += Long.bitCount(opening);
            plain += Long.bitCount(plainFirst);
            inside = in >> 63;
            afterSeparator = separators >>> 63;
            afterClosing = closing >>> 63;
        }
        starts = into;
        count = taken;
        quotedFields += allQuoted;
        plainFields += allPlain;
        return start;
    }

    /// The high bit of each byte that is zero in `x`, whose high bits are not set, and below 128 in
    /// `eight`. Exact, unlike [Swar#zeros].
    private static long matches(long x, long eight) {
        return ~((x + LOW) | eight) & Swar.HIGH;
    }

    /// The same, a bit for a byte: the product moves the high bits of eight bytes to the top.
    private static long bits(long x, long eight) {
        return (matches(x, eight) * 0x0002040810204081L) >>> 56;
    }

    /// In each bit whether an odd number of bits up to it is set.
    private static long parity(long bits) {
        long x = bits ^ (bits << 1);
        x ^= x << 2;
        x ^= x << 4;
        x ^= x << 8;
        x ^= x << 16;
        return x ^ (x << 32);
    }

    /// Fields without quotes whose first byte tells something of the dialect, or may be a line end.
    private long odd(byte[] bytes, int at, long plainFirst) {
        long odd = 0;
        for (long left = plainFirst; left != 0; left &= left - 1) {
            byte first = bytes[at + Long.numberOfTrailingZeros(left)];
            if (first == '\r' || first == '`' || (first == '"' && quote != '"')) {
                odd |= left & -left;
            }
        }
        return odd;
    }

    private static long escapes(byte[] bytes, int at) {
        long found = 0;
        for (int i = 0; i < BLOCK; i++) {
            found |= bytes[at + i] == '\\' ? 1L << i : 0;
        }
        return found;
    }
}
