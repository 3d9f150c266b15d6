package dev.lode.cli;

import dev.lode.cli.output.TableFormat;
import dev.lode.cli.settings.Setting;
import dev.lode.core.ByteSize;
import dev.lode.core.Count;
import dev.lode.core.LodeException;
import dev.lode.core.TableName;
import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;
import dev.lode.core.pack.Pack;
import dev.lode.core.pack.TableSpec;
import dev.lode.engine.budget.DiskPlan;
import dev.lode.engine.budget.Growth;
import dev.lode.engine.budget.GrowthEstimate;
import dev.lode.engine.load.DatasetLoad;
import dev.lode.engine.load.LocalSnapshot;
import dev.lode.engine.load.OlderSnapshot;
import dev.lode.engine.plan.Chosen;
import dev.lode.format.Decoders;
import dev.lode.postgres.TargetDatabase;
import dev.lode.postgres.preflight.Finding;
import dev.lode.store.TempFiles;

import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What a sync would do: the way of every item and why, what it takes on both disks, what they have
/// free. Writes nothing that stays.
final class PlanVerb {
    private final Workplace workplace;
    private final PrintWriter out;
    private final PrintWriter err;

    PlanVerb(Workplace workplace, PrintWriter out, PrintWriter err) {
        this.workplace = workplace;
        this.out = out;
        this.err = err;
    }

    void print(Pack pack, RemoteSnapshot remote, boolean again) throws InterruptedException {
        RunListener notes =
                event -> {
                    if (event instanceof RunEvent.Note note) {
                        err.println(note.message());
                    }
                };
        var root = workplace.dataRoot();
        try (var database = workplace.database(pack.schema());
                var pool = workplace.blockPool();
                var temp = TempFiles.open(root, "plan-" + ProcessHandle.current().pid());
                var sync = remote.sync(notes, temp)) {
            var target = new TargetDatabase(database.connections(), database.where());
            target.server();
            var standings = sync.standings(target, again);
            var plan =
                    DiskPlan.of(
                            standings, new SyncVerb(workplace, out, err).budget(standings, notes));
            var unapplied = sync.unapplied(plan);
            var decoders = workplace.decoders(pool);
            var growth =
                    new GrowthEstimate(pack, target, decoders, GrowthEstimate.SAMPLE).of(unapplied);
            items(plan, growth);
            if (!workplace.options().json()) {
                sums(pack, remote, plan, growth, target);
                new OlderSnapshot(pack, target)
                        .findings(
                                remote.chosen().date(),
                                remote.chosen().parts().stream().map(Chosen.Part::table).toList(),
                                Finding.Severity.WARNING)
                        .forEach(out::println);
                var load = load(pack, target, decoders, again);
                load.copies(unapplied).forEach(out::println);
                load.suspension(unapplied).forEach(out::println);
            }
        }
    }

    /// Of files that are here, which a load reads where they are.
    ///
    /// @return exit code: 1 when something would stop it
    int local(Pack pack, LocalSnapshot snapshot, boolean again) throws InterruptedException {
        try (var database = workplace.database(pack.schema());
                var pool = workplace.blockPool()) {
            var target = workplace.target(database);
            var decoders = workplace.decoders(pool);
            var load = load(pack, target, decoders, again);
            var findings = load.findings(snapshot);
            var unapplied = load.unapplied(snapshot);
            var growth =
                    new GrowthEstimate(pack, target, decoders, GrowthEstimate.SAMPLE).of(unapplied);
            files(snapshot, unapplied, growth);
            findings.forEach(
                    finding ->
                            (workplace.options().json() ? err : out)
                                    .println(
                                            finding.severity().name().toLowerCase(Locale.ROOT)
                                                    + ": "
                                                    + finding));
            long errors =
                    findings.stream()
                            .filter(finding -> finding.severity() == Finding.Severity.ERROR)
                            .count();
            if (!workplace.options().json()) {
                if (errors == 0) {
                    load.copies(unapplied).forEach(out::println);
                    load.suspension(unapplied).forEach(out::println);
                }
                out.println(grows(growth));
                out.println(
                        disk(
                                snapshot.items().stream()
                                        .map(item -> table(pack, item.spec()))
                                        .toList(),
                                target,
                                sum(growth)));
                out.println(
                        Count.of(unapplied.items().size(), "file")
                                + " of "
                                + snapshot.date()
                                + " would be loaded into "
                                + database.where()
                                + " from where they are, nothing is copied; "
                                + Count.of(errors, "mistake")
                                + " would stop it; nothing was written");
            }
            return errors == 0 ? 0 : 1;
        }
    }

