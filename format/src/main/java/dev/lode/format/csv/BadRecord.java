package dev.lode.format.csv;

import dev.lode.core.ByteSize;

/// A record that cannot be loaded because the file is damaged there.
///
/// @param index its place in the batch, from 0
/// @param length its full length in bytes; more than the batch holds of it when the damage ran past
///   the look-ahead
/// @param cause what is wrong
/// @param at where the damage showed: the byte of the record, from 0
/// @param fields fields complete until then; of a wrong number of fields, that number
/// @param limit what was expected: fields of a record, or bytes of the longest record
public record BadRecord(int index, long length, Cause cause, int at, int fields, int limit) {
    /// What is wrong with a record.
    public enum Cause {
        FIELD_COUNT,
        STRAY_QUOTE,
        AFTER_QUOTE,
        OPEN_QUOTE,
        TOO_LONG
    }

    /// What is wrong, as the middle of a sentence: `expected 22 fields, found 21`.
    public String reason() {
        String place = "byte " + at + ", field " + (fields + 1);
        return switch (cause) {
            case FIELD_COUNT ->
                    "expected "
                            + limit
                            + (limit == 1 ? " field, found " : " fields, found ")
                            + fields;
            case STRAY_QUOTE -> "quote inside an unquoted field (" + place + ")";
            case AFTER_QUOTE -> "text after a closing quote (" + place + ")";
            case OPEN_QUOTE ->
                    "quote not closed before the end of the input (field " + (fields + 1) + ")";
            case TOO_LONG -> "no end within " + ByteSize.of(limit) + ", the longest record allowed";
        };
    }
}
