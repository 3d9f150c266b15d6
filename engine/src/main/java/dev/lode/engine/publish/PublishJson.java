package dev.lode.engine.publish;

import tools.jackson.databind.json.JsonMapper;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;

/// A report for programs and the ledger. Sizes in bytes, times in seconds.
public final class PublishJson {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private PublishJson() {}

    /// As one JSON document.
    public static String text(PublishReport report) {
        return JSON.writeValueAsString(summary(report));
    }

    /// As maps, lists and plain values.
    public static Map<String, Object> summary(PublishReport report) {
        var summary = new LinkedHashMap<String, Object>();
        summary.put("run", report.run());
        summary.put("operation", "publish");
        summary.put("dataset", report.dataset());
        summary.put("state", report.state());
        summary.put("place", report.place());
        summary.put("seconds", report.took().toMillis() / 1000.0);
        var publications = new ArrayList<Object>();
        report.publications().forEach(one -> publications.add(publication(one)));
        summary.put("publications", publications);
        return summary;
    }

    private static Map<String, Object> publication(PublicationOutcome outcome) {
        var one = new LinkedHashMap<String, Object>();
        one.put("name", outcome.name());
        one.put("why", outcome.why());
        one.put("items_read", outcome.read());
        outcome.built()
                .ifPresent(
                        built -> {
                            one.put("generation", built.manifest().generation());
                            one.put("new", built.isNew());
                            one.put("items", built.manifest().items());
                            one.put("content", built.manifest().content());
                            one.put("archives_written", built.archives());
                            one.put("bytes_copied", built.copied());
                            one.put("bytes_compressed", built.pressed());
                            one.put("inserted", built.tally().inserted());
                            one.put("updated", built.tally().updated());
                            one.put("deleted", built.tally().deleted());
                        });
        outcome.uploaded()
                .ifPresent(
                        uploaded -> {
                            one.put("objects", uploaded.objects());
                            one.put("bytes_sent", uploaded.sent());
                            one.put("bytes_copied_by_store", uploaded.copied());
                            one.put("bytes_there_before", uploaded.skipped());
                        });
        outcome.failure()
                .ifPresent(failure -> one.put("failure", String.valueOf(failure.getMessage())));
        one.put("seconds", outcome.took().toMillis() / 1000.0);
        return one;
    }
}
