package dev.lode.engine.load;

import dev.lode.core.LodeException;
import dev.lode.core.TableName;
import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;
import dev.lode.core.pack.LoadMode;
import dev.lode.core.pack.Pack;
import dev.lode.postgres.TargetDatabase;
import dev.lode.postgres.load.LoadSession;
import dev.lode.postgres.suspend.RestoreReport;
import dev.lode.postgres.suspend.RestoreSettings;
import dev.lode.postgres.suspend.SuspendKind;
import dev.lode.postgres.suspend.SuspendOwner;
import dev.lode.postgres.suspend.SuspendPlan;
import dev.lode.postgres.suspend.Suspended;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/// Suspends indexes and keys before the rows of a run and gives them back after them, whatever
/// happens in between. What an earlier run of the dataset left is given back first, or kept away
/// when this run would take it away again.
final class SuspensionStage {
    private final Pack pack;
    private final TargetDatabase database;
    private final LoadSession session;
    private final LoadSettings settings;
    private final RunListener listener;
    private final BooleanSupplier taken;

    /// @param database during the session
    /// @param taken whether another process took the dataset: then it is its matter
    SuspensionStage(
            Pack pack,
            TargetDatabase database,
            LoadSession session,
            LoadSettings settings,
            RunListener listener,
            BooleanSupplier taken) {
        this.pack = pack;
        this.database = database;
        this.session = session;
        this.settings = settings;
        this.listener = listener;
        this.taken = taken;
    }

    /// The rows themselves.
    interface Work {
        List<ItemReport> load(List<ItemTask> tasks) throws InterruptedException;
    }

    /// What came of it.
    record Loaded(List<ItemReport> items, RestoreReport restored) {}

    Loaded around(List<ItemTask> tasks, Work work) throws InterruptedException {
        try {
            var items = work.load(suspend(tasks));
            boolean changed =
                    items.stream().anyMatch(item -> item.state() != ItemReport.State.SKIPPED);
            var restored = restore(changed, replaced(tasks));
            return new Loaded(corrected(items, restored), restored);
        } catch (InterruptedException | LodeException e) {
            giveBack(e, replaced(tasks));
            throw e;
        }
    }

    private List<ItemTask> suspend(List<ItemTask> tasks) throws InterruptedException {
        var left =
                database.suspensions().adopt(pack.dataset(), session.run(), session::check).stream()
                        .filter(one -> !one.notValid())
                        .toList();
        var applied = session.applied(tasks.stream().map(ItemTask::key).toList());
        var open =
                tasks.stream()
                        .filter(task -> settings.again() || !applied.contains(task.key()))
                        .toList();
        var choice = SuspendChoice.of(open, database, settings);
        if (!left.isEmpty() && (open.isEmpty() || !wanted(left))) {
            restore(false, replaced(tasks));
        }
        tellOfHand();
        if (choice.isEmpty()) {
            return tasks;
        }
        listener.on(new RunEvent.StageStarted("suspend"));
        var plan =
                database.suspensions()
                        .suspend(
                                new SuspendOwner(pack.dataset(), Optional.of(session.run())),
                                choice.request(),
                                session::check);
        plan.objects()
                .forEach(
                        thing ->
                                listener.on(
                                        new RunEvent.Note(false, thing.label() + ": suspended")));
        plan.left().forEach(one -> listener.on(new RunEvent.Note(false, one.toString())));
        return without(tasks, plan);
    }

    /// Whether this run would take the same away again: then it stays away. Keys only while nobody
    /// else writes.
    private boolean wanted(List<Suspended> left) {
        boolean keys = left.stream().anyMatch(one -> one.kind() == SuspendKind.FOREIGN_KEY);
        return settings.suspend().when() != SuspendSettings.When.NEVER
                && (!keys || settings.suspend().writers().exclusive());
    }

    private void tellOfHand() {
        var byHand =
                database.suspended().stream()
                        .filter(one -> one.byHand() && one.dataset().equals(pack.dataset()))
                        .toList();
        if (!byHand.isEmpty()) {
            listener.on(
                    new RunEvent.Note(
                            true,
                            byHand.size()
                                    + " things of the tables are suspended by hand since "
                                    + byHand.getFirst().since()
                                    + ", such as "
                                    + byHand.getFirst().label()
                                    + "; left so; lode constraints restore "
                                    + pack.dataset()
                                    + " gives them back"));
        }
    }

    /// Keys that refer to replaced tables are checked now that the new rows are in place.
    Loaded afterSwap(List<ItemTask> tasks, List<ItemReport> items, RestoreReport before)
            throws InterruptedException {
        if (replaced(tasks).isEmpty()) {
            return new Loaded(items, before);
        }
        var restored = restore(false, Set.of());
        return new Loaded(corrected(items, restored), before.then(restored));
    }

    private static Set<TableName> replaced(List<ItemTask> tasks) {
        return tasks.stream()
                .filter(task -> task.spec().mode() == LoadMode.REPLACE)
                .map(task -> task.target().table())
                .collect(Collectors.toSet());
    }

    private RestoreReport restore(boolean again, Set<TableName> later) throws InterruptedException {
        var how =
                RestoreSettings.DEFAULT
                        .withWorkers(settings.suspend().restoreWorkers())
                        .withOrphans(SuspendChoice.orphans(pack, settings.suspend()))
                        .before(later);
        return database.suspensions().restore(pack.dataset(), again, how, session::check, listener);
    }

    /// After a failure or on the way out; a second interruption leaves it to the next start.
    private void giveBack(Exception failure, Set<TableName> replaced) throws InterruptedException {
        if (taken.getAsBoolean()) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        if (interrupted || failure instanceof InterruptedException) {
            // Who was told to stop waits for nobody.
            session.endurance().giveUp();
        }
        try {
            restore(false, replaced)
                    .remarks()
                    .forEach(remark -> listener.on(new RunEvent.Note(true, remark)));
        } catch (LodeException e) {
            failure.addSuppressed(e);
            listener.on(
                    new RunEvent.Note(
                            true,
                            "indexes and keys are not all given back: "
                                    + e.getMessage()
                                    + "; the next run does, or lode constraints restore "
                                    + pack.dataset()));
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Records are not judged by keys that are away.
    private static List<ItemTask> without(List<ItemTask> tasks, SuspendPlan plan) {
        var gone = new HashSet<String>();
        for (var thing : plan.objects()) {
            if (thing.kind() == SuspendKind.FOREIGN_KEY) {
                gone.add(thing.table() + " " + thing.name());
            }
        }
        return tasks.stream().map(task -> without(task, gone)).toList();
    }

    private static ItemTask without(ItemTask task, Set<String> gone) {
        var target = task.target();
        var keys =
                target.foreignKeys().stream()
                        .filter(key -> !gone.contains(target.table() + " " + key.name()))
                        .toList();
        if (keys.size() == target.foreignKeys().size()) {
            return task;
        }
        Set<TableName> late =
                keys.stream().anyMatch(key -> target.late().contains(key.referencedTable()))
                        ? target.late()
                        : Set.of();
        return task.into(target.without(keys, late));
    }

    private static List<ItemReport> corrected(List<ItemReport> items, RestoreReport restored) {
        return items.stream()
                .map(
                        item ->
                                Optional.ofNullable(restored.corrected().get(item.item()))
                                        .map(
                                                counts ->
                                                        new ItemReport(
                                                                item.name(),
                                                                item.table(),
                                                                item.state(),
                                                                item.item(),
                                                                item.fresh(),
                                                                counts,
                                                                item.took(),
                                                                item.failure(),
                                                                item.message()))
                                        .orElse(item))
                .toList();
    }
}
