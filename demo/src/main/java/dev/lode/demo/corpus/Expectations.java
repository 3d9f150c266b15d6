package dev.lode.demo.corpus;

import java.util.Locale;

/// Spells what a loader should make of a corpus, as JSON.
final class Expectations {
    private Expectations() {}

    static String json(
            CorpusSpec spec,
            Era era,
            Iterable<CorpusReport.Table> tables,
            Iterable<String> others) {
        var json = new JsonText().open('{');
        json.key("date").value(spec.date().toString());
        json.key("seed").value(spec.seed());
        json.key("size").value(spec.size().bytes());
        json.key("dialect").value(era.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        spec.next()
                .ifPresent(
                        next -> {
                            json.key("after").value(next.after().toString());
                        });
        json.key("faults").open('[');
        for (var fault : spec.faults()) {
            json.element().value(fault.fault().word() + ":" + fault.table() + ":" + fault.count());
        }
        json.close(']');
        json.key("tables").open('{');
        for (var table : tables) {
            json.key(table.table());
            table(json, table);
        }
        json.close('}');
        json.key("others").open('[');
        for (var other : others) {
            json.element().value(other);
        }
        json.close(']');
        return json.close('}').toString();
    }

    private static void table(JsonText json, CorpusReport.Table table) {
        json.open('{');
        json.key("item").value(table.item());
        json.key("file").value(table.file());
        if (!table.damage().isEmpty()) {
            json.key("damage").open('[');
            table.damage().forEach(fault -> json.element().value(fault.word()));
            json.close(']');
        }
        json.key("records").value(table.records());
        json.key("rows").value(table.rows());
        if (table.duplicates().keys() > 0) {
            json.key("duplicates").open('{');
            json.key("exact").value(table.duplicates().exact());
            json.key("stale").value(table.duplicates().stale());
            json.key("keys").value(table.duplicates().keys());
            json.close('}');
        }
        if (!table.rejects().isEmpty()) {
            json.key("rejects").open('{');
            table.rejects().forEach((fault, count) -> json.key(fault.word()).value(count));
            json.close('}');
            json.key("rejected").open('[');
            for (var rejected : table.rejected()) {
                json.element().open('{');
                json.key("record").value(rejected.record()).key("offset").value(rejected.offset());
                json.key("fault")
                        .value(rejected.fault().word())
                        .key("column")
                        .value(rejected.column());
                json.close('}');
            }
            json.close(']');
        }
        if (!table.orphans().isEmpty()) {
            json.key("orphans").open('{');
            table.orphans().forEach((column, count) -> json.key(column).value(count));
            json.close('}');
        }
        table.changes()
                .ifPresent(
                        changes -> {
                            json.key("unchanged")
                                    .value(changes.unchanged())
                                    .key("changed")
                                    .value(changes.changed());
                            json.key("added")
                                    .value(changes.added())
                                    .key("vanished")
                                    .value(changes.vanished());
                        });
        table.digest().ifPresent(digest -> json.key("digest").value(digest));
        json.key("decoded-bytes").value(table.decodedBytes());
        json.key("stored-bytes").value(table.storedBytes());
        json.close('}');
    }
}
