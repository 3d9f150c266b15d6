package dev.lode.cli;

import dev.lode.cli.output.TableFormat;
import dev.lode.cli.settings.Setting;
import dev.lode.core.ByteSize;
import dev.lode.core.LodeException;
import dev.lode.core.TableName;
import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;
import dev.lode.core.pack.Pack;
import dev.lode.engine.budget.DiskPlan;
import dev.lode.engine.budget.Growth;
import dev.lode.engine.budget.GrowthEstimate;
import dev.lode.engine.load.DatasetLoad;
import dev.lode.format.Decoders;
import dev.lode.postgres.TargetDatabase;
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
                load(pack, target, decoders).suspension(unapplied).forEach(out::println);
            }
        }
    }

    private DatasetLoad load(Pack pack, TargetDatabase target, Decoders decoders) {
        return new DatasetLoad(
                pack,
                target,
                decoders,
                workplace.loadSettings(false),
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
                        + plan.choices().size()
                        + " files, "
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
        long grows = growths.stream().mapToLong(growth -> growth.database().bytes()).sum();
        long decoded = growths.stream().mapToLong(growth -> growth.decoded().bytes()).sum();
        out.println(
                "database: grows by about "
                        + ByteSize.of(grows)
                        + ", from "
                        + ByteSize.of(decoded)
                        + " decoded, by samples of each file that were loaded and rolled back; WAL"
                        + " and work on indexes come on top");
        out.println(disk(pack, plan, target, grows));
    }

    /// What is known of the database's disk.
    private String disk(Pack pack, DiskPlan plan, TargetDatabase target, long grows) {
        try {
            var tables =
                    plan.choices().stream()
                            .map(
                                    choice ->
                                            new TableName(
                                                    pack.schema(), choice.part().spec().table()))
                            .toList();
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
