package dev.lode.demo.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

class NextSnapshotTest {
    /// Tables of links have nothing to change.
    private static final Set<String> UNCHANGING =
            Set.of(
                    "people_db_race",
                    "people_db_person_race",
                    "search_court_appeals_to",
                    "search_opinioncluster_panel",
                    "search_opinion_joined_by");

    private final Path folder;

    NextSnapshotTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void differsFromTheFirstByExactlyWhatItSays() {
        var first = Corpora.small().withFaults(Fault.DUPLICATE_KEYS, Fault.DANGLING_KEYS);
        var second = first.next(Corpora.DATE.plusDays(92), 0.05, 0.04, 0.06);
        var before = Corpora.parse(Corpora.write(first, folder), folder);
        var report = Corpora.write(second, folder);
        var after = Corpora.parse(report, folder);

        long changed = 0;
        long vanished = 0;
        for (var table : report.tables()) {
            var found =
                    compare(
                            before.get(table.table()).winners(),
                            after.get(table.table()).winners());
            int orphans = table.orphans().values().stream().mapToInt(Integer::intValue).sum();
            var expected = table.changes().orElseThrow();
            assertThat(
                            new CorpusReport.Changes(
                                    found.unchanged() - orphans,
                                    found.changed(),
                                    found.added(),
                                    found.vanished()))
                    .as(table.table())
                    .isEqualTo(expected);
            changed += expected.changed();
            vanished += expected.vanished();
            if (UNCHANGING.contains(table.table())) {
                assertThat(expected.changed()).as(table.table()).isZero();
            }
        }
        assertThat(changed).isPositive();
        assertThat(vanished).isPositive();
        var dockets = report.table("search_docket").changes().orElseThrow();
        double rows = report.table("search_docket").rows();
        assertThat(dockets.changed() / rows).isBetween(0.02, 0.09);
        assertThat(dockets.added() / rows).isBetween(0.03, 0.05);
        assertThat(dockets.vanished() / rows).isBetween(0.02, 0.11);
    }

    private static CorpusReport.Changes compare(
            Map<String, List<@Nullable String>> before, Map<String, List<@Nullable String>> after) {
        long unchanged = 0;
        long changed = 0;
        for (var entry : after.entrySet()) {
            var old = before.get(entry.getKey());
            if (old != null && old.equals(entry.getValue())) {
                unchanged++;
            } else if (old != null) {
                changed++;
            }
        }
        var gone = new HashSet<>(before.keySet());
        gone.removeAll(after.keySet());
        return new CorpusReport.Changes(
                unchanged, changed, after.size() - unchanged - changed, gone.size());
    }

    @Test
    void keysOfTheNextSnapshotResolveToo() throws IOException {
        var spec = Corpora.small().next(Corpora.DATE.plusDays(92), 0.05, 0.2, 0.1);
        var report = Corpora.write(spec, folder);
        var files = Corpora.parse(report, folder);

        for (var key : PackSchema.read().foreignKeys()) {
            var keys = new HashSet<>(files.get(key.parent()).values("id"));
            var missing =
                    files.get(key.table()).values(key.column()).stream()
                            .filter(value -> value != null && !keys.contains(value))
                            .toList();
            assertThat(missing).as(key.name()).isEmpty();
        }
    }

    @Test
    void changedAndNewRowsAreModifiedBetweenTheSnapshots() {
        var spec = Corpora.small().withTables(Set.of("search_docket"));
        var next = spec.next(Corpora.DATE.plusDays(92), 0.1, 0.1, 0);
        var before =
                Corpora.parse(Corpora.write(spec, folder), folder).get("search_docket").winners();
        var file = Corpora.parse(Corpora.write(next, folder), folder).get("search_docket");

        int modified = file.column("date_modified");
        file.winners()
                .forEach(
                        (id, record) -> {
                            var stamp = Objects.requireNonNull(record.get(modified));
                            if (record.equals(before.get(id))) {
                                assertThat(stamp).isLessThan("2026-06-30");
                            } else {
                                assertThat(stamp).isBetween("2026-06-30", "2026-09-30");
                            }
                        });
    }
}
