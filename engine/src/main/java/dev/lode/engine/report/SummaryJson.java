package dev.lode.engine.report;

import dev.lode.core.Count;
import dev.lode.core.RowCounts;
import dev.lode.engine.load.ItemReport;
import dev.lode.engine.load.LoadReport;
import dev.lode.postgres.vanish.VanishedReport;

import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A run's report as JSON: what `load_summary.json`, `validation_report.json` and the ledger hold.
public final class SummaryJson {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private SummaryJson() {}

    /// The whole run: items with their counts, keys, verification.
    public static String write(LoadReport report) {
        return JSON.writeValueAsString(summary(report));
    }

    /// The same as values, for a program's last line.
    public static Map<String, Object> summary(LoadReport report) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("run", report.run());
        fields.put("dataset", report.dataset());
        fields.put("snapshot", report.snapshot().toString());
        fields.put("state", report.state());
        fields.put("exit_code", report.exitCode());
        fields.put("seconds", report.took().toMillis() / 1000.0);
        fields.put("records", counts(report.counts()));
        fields.put(
                "items",
                report.items().stream()
                        .map(
                                item -> {
                                    var one = new LinkedHashMap<String, Object>();
                                    one.put("item", item.name());
                                    one.put("table", item.table());
                                    one.put(
                                            "state",
                                            item.state().name().toLowerCase(java.util.Locale.ROOT));
                                    one.put("records", counts(item.counts()));
                                    one.put("seconds", item.took().toMillis() / 1000.0);
                                    one.put("message", item.message());
                                    return one;
                                })
                        .toList());
        fields.put(
                "keys",
                report.keys().stream()
                        .map(
                                key -> {
                                    var one = new LinkedHashMap<String, Object>();
                                    one.put("name", key.object().name());
                                    one.put("table", key.object().table().toString());
                                    one.put(
                                            "outcome",
                                            key.outcome()
                                                    .name()
                                                    .toLowerCase(java.util.Locale.ROOT));
                                    one.put("message", key.sentence());
                                    return one;
                                })
                        .toList());
        fields.put(
                "restored",
                report.restored().things().stream()
                        .map(
                                thing -> {
                                    var one = new LinkedHashMap<String, Object>();
                                    one.put("kind", thing.what().kind().words());
                                    one.put("table", thing.what().table().toString());
                                    one.put("name", thing.what().name());
                                    one.put(
                                            "outcome",
                                            thing.outcome()
                                                    .name()
                                                    .toLowerCase(java.util.Locale.ROOT));
                                    one.put("message", thing.sentence());
                                    return one;
                                })
                        .toList());
        fields.put(
                "vanished",
                report.next().vanished().stream()
                        .map(
                                one -> {
                                    var table = new LinkedHashMap<String, Object>();
                                    table.put("table", one.table().toString());
                                    table.put("policy", one.policy());
                                    table.put("vanished", one.vanished());
                                    table.put("returned", one.returned());
                                    table.put("held", one.held());
                                    return table;
                                })
                        .toList());
        fields.put("failures", together(report.verified().failures(), report.next().failures()));
        fields.put("remarks", together(report.verified().remarks(), report.next().remarks()));
        return fields;
    }

    private static List<String> together(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    /// What verification found, table by table.
    public static String validation(LoadReport report) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("run", report.run());
        fields.put("dataset", report.dataset());
        fields.put("snapshot", report.snapshot().toString());
        fields.put("sound", report.verified().sound());
        fields.put(
                "tables",
                report.verified().tables().stream()
                        .map(
                                table -> {
                                    var one = new LinkedHashMap<String, Object>();
                                    one.put("table", table.table());
                                    one.put("rows", table.rows());
                                    one.put("expected", table.expected());
                                    one.put("failures", table.failures());
                                    one.put("remarks", table.remarks());
                                    return one;
                                })
                        .toList());
        return JSON.writeValueAsString(fields);
    }

    private static Map<String, Long> counts(RowCounts counts) {
        var fields = new LinkedHashMap<String, Long>();
        fields.put("read", counts.read());
        fields.put("inserted", counts.inserted());
        fields.put("updated", counts.updated());
        fields.put("unchanged", counts.unchanged());
        fields.put("superseded", counts.superseded());
        fields.put("duplicate", counts.duplicate());
        fields.put("filtered", counts.filtered());
        fields.put("rejected", counts.rejected());
        return fields;
    }

    /// Lines for people: what the summary says in a few words.
    public static List<String> words(LoadReport report) {
        var lines = new java.util.ArrayList<String>();
        for (var key : report.keys()) {
            if (key.outcome() != dev.lode.postgres.schema.LateReport.Outcome.CREATED
                    && key.outcome() != dev.lode.postgres.schema.LateReport.Outcome.EXISTS) {
                lines.add(key.sentence());
            }
        }
        long before =
                report.items().stream()
                        .filter(item -> item.state() == ItemReport.State.SKIPPED)
                        .mapToLong(item -> item.counts().rejected())
                        .sum();
        if (before > 0) {
            lines.add(
                    Count.of(before, "record")
                            + " that earlier runs read had to be rejected and have no row; lode"
                            + " rejects "
                            + report.dataset()
                            + " --group shows why; lode retry "
                            + report.dataset()
                            + " --rejects loads them again once the cause is gone");
        }
        lines.addAll(report.restored().remarks());
        lines.addAll(report.verified().failures());
        lines.addAll(report.verified().remarks());
        report.next().vanished().stream()
                .filter(one -> one.vanished() > 0 || one.returned() > 0)
                .map(VanishedReport::sentence)
                .forEach(lines::add);
        lines.addAll(report.next().failures());
        lines.addAll(report.next().remarks());
        return lines;
    }
}
