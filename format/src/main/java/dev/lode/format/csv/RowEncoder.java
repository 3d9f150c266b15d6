package dev.lode.format.csv;

/// Turns records into PostgreSQL COPY data for the columns of one table. Belongs to one thread.
///
/// Every value of a record is checked before the first byte of its row is written, so a row is in
/// the stream as a whole or not at all, and a row of any length passes through a buffer of fixed
/// size. On the good path nothing is allocated per field or row.
///
/// Sent on one connection: [#begin], any number of [#encode], [#end], [CopyBuffer#flush].
public sealed interface RowEncoder permits TextRowEncoder, BinaryRowEncoder, DigestRowEncoder {
    /// The format as `COPY ... FROM STDIN (FORMAT ...)` names it: `text` or `binary`.
    String format();

    /// Opens a stream.
    void begin(CopyBuffer out);

    /// Appends the row of a sound record, or says why not.
    EncodeResult encode(RecordBatch batch, int record, CopyBuffer out);

    /// Closes a stream.
    void end(CopyBuffer out);
}
