package dev.lode.format.json;

import dev.lode.format.csv.CopySink;

import java.util.List;

/// Rows of one table in COPY's binary format, without its head and end: rows of several documents
/// may follow one another in one COPY. Rows with ids are in the order of their ids.
///
/// @param table index among the mapping's tables
public record EncodedRows(int table, int rows, List<Piece> pieces) {
    /// Some of the bytes.
    // Nobody compares pieces.
    @SuppressWarnings("ArrayRecordComponent")
    public record Piece(byte[] bytes, int offset, int length) {}

    public EncodedRows {
        pieces = List.copyOf(pieces);
    }

    /// Length of the rows in bytes.
    public long bytes() {
        return pieces.stream().mapToLong(Piece::length).sum();
    }

    public void writeTo(CopySink sink) {
        for (var piece : pieces) {
            sink.write(piece.bytes, piece.offset, piece.length);
        }
    }
}
