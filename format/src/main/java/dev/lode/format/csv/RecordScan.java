package dev.lode.format.csv;

import java.util.Optional;

/// Finds the end of one record, strictly, and stops for more bytes wherever the buffer ends: the
/// state survives, nothing is scanned twice. Counts fields and what the quoting says about the
/// dialect on the way.
///
/// The loop is long on purpose: one method that the compiler can keep in registers. Outside quotes
/// only delimiter, quote and LF matter; inside only quote and escape. A backslash outside quotes is
/// an ordinary byte in every dialect.
final class RecordScan {
    /// What [#run] came to.
    enum Outcome {
        /// The record ended at [#position], after its line end.
        END,
        /// The bytes ran out inside the record; call again with more.
        MORE,
        /// A quote inside an unquoted field, at [#position].
        STRAY_QUOTE,
        /// Something other than a delimiter or a line end after a closing quote, at [#position].
        AFTER_QUOTE,
        /// The input ended inside quotes.
        OPEN_QUOTE
    }

    private static final int FIELD = 0;
    private static final int PLAIN = 1;
    private static final int QUOTED = 2;

    private final byte delimiter;
    private final byte quote;
    private final boolean backslash;
    private final long eightDelimiters;
    private final long eightQuotes;
    private final long eightEscapes;

    private int position;
    private int fields;
    private int state;

    private int quotedFields;
    private int plainFields;
    private int foreignFields;
    private int doubledQuotes;
    private int backslashQuotes;
    private int backslashPairs;
    private int loneBackslashes;

    RecordScan(Dialect dialect) {
        delimiter = dialect.delimiter();
        quote = dialect.quote();
        backslash = dialect.escape() == Dialect.Escape.BACKSLASH;
        eightDelimiters = Swar.eight(delimiter);
        eightQuotes = Swar.eight(quote);
        eightEscapes = backslash ? Swar.eight((byte) '\\') : eightQuotes;
    }

    void begin(int start) {
        position = start;
        fields = 0;
        state = FIELD;
    }

    /// Index of the first byte not scanned yet, of the byte after the record, or of the byte that
    /// is wrong.
    int position() {
        return position;
    }

    /// Fields completed so far.
    int fields() {
        return fields;
    }

    /// What was seen since the last [#forgetEvidence()], as the evidence of `records` sound
    /// records.
    DialectEvidence evidence(int records) {
        return new DialectEvidence(
                records,
                quotedFields,
                plainFields,
                foreignFields,
                doubledQuotes,
                backslashQuotes,
                backslashPairs,
                loneBackslashes,
                0,
                -1,
                Optional.empty());
    }

    void forgetEvidence() {
        quotedFields = 0;
        plainFields = 0;
        foreignFields = 0;
        doubledQuotes = 0;
        backslashQuotes = 0;
        backslashPairs = 0;
        loneBackslashes = 0;
    }

    /// Adds fields of sound records that were not scanned here.
    void saw(int quoted, int plain) {
        quotedFields += quoted;
        plainFields += plain;
    }

    /// Takes back what `other`, which scanned the same damaged record, saw.
    void forgetEvidence(RecordScan other) {
        quotedFields -= other.quotedFields;
        plainFields -= other.plainFields;
        foreignFields -= other.foreignFields;
        doubledQuotes -= other.doubledQuotes;
        backslashQuotes -= other.backslashQuotes;
        backslashPairs -= other.backslashPairs;
        loneBackslashes -= other.loneBackslashes;
    }

    /// Goes on with the record begun, over `bytes[position, length)`. `bytes` is at least
    /// [Swar#PADDING] longer.
    ///
    /// @param last whether nothing follows `length`
    Outcome run(byte[] bytes, int length, boolean last) {
        int at = position;
        int count = fields;
        int now = state;
        Outcome outcome;
        scanning:
        while (true) {
            if (now == FIELD) {
                if (at >= length) {
                    outcome = last ? Outcome.END : Outcome.MORE;
                    count += last ? 1 : 0;
                    break;
                }
                byte first = bytes[at];
                if (first == quote) {
                    at++;
                    now = QUOTED;
                    quotedFields++;
                } else if (first == delimiter) {
                    at++;
                    count++;
                    continue;
                } else if (first == '\n') {
                    at++;
                    count++;
                    outcome = Outcome.END;
                    break;
                } else {
                    now = PLAIN;
                    if (first != '\r') {
                        plainFields++;
                        if (first == '`' || first == '"') {
                            foreignFields++;
                        }
                    }
                }
            }
            if (now == QUOTED) {
                while (true) {
                    long mask = 0;
                    while (at < length) {
                        long eight = Swar.load(bytes, at);
                        mask = Swar.zeros(eight ^ eightQuotes) | Swar.zeros(eight ^ eightEscapes);
                        if (mask != 0) {
                            at += Swar.first(mask);
                            break;
                        }
                        at += 8;
                    }
                    if (at >= length) {
                        at = length;
                        outcome = last ? Outcome.OPEN_QUOTE : Outcome.MORE;
                        break scanning;
                    }
                    if (at + 1 >= length && !last) {
                        outcome = Outcome.MORE;
                        break scanning;
                    }
                    byte next = at + 1 < length ? bytes[at + 1] : 0;
                    if (bytes[at] != quote) {
                        if (next == quote && at + 1 < length) {
                            backslashQuotes++;
                            at += 2;
                        } else if (next == '\\') {
                            backslashPairs++;
                            at += 2;
                        } else {
                            loneBackslashes++;
                            at++;
                        }
                        continue;
                    }
                    if (at + 1 >= length) {
                        at++;
                        count++;
                        outcome = Outcome.END;
                        break scanning;
                    }
                    if (next == delimiter) {
                        at += 2;
                        count++;
                        now = FIELD;
                        continue scanning;
                    }
                    if (next == '\n') {
                        at += 2;
                        count++;
                        outcome = Outcome.END;
                        break scanning;
                    }
                    if (next == quote && !backslash) {
                        doubledQuotes++;
                        at += 2;
                        continue;
                    }
                    if (next == '\r') {
                        if (at + 2 >= length && !last) {
                            outcome = Outcome.MORE;
                            break scanning;
                        }
                        if (at + 2 < length && bytes[at + 2] == '\n') {
                            at += 3;
                            count++;
                            outcome = Outcome.END;
                            break scanning;
                        }
                    }
                    at++;
                    outcome = Outcome.AFTER_QUOTE;
                    break scanning;
                }
            }
            // PLAIN
            long mask = 0;
            while (at < length) {
                long eight = Swar.load(bytes, at);
                mask =
                        Swar.zeros(eight ^ eightDelimiters)
                                | Swar.zeros(eight ^ eightQuotes)
                                | Swar.zeros(eight ^ 0x0a0a0a0a0a0a0a0aL);
                if (mask != 0) {
                    at += Swar.first(mask);
                    break;
                }
                at += 8;
            }
            if (at >= length) {
                at = length;
                outcome = last ? Outcome.END : Outcome.MORE;
                count += last ? 1 : 0;
                break;
            }
            byte found = bytes[at];
            if (found == quote) {
                outcome = Outcome.STRAY_QUOTE;
                break;
            }
            at++;
            count++;
            if (found == '\n') {
                outcome = Outcome.END;
                break;
            }
            now = FIELD;
        }
        position = at;
        fields = count;
        state = now;
        return outcome;
    }
}
