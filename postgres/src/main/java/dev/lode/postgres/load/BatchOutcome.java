package dev.lode.postgres.load;

import dev.lode.format.csv.RecordBatch;
import dev.lode.postgres.ledger.Reject;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/// What became of the records of a batch so far: which are still to be loaded, and which were kept
/// as rejects. Not thread safe.
final class BatchOutcome {
    private final RecordBatch batch;
    private final int rawLimit;
    private final BitSet open;
    private final List<Reject> rejects = new ArrayList<>();

    /// @param rawLimit bytes of a reject that are kept
    BatchOutcome(RecordBatch batch, int rawLimit) {
        this.batch = batch;
        this.rawLimit = rawLimit;
        this.open = new BitSet(batch.count());
        open.set(0, batch.count());
    }

    RecordBatch batch() {
        return batch;
    }

    /// Ordinals in the batch of the records that are still to be loaded.
    BitSet open() {
        return open;
    }

    /// The row of an open record is in the table as it is.
    void settle(int record) {
        open.clear(record);
    }

    List<Reject> rejects() {
        return rejects;
    }

    void reject(
            int record,
            Optional<String> column,
            String reason,
            Optional<String> sqlstate,
            boolean pending) {
        if (!open.get(record)) {
            return;
        }
        open.clear(record);
        rejects.add(
                new Reject(
                        batch.offset(record),
                        batch.firstRecord() + record,
                        column,
                        reason,
                        sqlstate,
                        batch.raw(record, rawLimit),
                        batch.rawLength(record),
                        pending));
    }
}