    private void files(LocalSnapshot snapshot, LocalSnapshot unapplied, List<Growth> growths) {
        var byName = new HashMap<String, Growth>();
        growths.forEach(growth -> byName.put(growth.item(), growth));
        var sink = (workplace.options().json() ? TableFormat.JSON : TableFormat.TABLE).sink(out);
        sink.columns(List.of("table", "file", "bytes", "mode", "state", "growth", "basis"));
        for (var item : snapshot.items()) {
            var growth = Optional.ofNullable(byName.get(item.name()));
            sink.row(
                    List.of(
                            item.spec().table(),
                            item.name(),
                            String.valueOf(item.bytes().size()),
                            item.spec().mode().name().toLowerCase(Locale.ROOT),
                            unapplied.items().contains(item) ? "to load" : "applied",
                            growth.map(one -> String.valueOf(one.database().bytes())).orElse("0"),
                            growth.map(Growth::basis).orElse("")));
        }
        sink.finish();
    }

    private static TableName table(Pack pack, TableSpec spec) {
        return new TableName(pack.schema(), spec.table());
    }

    private static long sum(List<Growth> growths) {
        return growths.stream().mapToLong(growth -> growth.database().bytes()).sum();
    }

    private static String grows(List<Growth> growths) {
        long decoded = growths.stream().mapToLong(growth -> growth.decoded().bytes()).sum();
        return "database: grows by about "
                + ByteSize.of(sum(growths))
                + ", from "
                + ByteSize.of(decoded)
                + " decoded, by samples of each file that were loaded and rolled back; WAL"
                + " and work on indexes come on top";
    }

    private DatasetLoad load(Pack pack, TargetDatabase target, Decoders decoders, boolean again) {
        return new DatasetLoad(
                pack,
                target,
                decoders,
                workplace.loadSettings(again),
                workplace.origin(),
                RunListener.SILENT);
    }

    private void items(DiskPlan plan, List<Growth> growths) {
        var byName = new HashMap<String, Growth>();
        growths.forEach(growth -> byName.put(growth.item(), growth));
        var sink = (workplace.options().json() ? TableFormat.JSON : TableFormat.TABLE).sink(out);
        sink.columns(
                List.of(
                        "table", "file", "bytes", "mode", "state", "way", "why", "growth",
                        "basis"));
        for (var choice : plan.choices()) {
            var item = choice.part().item();
            var growth = Optional.ofNullable(byName.get(item.name()));
            sink.row(
                    List.of(
                            choice.part().spec().table(),
                            item.name(),
                            String.valueOf(item.size()),
                            choice.part().spec().mode().name().toLowerCase(Locale.ROOT),
                            switch (choice.state()) {
                                case APPLIED -> "applied";
                                case PRESENT -> "fetched";
                                case NEEDED -> "to fetch";
                            },
                            choice.way().words(),
                            choice.why(),
                            growth.map(one -> String.valueOf(one.database().bytes())).orElse("0"),
                            growth.map(Growth::basis).orElse("")));
        }
        sink.finish();
    }

    private void sums(
            Pack pack,
            RemoteSnapshot remote,
            DiskPlan plan,
            List<Growth> growths,
            TargetDatabase target) {
        remote.chosen().skipped().forEach(out::println);
        out.println(
                "snapshot "
                        + remote.chosen().date()
                        + ": "
                        + Count.of(plan.choices().size(), "file")
                        + ", "
                        + ByteSize.of(remote.chosen().size())
                        + ", of which "
                        + plan.fetch()
                        + " to fetch; nothing was written");
        out.println(
                "store: at most "
                        + plan.peak()
                        + " at once within a budget of "
                        + plan.budget()
                        + "; "
                        + workplace.dataRoot().path()
                        + ": "
                        + workplace.dataRoot().space());
        out.println(grows(growths));
        out.println(
                disk(
                        plan.choices().stream()
                                .map(choice -> table(pack, choice.part().spec()))
                                .toList(),
                        target,
                        sum(growths)));
    }

    /// What is known of the database's disk.
    private String disk(List<TableName> tables, TargetDatabase target, long grows) {
        try {
            var disks = target.disks(tables);
            var fullest = disks.fullest();
            if (fullest.isEmpty()) {
                return "database's disk: unknown, " + disks.unseen();
            }
            var reserve = workplace.settings().size(Setting.DB_RESERVE);
            long left = fullest.get().bytes().bytes() - reserve.bytes() - grows;
            return "database's disk: "
                    + fullest.get().bytes()
                    + " free in "
                    + fullest.get().folder()
                    + ", of which "
                    + reserve
                    + " stay free"
                    + (left < 0
                            ? "; "
                                    + ByteSize.of(-left)
                                    + " are missing: the run will pause there until there is room"
                            : "");
        } catch (LodeException e) {
            return "database's disk: unknown, " + e.getMessage();
        }
    }
}
