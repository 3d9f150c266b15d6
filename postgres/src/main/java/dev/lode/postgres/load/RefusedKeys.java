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
/// @param key its fields in the file's records, in the order of the key
/// @param version the field by whose height records of one key compete
record RefusedKeys(List<Integer> key, Optional<Integer> version) {
    /// Empty where the file does not have the whole key.
    static Optional<RefusedKeys> of(Target target) {
        var key =
                target.key().stream()
                        .map(name -> field(target, name))
                        .flatMap(Optional::stream)
                        .toList();
        return key.isEmpty() || key.size() < target.key().size()
                ? Optional.empty()
                : Optional.of(
                        new RefusedKeys(key, target.version().flatMap(v -> field(target, v))));
    }

    private static Optional<Integer> field(Target target, String column) {
        return target.columns().stream()
                .filter(one -> one.name().equals(column))
                .map(TargetColumn::field)
                .filter(field -> field >= 0)
                .findFirst();
    }

    /// Key and version of a record in one text, as the ledger keeps it, which takes no NUL: of
    /// records with one such text the place in the file decides. Empty where the record is damaged.
    Optional<String> text(RecordBatch batch, int record) {
        return key(batch, record)
                .map(
                        texts ->
                                String.join("\u001f", texts)
                                        + version.map(
                                                        field ->
                                                                "\u001f"
                                                                        + batch.field(record, field)
                                                                                .text())
                                                .orElse(""))
                .map(text -> text.replace('\0', '\ufffd'));
    }

    private Optional<List<String>> key(RecordBatch batch, int record) {
        return batch.isBad(record)
                ? Optional.empty()
                : Optional.of(
                        key.stream().map(field -> batch.field(record, field).text()).toList());
    }

    /// The keys of refused records of a batch, as far as they can be told.
    Set<List<String>> refused(BatchOutcome outcome) {
        return outcome.rejects().stream()
                .map(reject -> key(outcome.batch(), ordinal(outcome.batch(), reject)))
                .flatMap(Optional::stream)
                .collect(Collectors.toSet());
    }

    /// The [#text] of refused records of a batch, by their number in the item.
    Map<Long, String> texts(BatchOutcome outcome) {
        var batch = outcome.batch();
        var texts = new HashMap<Long, String>();
        for (var reject : outcome.rejects()) {
            text(batch, ordinal(batch, reject)).ifPresent(text -> texts.put(reject.record(), text));
        }
        return texts;
    }

    /// Those of them whose text a later record of the batch has that was not refused.
    Set<Long> followed(BatchOutcome outcome, Map<Long, String> texts) {
        var batch = outcome.batch();
        var followed = new HashSet<Long>();
        var wanted = new HashSet<>(texts.values());
        var numbers = outcome.rejects().stream().map(Reject::record).collect(Collectors.toSet());
        var met = new HashSet<String>();
        for (int record = batch.count() - 1; record >= 0; record--) {
            long number = batch.firstRecord() + record;
            if (!numbers.contains(number)) {
                text(batch, record).filter(wanted::contains).ifPresent(met::add);
                continue;
            }
            var text = texts.get(number);
            if (text != null && met.contains(text)) {
                followed.add(number);
            }
        }
        return followed;
    }

    private static int ordinal(RecordBatch batch, Reject reject) {
        return (int) (reject.record() - batch.firstRecord());
    }
}
