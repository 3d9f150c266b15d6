package dev.lode.cli;

import dev.lode.cli.settings.Setting;
import dev.lode.core.ByteSize;
import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;
import dev.lode.core.pack.Pack;
import dev.lode.engine.budget.DiskPlan;
import dev.lode.engine.budget.Way;
import dev.lode.store.TempFiles;

import java.io.PrintWriter;
import java.util.List;

/// A snapshot from its source into the database, within a budget of disk.
final class SyncVerb {
    private final Workplace workplace;
    private final PrintWriter out;
    private final PrintWriter err;

    SyncVerb(Workplace workplace, PrintWriter out, PrintWriter err) {
        this.workplace = workplace;
        this.out = out;
        this.err = err;
    }

    /// @return exit code
    int run(Pack pack, RemoteSnapshot remote, boolean again) throws InterruptedException {
        var root = workplace.dataRoot();
        try (var database = workplace.database(pack.schema());
                var progress = workplace.progress(out, err);
                var temp = TempFiles.open(root, "fetch-" + ProcessHandle.current().pid());
                var sync = remote.sync(progress.listener(), temp)) {
            var target = workplace.target(database);
            target.server();
            remote.refuseOlder(target);
            var standings = sync.standings(target, again);
            var plan = DiskPlan.of(standings, budget(standings, progress.listener()));
            progress.listener().on(new RunEvent.StageStarted("fetch " + remote.id()));
            say(plan, progress.listener());
            boolean fenced =
                    target.suspended().stream()
                            .anyMatch(one -> one.dataset().equals(pack.dataset()));
            if (!fenced
                    && standings.stream().anyMatch(item -> item.state() == DiskPlan.State.NEEDED)) {
                // What a dead run left stopped does not wait for hours of fetching. Behind a fence
                // services could not write anyway: the load gives both back.
                workplace.servicesByHand(pack, progress.listener()).startLeftBehind();
            }
            var local = sync.stage(plan);
            return new LoadVerb(workplace, out, err)
                    .load(pack, local, "sync", again, target, progress, sync.supply())
                    .exitCode();
        }
    }

    /// What the settings allow, or what the disk has free but for a reserve; files that are there
    /// already count as theirs. Never more than there is.
    ByteSize budget(List<DiskPlan.Standing> standings, RunListener listener) {
        var settings = workplace.settings();
        long present =
                standings.stream()
                        .filter(item -> item.state() == DiskPlan.State.PRESENT)
                        .mapToLong(item -> item.part().item().size())
                        .sum();
        var space = workplace.dataRoot().space();
        if (settings.text(Setting.DISK_BUDGET).isEmpty()) {
            long reserve = settings.size(Setting.STORE_RESERVE).bytes();
            return ByteSize.of(Math.max(0, space.free().bytes() - reserve) + present);
        }
        var given = settings.size(Setting.DISK_BUDGET);
        var room = ByteSize.of(space.free().bytes() + present);
        if (given.compareTo(room) <= 0) {
            return given;
        }
        listener.on(
                new RunEvent.Note(
                        true,
                        workplace.dataRoot().path()
                                + ": "
                                + space
                                + ", less than the disk budget of "
                                + given
                                + "; planning with what is free"));
        return room;
    }

    private static void say(DiskPlan plan, RunListener listener) {
        if (plan.stagesAll()) {
            return;
        }
        long streamed = count(plan, Way.STREAM);
        listener.on(
                new RunEvent.Note(
                        false,
                        "disk budget "
                                + plan.budget()
                                + ": "
                                + count(plan, Way.STAGE_AND_FREE)
                                + " items are staged and freed again, "
                                + streamed
                                + " streamed; lode plan shows which and why"));
    }

    private static long count(DiskPlan plan, Way way) {
        return plan.choices().stream().filter(choice -> choice.way() == way).count();
    }
}
