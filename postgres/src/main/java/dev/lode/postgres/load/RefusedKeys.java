package dev.lode.postgres.load;

import dev.lode.format.csv.RecordBatch;
import dev.lode.format.csv.TargetColumn;
import dev.lode.postgres.ledger.Reject;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Keys of records as they stand in the file, for those that never became a row: what the server
/// would make of them is not known, and where a key has two spellings they count as two.
///
/// @param fields of the key in the file's records, in the order of the key
record RefusedKeys(List<Integer> fields) {
    /// Empty where the file does not have the whole key.
    static Optional<RefusedKeys> of(Target target) {
        var fields =
                target.key().stream()
                        .flatMap(
                                name ->
                                        target.columns().stream()
                                                .filter(column -> column.name().equals(name)))
                        .map(TargetColumn::field)
                        .filter(field -> field >= 0)
                        .toList();
        return fields.isEmpty() || fields.size() < target.key().size()
                ? Optional.empty()
                : Optional.of(new RefusedKeys(fields));
    }

    /// Empty where the record is damaged.
    Optional<List<String>> key(RecordBatch batch, int record) {
        return batch.isBad(record)
                ? Optional.empty()
                : Optional.of(
                        fields.stream().map(field -> batch.field(record, field).text()).toList());
    }

    /// How the key of a record is written into the ledger, which takes no NUL.
    static String text(List<String> key) {
        return String.join("\u001f", key).replace('\0', '\ufffd');
    }

    /// The keys of refused records of a batch, by their number in the item.
    Map<Long, List<String>> refused(BatchOutcome outcome) {
        var batch = outcome.batch();
        var keys = new HashMap<Long, List<String>>();
        for (var reject : outcome.rejects()) {
            key(batch, ordinal(batch, reject)).ifPresent(key -> keys.put(reject.record(), key));
        }
        return keys;
    }

    /// Those of them whose key a later record of the batch has that was not refused.
    Set<Long> followed(BatchOutcome outcome, Map<Long, List<String>> refused) {
        var batch = outcome.batch();
        var followed = new HashSet<Long>();
        var wanted = new HashSet<>(refused.values());
        var numbers = outcome.rejects().stream().map(Reject::record).collect(Collectors.toSet());
        var met = new HashSet<List<String>>();
        for (int record = batch.count() - 1; record >= 0; record--) {
            long number = batch.firstRecord() + record;
            if (!numbers.contains(number)) {
                key(batch, record).filter(wanted::contains).ifPresent(met::add);
                continue;
            }
            var key = refused.get(number);
            if (key != null && met.contains(key)) {
                followed.add(number);
            }
        }
        return followed;
    }

    private static int ordinal(RecordBatch batch, Reject reject) {
        return (int) (reject.record() - batch.firstRecord());
    }
}
