package dev.lode.engine.load;

import dev.lode.core.ErrorKind;
import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;
import dev.lode.core.pack.LoadMode;
import dev.lode.postgres.swap.Replacement;
import dev.lode.postgres.vanish.VanishedReport;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Lets the new tables of a run take the place of the old ones, all of them or none: tables of one
/// snapshot refer to each other.
final class ReplaceStage {
    private final List<ItemTask> tasks;
    private final Replacement replacement;
    private final LoadSettings settings;
    private final RunListener listener;

    ReplaceStage(
            List<ItemTask> tasks,
            Replacement replacement,
            LoadSettings settings,
            RunListener listener) {
        this.tasks = tasks;
        this.replacement = replacement;
        this.settings = settings;
        this.listener = listener;
    }

    /// What came of it.
    ///
    /// @param items the reports of all items, those of replaced tables with their last counts
    record Result(List<ItemReport> items, NextSnapshotReport next) {}

    /// New tables of earlier runs that nothing will go on with are dropped.
    void dropForgotten() throws InterruptedException {
        var otherwise =
                tasks.stream()
                        .filter(task -> task.key().mode() != LoadMode.REPLACE)
                        .map(task -> task.key().table())
                        .collect(Collectors.toSet());
        replacement
                .dropForgotten(otherwise)
                .forEach(dropped -> listener.on(new RunEvent.Note(false, dropped)));
    }

    /// @param reports one for each task, in their order
    Result finish(List<ItemReport> reports) throws InterruptedException {
        var items = new ArrayList<>(reports);
        var wanted = new ArrayList<Replacement.Item>();
        long failed = 0;
        for (int i = 0; i < tasks.size(); i++) {
            if (tasks.get(i).key().mode() == LoadMode.REPLACE) {
                switch (reports.get(i).state()) {
                    case LOADED -> wanted.add(item(tasks.get(i), reports.get(i)));
                    case FAILED -> failed++;
                    case SKIPPED -> {}
                }
            }
        }
        var next = NextSnapshotReport.NONE;
        if (!wanted.isEmpty() && failed == 0) {
            next = next.plus(replace(wanted, items));
        } else if (!wanted.isEmpty()) {
            setBack(
                    items,
                    "is whole in a new table, which waits: tables of a snapshot take their places"
                            + " together, and "
                            + failed
                            + " of them failed; the table is as it was; mend those and run the same"
                            + " command again");
        }
        return new Result(items, next.plus(remarks(validate())));
    }

    private NextSnapshotReport replace(List<Replacement.Item> wanted, List<ItemReport> items)
            throws InterruptedException {
        listener.on(new RunEvent.StageStarted("build"));
        for (var item : wanted) {
            var counts = replacement.build(item);
            for (int i = 0; i < items.size(); i++) {
                if (items.get(i).item() == item.id()) {
                    items.set(i, items.get(i).with(counts));
                }
            }
            listener.on(new RunEvent.Note(false, item.table() + ": the new table has its indexes"));
        }
        var remarks = replacement.connect(wanted);
        var vanished = new ArrayList<VanishedReport>();
        var failures = new ArrayList<String>();
        for (var item : wanted) {
            var gone = replacement.vanished(item);
            vanished.add(new VanishedReport(item.table(), "replace", gone.rows(), 0, 0, gone.of()));
            limit(item, gone).ifPresent(failures::add);
        }
        if (!failures.isEmpty()) {
            setBack(
                    items,
                    "is whole in a new table, which waits: too many rows would vanish, see the"
                            + " failures; the table is as it was");
            return new NextSnapshotReport(List.of(), failures, List.of());
        }
        listener.on(new RunEvent.StageStarted("swap"));
        replacement.swap(wanted);
        return new NextSnapshotReport(vanished, List.of(), remarks);
    }

    private List<String> validate() throws InterruptedException {
        listener.on(new RunEvent.StageStarted("validate"));
        return replacement.validate();
    }

    private static NextSnapshotReport remarks(List<String> remarks) {
        return new NextSnapshotReport(List.of(), List.of(), remarks);
    }

    private Optional<String> limit(Replacement.Item item, Replacement.Vanished gone) {
        var spec =
                tasks.stream()
                        .filter(task -> task.key().table().equals(item.table()))
                        .findFirst()
                        .orElseThrow()
                        .spec();
        if (settings.acceptVanished()
                || !spec.vanished().limit().exceeded(gone.rows(), gone.of())) {
            return Optional.empty();
        }
        return Optional.of(
                item.table()
                        + ": "
                        + gone.rows()
                        + " of its "
                        + gone.of()
                        + " rows are not in the snapshot, more than the limit of "
                        + spec.vanished().limit()
                        + "; not replaced; if the snapshot is right, run the same command with"
                        + " --accept-vanished, or raise vanished-limit in the pack");
    }

    private void setBack(List<ItemReport> items, String why) {
        for (int i = 0; i < items.size(); i++) {
            var item = items.get(i);
            if (tasks.get(i).key().mode() == LoadMode.REPLACE
                    && item.state() == ItemReport.State.LOADED) {
                items.set(i, item.failed(ErrorKind.DATA, item.name() + ": " + why));
            }
        }
    }

    private static Replacement.Item item(ItemTask task, ItemReport report) {
        return new Replacement.Item(
                report.item(),
                task.key().table(),
                task.target().key(),
                task.target().version().stream().toList(),
                task.spec().recordChanges());
    }
}
