package dev.lode.engine.load;

import dev.lode.core.TableName;
import dev.lode.core.pack.LoadMode;
import dev.lode.core.pack.Orphans;
import dev.lode.core.pack.Pack;
import dev.lode.format.Compression;
import dev.lode.postgres.TargetDatabase;
import dev.lode.postgres.catalog.TableFacts;
import dev.lode.postgres.suspend.SuspendKind;
import dev.lode.postgres.suspend.SuspendPlan;
import dev.lode.postgres.suspend.SuspendRequest;
import dev.lode.postgres.suspend.Suspensions;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Decides what of which tables is suspended for a load: where the time that indexes and keys cost
/// while rows come in is more than making them again takes.
///
/// The figures are measured (one million rows of two integers, bare COPY = 1): primary key 1.8,
/// each further index 2.85 more, each foreign key 10 more; making one of either afterwards 0.43,
/// over all rows of the table. Of a snapshot for a table that is filled only what differs is
/// written, so there it seldom pays. Tables that Lode made get their keys late by themselves and
/// are left out, but for who says `always`.
final class SuspendChoice {
    private static final double PRIMARY_KEY = 1.8;
    private static final double INDEX = 2.85;
    private static final double KEY = 10;
    private static final double MAKING = 0.43;

    /// The estimate has to promise this before anybody's indexes are touched.
    private static final double WORTH_IT = 1.3;

    /// Below this, a load takes seconds either way.
    private static final long LEAST_BYTES = 4 << 20;

    /// How much of a next snapshot is taken to differ from the rows that are there: more than any
    /// real one seen.
    private static final int DIFFERS = 20;

    /// Text compresses about so; only whether it is a little or a lot matters here.
    private static final int COMPRESSED = 5;

    private final SuspendRequest request;
    private final Map<TableName, String> reasons;

    private SuspendChoice(SuspendRequest request, Map<TableName, String> reasons) {
        this.request = request;
        this.reasons = reasons;
    }

    /// @param tasks what is loaded; none when everything is there already
    static SuspendChoice of(
            Collection<ItemTask> tasks, TargetDatabase database, LoadSettings settings) {
        var wishes = new TreeMap<TableName, Set<SuspendKind>>();
        var reasons = new TreeMap<TableName, String>();
        if (settings.suspend().when() != SuspendSettings.When.NEVER && !tasks.isEmpty()) {
            var own = database.createdTables();
            var facts = database.tables(tasks.stream().map(t -> t.target().table()).toList());
            for (var task : tasks) {
                var table = facts.get(task.target().table());
                // What is replaced is filled beside the table, which has nothing to suspend then.
                boolean inPlace = task.spec().mode() != LoadMode.REPLACE;
                boolean always = settings.suspend().when() == SuspendSettings.When.ALWAYS;
                if (inPlace && table != null && (always || !own.contains(table.name()))) {
                    var one = new OneTable(task, table, settings);
                    var kinds = one.kinds();
                    if (!kinds.isEmpty()) {
                        wishes.put(table.name(), kinds);
                        reasons.put(table.name(), one.reason(kinds));
                    }
                }
            }
        }
        return new SuspendChoice(
                new SuspendRequest(wishes, false, settings.suspend().writers()), reasons);
    }

    boolean isEmpty() {
        return request.wishes().isEmpty();
    }

    SuspendRequest request() {
        return request;
    }

    /// For the plan: what goes and why, and what stays and why.
    List<String> lines(Suspensions suspensions, String dataset) {
        if (isEmpty()) {
            return List.of();
        }
        var plan = suspensions.plan(dataset, request);
        var lines = new ArrayList<String>();
        reasons.forEach(
                (table, reason) -> {
                    var things =
                            plan.objects().stream()
                                    .filter(thing -> thing.table().equals(table))
                                    .map(SuspendPlan.Thing::label)
                                    .toList();
                    if (!things.isEmpty()) {
                        lines.add(
                                "would suspend and give back "
                                        + String.join(", ", things)
                                        + ": "
                                        + reason);
                    }
                });
        plan.left().forEach(left -> lines.add(left.toString()));
        return lines;
    }

    /// The estimate for one table.
    private static final class OneTable {
        private final ItemTask task;
        private final TableFacts table;
        private final LoadSettings settings;
        private final long input;

        /// Of the input, what is written.
        private final long written;

        private final long indexes;
        private final long keys;

        OneTable(ItemTask task, TableFacts table, LoadSettings settings) {
            this.task = task;
            this.table = table;
            this.settings = settings;
            this.input =
                    task.bytes().size() * (task.compression() == Compression.NONE ? 1 : COMPRESSED);
            this.written =
                    task.spec().mode() == LoadMode.UPSERT
                            ? Math.max(input - table.bytes(), input / DIFFERS)
                            : input;
            this.indexes =
                    table.indexes().stream()
                            .filter(index -> !index.unique() && index.constraint() == null)
                            .count();
            this.keys = table.foreignKeys().stream().filter(key -> key.enforced()).count();
        }

        Set<SuspendKind> kinds() {
            var kinds = EnumSet.noneOf(SuspendKind.class);
            boolean always = settings.suspend().when() == SuspendSettings.When.ALWAYS;
            boolean exclusive = settings.suspend().writers().exclusive();
            boolean circle =
                    !task.target().late().isEmpty() && input > settings.cut().batchSize().bytes();
            if (indexes > 0 && (always || pays(INDEX))) {
                kinds.add(SuspendKind.INDEX);
            }
            if (keys > 0 && (always || (circle && exclusive) || pays(KEY))) {
                kinds.add(SuspendKind.FOREIGN_KEY);
            }
            if (!kinds.isEmpty()) {
                kinds.add(SuspendKind.AUTOVACUUM);
            }
            return kinds;
        }

        private boolean pays(double cost) {
            return written >= LEAST_BYTES && cost > WORTH_IT * MAKING * overAll();
        }

        /// How many times the rows that are written all rows are, which an index is made of.
        private double overAll() {
            return (double) (written + table.bytes()) / Math.max(1, written);
        }

        String reason(Set<SuspendKind> kinds) {
            boolean keysGo =
                    kinds.contains(SuspendKind.FOREIGN_KEY)
                            && settings.suspend().writers().exclusive();
            long goes = (kinds.contains(SuspendKind.INDEX) ? indexes : 0) + (keysGo ? keys : 0);
            double with = PRIMARY_KEY + INDEX * indexes + KEY * keys;
            double without =
                    PRIMARY_KEY
                            + (kinds.contains(SuspendKind.INDEX) ? 0 : INDEX * indexes)
                            + (keysGo ? 0 : KEY * keys)
                            + MAKING * goes * overAll();
            return String.format(
                    Locale.ROOT,
                    "about %d MiB go into a table of %d MiB, some %.1f times as fast%s",
                    input >> 20,
                    table.bytes() >> 20,
                    with / without,
                    task.target().late().isEmpty()
                            ? ""
                            : "; its rows may come before the rows they refer to");
        }
    }

    /// What each table's rows without a reference meet.
    static Map<TableName, Orphans> orphans(Pack pack, SuspendSettings settings) {
        var policies = new TreeMap<TableName, Orphans>();
        pack.tables()
                .forEach(
                        spec ->
                                policies.put(
                                        new TableName(pack.schema(), spec.table()),
                                        settings.orphans().orElse(spec.orphans())));
        return policies;
    }
}
