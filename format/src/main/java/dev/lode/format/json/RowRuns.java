package dev.lode.format.json;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Where the rows of one table lie among its pieces, as runs of rows whose ids differ in nothing
/// but their position: rows come out in the order of their ids, however records stand in the
/// document. A primary key's index then takes each row beside the one before, which costs the
/// server half as much, and splits its pages where they are full. Not thread safe.
final class RowRuns {
    private static final int FIRST = 64;

    private long[] first = new long[FIRST];
    private int[] second = new int[FIRST];
    private int[] positions = new int[FIRST];
    private int[] records = new int[FIRST];
    private int[] rows = new int[FIRST];
    private int[] pieces = new int[FIRST];
    private int[] offsets = new int[FIRST];
    private int count;
    private boolean ordered = true;

    // As of the mark; the last run may go on after it.
    private int markedCount;
    private int markedRows;
    private boolean markedOrdered;

    void mark() {
        markedCount = count;
        markedRows = count == 0 ? 0 : rows[count - 1];
        markedOrdered = ordered;
    }

    void reset() {
        count = markedCount;
        if (count > 0) {
            rows[count - 1] = markedRows;
        }
        ordered = markedOrdered;
    }

    /// A row begins.
    ///
    /// @param hasId whether rows of its kind have ids; where one has none, all stay in their order
    /// @param high of the id's hash
    /// @param low of the id's hash
    /// @param record that it is made from
    /// @param piece it begins in, and where
    void row(boolean hasId, long high, int low, int position, int record, int piece, int offset) {
        ordered &= hasId;
        int last = count - 1;
        if (last >= 0
                && first[last] == high
                && second[last] == low
                && records[last] == record
                && position == positions[last] + rows[last]) {
            rows[last]++;
            return;
        }
        if (count == first.length) {
            grow();
        }
        first[count] = high;
        second[count] = low;
        positions[count] = position;
        records[count] = record;
        rows[count] = 1;
        pieces[count] = piece;
        offsets[count] = offset;
        count++;
    }

    private void grow() {
        int more = count * 2;
        first = Arrays.copyOf(first, more);
        second = Arrays.copyOf(second, more);
        positions = Arrays.copyOf(positions, more);
        records = Arrays.copyOf(records, more);
        rows = Arrays.copyOf(rows, more);
        pieces = Arrays.copyOf(pieces, more);
        offsets = Arrays.copyOf(offsets, more);
    }

    private int[] order() {
        if (!ordered) {
            return IntStream.range(0, count).toArray();
        }
        return IntStream.range(0, count)
                .boxed()
                .sorted(
                        Comparator.<Integer>comparingLong(run -> first[run] ^ Long.MIN_VALUE)
                                .thenComparingInt(run -> second[run])
                                .thenComparingInt(run -> positions[run]))
                .mapToInt(run -> run)
                .toArray();
    }

    /// The bytes in the order of the ids.
    ///
    /// @param bytes the pieces
    /// @param lengths of what is used of them
    List<EncodedRows.Piece> pieces(List<byte[]> bytes, List<Integer> lengths) {
        var sorted = new ArrayList<EncodedRows.Piece>(count + bytes.size());
        for (int run : order()) {
            int endPiece = run + 1 < count ? pieces[run + 1] : bytes.size() - 1;
            int end = run + 1 < count ? offsets[run + 1] : lengths.getLast();
            for (int piece = pieces[run]; piece <= endPiece; piece++) {
                int from = piece == pieces[run] ? offsets[run] : 0;
                int to = piece == endPiece ? end : lengths.get(piece);
                if (to > from) {
                    sorted.add(new EncodedRows.Piece(bytes.get(piece), from, to - from));
                }
            }
        }
        return sorted;
    }

    /// The record that a row was made from.
    ///
    /// @param row in the order of the ids
    int recordOf(int row) {
        int before = 0;
        for (int run : order()) {
            before += rows[run];
            if (row < before) {
                return records[run];
            }
        }
        return -1;
    }
}
