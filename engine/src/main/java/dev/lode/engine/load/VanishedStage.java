package dev.lode.engine.load;

import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;
import dev.lode.core.pack.LoadMode;
import dev.lode.core.pack.VanishedSpec.Policy;
import dev.lode.postgres.vanish.VanishedReport;
import dev.lode.postgres.vanish.Vanishing;

import java.util.ArrayList;
import java.util.List;

/// Does with rows that a snapshot does not have any more what the pack says, once the snapshot is
/// whole: no item failed, no record was rejected.
final class VanishedStage {
    private final List<ItemTask> tasks;
    private final Vanishing vanishing;
    private final LoadSettings settings;
    private final RunListener listener;

    VanishedStage(
            List<ItemTask> tasks,
            Vanishing vanishing,
            LoadSettings settings,
            RunListener listener) {
        this.tasks = tasks;
        this.vanishing = vanishing;
        this.settings = settings;
        this.listener = listener;
    }

    /// @param reports one for each task, in their order
    NextSnapshotReport finish(List<ItemReport> reports) {
        if (reports.stream().anyMatch(report -> report.state() == ItemReport.State.FAILED)) {
            return NextSnapshotReport.NONE;
        }
        listener.on(new RunEvent.StageStarted("vanished"));
        var failures = new ArrayList<String>();
        var remarks = new ArrayList<String>();
        var open = new ArrayList<Vanishing.Item>();
        var due = vanishing.open(reports.stream().map(ItemReport::item).toList());
        for (int i = 0; i < tasks.size(); i++) {
            var task = tasks.get(i);
            if (task.key().mode() == LoadMode.UPSERT && due.contains(reports.get(i).item())) {
                var item = item(task, reports.get(i));
                var listed = vanishing.list(item);
                if (listed.isPresent() && allowed(task, item, listed.get(), failures, remarks)) {
                    open.add(item);
                }
            }
        }
        applyAll(open);
        var vanished = new ArrayList<VanishedReport>();
        open.forEach(item -> vanished.add(vanishing.finish(item)));
        return new NextSnapshotReport(vanished, failures, remarks);
    }

    /// Round by round: a row goes once the rows that refer to it are gone, whichever table they are
    /// in.
    private void applyAll(List<Vanishing.Item> items) {
        long changed;
        do {
            changed = 0;
            for (var item : items) {
                if (item.policy() != Policy.KEEP) {
                    changed += vanishing.apply(item);
                }
            }
        } while (changed > 0);
    }

    private boolean allowed(
            ItemTask task,
            Vanishing.Item item,
            Vanishing.Listed listed,
            List<String> failures,
            List<String> remarks) {
        if (listed.openRejects() > 0) {
            if (item.policy() != Policy.KEEP) {
                remarks.add(
                        item.table()
                                + ": "
                                + listed.openRejects()
                                + " records of "
                                + task.key().name()
                                + " were rejected, so it cannot be told which rows have vanished;"
                                + " none was touched; mend the rejects, then run the same command"
                                + " again");
            }
            return false;
        }
        var limit = task.spec().vanished().limit();
        boolean tooMany =
                item.policy() != Policy.KEEP
                        && !settings.acceptVanished()
                        && limit.exceeded(listed.vanished(), listed.of());
        if (tooMany) {
            failures.add(
                    item.table()
                            + ": "
                            + listed.vanished()
                            + " of its "
                            + listed.of()
                            + " rows are not in the snapshot, more than the limit of "
                            + limit
                            + "; none was touched; if the snapshot is right, run the same command"
                            + " with --accept-vanished, or raise vanished-limit in the pack");
        }
        return !tooMany;
    }

    private static Vanishing.Item item(ItemTask task, ItemReport report) {
        var spec = task.spec();
        return new Vanishing.Item(
                report.item(),
                task.key().table(),
                task.target().key(),
                spec.vanished().policy(),
                spec.vanished().mark(),
                spec.recordChanges(),
                task.target().linkColumns());
    }
}
