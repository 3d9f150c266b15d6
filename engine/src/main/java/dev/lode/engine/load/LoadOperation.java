package dev.lode.engine.load;

import dev.lode.core.Count;
import dev.lode.core.ErrorKind;
import dev.lode.core.LodeException;
import dev.lode.core.RowCounts;
import dev.lode.core.TableName;
import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;
import dev.lode.core.pack.LoadMode;
import dev.lode.format.Decoders;
import dev.lode.postgres.ledger.ItemKey;
import dev.lode.postgres.ledger.ItemRow;
import dev.lode.postgres.ledger.RejectFilter;
import dev.lode.postgres.load.ItemStart;
import dev.lode.postgres.load.LoadSession;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Loads the items of a snapshot, several at once, parents before children. One bad item does not
/// stop the others.
public final class LoadOperation {
    private final LoadSession session;
    private final Decoders decoders;
    private final LoadSettings settings;
    private final RunListener listener;
    private final ItemSupply supply;

    /// Of items whose bytes are where they are.
    public LoadOperation(
            LoadSession session, Decoders decoders, LoadSettings settings, RunListener listener) {
        this(session, decoders, settings, listener, ItemSupply.NOTHING_TO_DO);
    }

    public LoadOperation(
            LoadSession session,
            Decoders decoders,
            LoadSettings settings,
            RunListener listener,
            ItemSupply supply) {
        this.session = session;
        this.decoders = decoders;
        this.settings = settings;
        this.listener = listener;
        this.supply = supply;
    }

    /// @return a report for each task, in the order of the tasks
    /// @throws InterruptedException when the run is to stop: what was committed stays, workers have
    ///   ended
    public List<ItemReport> load(List<ItemTask> tasks) throws InterruptedException {
        var work =
                new Work(
                        new Schedule(tasks),
                        settled(tasks),
                        StreamBudget.of(
                                settings,
                                Runtime.getRuntime().availableProcessors(),
                                settings.copy().streams() == 1 ? 0 : session.spareConnections(),
                                Runtime.getRuntime().maxMemory()),
                        new ConcurrentHashMap<>(),
                        Collections.synchronizedList(new ArrayList<>()),
                        Collections.synchronizedList(new ArrayList<>()));
        supply.begin(work.schedule().sequence());
        try (var workers =
                Executors.newThreadPerTaskExecutor(
                        Thread.ofPlatform().daemon().name("load-", 1).factory())) {
            var futures = new ArrayList<Future<?>>();
            for (int i = 0; i < Math.min(settings.workers(), tasks.size()); i++) {
                futures.add(
                        workers.submit(
                                () -> {
                                    work(work);
                                    return null;
                                }));
            }
            await(futures, workers::shutdownNow);
        }
        settle(work.pending(), work.reports());
        bringHome(work.incomplete(), tasks, work.reports());
        return tasks.stream()
                .map(task -> Objects.requireNonNull(work.reports().get(task.key().name())))
                .toList();
    }

    /// What the workers share.
    ///
    /// @param settled items that need no work, known all at once
    /// @param incomplete items that were loaded before, with rejects
    private record Work(
            Schedule schedule,
            Map<ItemKey, ItemStart.Skip> settled,
            StreamBudget budget,
            ConcurrentHashMap<String, ItemReport> reports,
            List<Pending> pending,
            List<Pending> incomplete) {}

    private Map<ItemKey, ItemStart.Skip> settled(List<ItemTask> tasks) {
        return settings.again()
                ? Map.of()
                : session.settled(
                        tasks.stream()
                                .map(task -> new LoadSession.Candidate(task.key(), task.target()))
                                .toList());
    }

    /// An item with records that wait for rows of other items.
    private record Pending(ItemTask task, ItemRow item) {}

    private static void await(List<Future<?>> futures, Runnable stop) throws InterruptedException {
        try {
            for (var future : futures) {
                future.get();
            }
        } catch (InterruptedException e) {
            stop.run();
            throw e;
        } catch (java.util.concurrent.ExecutionException e) {
            stop.run();
            switch (e.getCause()) {
                case LodeException known -> throw known;
                case InterruptedException _ ->
                        throw new InterruptedException("a worker was interrupted");
                case null, default -> throw LodeException.bug("a worker broke", e.getCause());
            }
        }
    }

    private void work(Work work) throws InterruptedException {
        var schedule = work.schedule();
        for (var next = schedule.next(); next.isPresent(); next = schedule.next()) {
            var task = next.get();
            try {
                work.reports().put(task.key().name(), loadOne(task, work));
            } finally {
                schedule.finished(task);
            }
        }
    }

    /// A new table whose item stopped at its limit of rejects is begun over: the cause may be gone,
    /// and a record that came late would beat those behind it in the file, since the table numbers
    /// its rows as they come.
    private ItemStart begun(ItemTask task) {
        var begun = session.start(task.key(), task.target(), settings.again());
        return begun instanceof ItemStart.Go go
                        && task.key().mode() == LoadMode.REPLACE
                        && ItemLoader.exceeded(task, go.position().counts())
                ? session.startOver(task.key(), task.target())
                : begun;
    }

    private ItemReport loadOne(ItemTask listed, Work work) throws InterruptedException {
        long started = System.nanoTime();
        String table = listed.target().table().toString();
        try {
            ItemStart skipped = work.settled().get(listed.key());
            var task = skipped == null ? new Identification(session, listener).of(listed) : listed;
            var begun = skipped == null ? begun(task) : skipped;
            return switch (begun) {
                case ItemStart.Skip skip -> {
                    supply.dismissed(task);
                    if (!task.target().late().isEmpty()
                            && skip.counts().rejected() > 0
                            && session.rejects().hasPending(skip.item())) {
                        work.pending().add(new Pending(task, skip.item()));
                    }
                    if (skip.counts().rejected() > 0 && task.key().mode() != LoadMode.REPLACE) {
                        work.incomplete().add(new Pending(task, skip.item()));
                    }
                    listener.on(new RunEvent.ItemSkipped(task.key().name(), table, skip.reason()));
                    yield report(
                            task,
                            ItemReport.State.SKIPPED,
                            skip.item().id(),
                            skip.item().fresh(),
                            skip.counts(),
                            started,
                            Optional.empty(),
                            skip.reason());
                }
                case ItemStart.Go go -> {
                    var counts = supplied(task.into(go.target()), go, work.budget());
                    if (!go.target().late().isEmpty() && counts.rejected() > 0) {
                        work.pending().add(new Pending(task, go.item()));
                    }
                    yield report(
                            task,
                            ItemReport.State.LOADED,
                            go.item().id(),
                            go.item().fresh(),
                            counts,
                            started,
                            Optional.empty(),
                            "");
                }
            };
        } catch (LodeException e) {
            // What cannot be read since the run is to stop did not fail.
            Stop.ifAsked(e);
            listener.on(
                    new RunEvent.ItemFailed(
                            listed.key().name(), table, String.valueOf(e.getMessage())));
            if (e.kind() == ErrorKind.BUG) {
                throw e;
            }
            return report(
                    listed,
                    ItemReport.State.FAILED,
                    0,
                    false,
                    RowCounts.ZERO,
                    started,
                    Optional.of(e.kind()),
                    String.valueOf(e.getMessage()));
        }
    }

    /// From the bytes that the supply has for it, which it may take away once the rows are durable.
    private RowCounts supplied(ItemTask task, ItemStart.Go go, StreamBudget budget)
            throws InterruptedException {
        ItemTask ready;
        try {
            ready = supply.ready(task);
        } catch (LodeException e) {
            session.failed(go.item(), String.valueOf(e.getMessage()));
            throw e;
        }
        boolean done = false;
        try {
            var counts =
                    new ItemLoader(session, decoders, settings, listener, budget).load(ready, go);
            if (supply.frees(ready)) {
                session.durable(go.item());
            }
            done = true;
            supply.loaded(ready);
            return counts;
        } finally {
            if (!done) {
                supply.failed(ready);
            }
        }
    }

    private static ItemReport report(
            ItemTask task,
            ItemReport.State state,
            long item,
            boolean fresh,
            RowCounts counts,
            long started,
            Optional<ErrorKind> failure,
            String message) {
        return new ItemReport(
                task.key().name(),
                task.target().table().toString(),
                state,
                item,
                fresh,
                counts,
                Duration.ofNanos(System.nanoTime() - started),
                failure,
                message);
    }

    /// All items' pending records, round by round: in a circle of tables each may bring the row
    /// that another one waits for. Only when a round brings nothing, what is left is a reject.
    private void settle(List<Pending> pending, ConcurrentHashMap<String, ItemReport> reports) {
        long loaded;
        do {
            loaded = 0;
            for (var one : pending) {
                loaded += retry(one);
            }
        } while (loaded > 0 && pending.size() > 1);
        for (var one : pending) {
            recount(one, session.rejects().endPending(one.item()), reports);
        }
    }

    private static void recount(
            Pending one, RowCounts counts, ConcurrentHashMap<String, ItemReport> reports) {
        reports.computeIfPresent(
                one.task().key().name(),
                (_, before) ->
                        new ItemReport(
                                before.name(),
                                before.table(),
                                before.state(),
                                before.item(),
                                before.fresh(),
                                counts,
                                before.took(),
                                before.failure(),
                                before.message()));
    }

    /// Items of an earlier run whose records were rejected because a table that they refer to had
    /// failed in it: what this run brought to that table may be what they miss, or what one brought
    /// that was stopped.
    private void bringHome(
            List<Pending> incomplete,
            List<ItemTask> tasks,
            ConcurrentHashMap<String, ItemReport> reports) {
        var grown = new HashSet<TableName>();
        for (var task : tasks) {
            var report = Objects.requireNonNull(reports.get(task.key().name()));
            if (report.state() == ItemReport.State.LOADED && report.counts().inserted() > 0) {
                grown.add(task.target().table());
            }
        }
        // What a run brought that was stopped before it came to this is not known to have grown.
        boolean anything = !incomplete.isEmpty() && session.followsUnfinishedWork();
        boolean more = anything || !grown.isEmpty();
        while (more) {
            more = false;
            for (var one : incomplete) {
                var target = one.task().target();
                boolean concerned =
                        anything
                                || target.foreignKeys().stream()
                                        .anyMatch(key -> grown.contains(key.referencedTable()));
                long loaded = concerned ? retry(one, RejectFilter.orphans()) : 0;
                if (loaded > 0) {
                    more = true;
                    grown.add(target.table());
                    recount(one, session.committed(one.item()), reports);
                    listener.on(
                            new RunEvent.Note(
                                    false,
                                    target.table()
                                            + ": "
                                            + Count.of(loaded, "rejected record")
                                            + " of "
                                            + one.item().name()
                                            + " got a row now that what they refer to has come"));
                }
            }
        }
    }

    private long retry(Pending one, RejectFilter filter) {
        return session.rejects()
                .retry(
                        one.item(),
                        one.task().target(),
                        one.task().dialect(),
                        one.task().fields(),
                        settings.limits(),
                        filter)
                .loaded();
    }

    private long retry(Pending one) {
        return session.rejects()
                .retryPending(
                        one.item(),
                        one.task().target(),
                        one.task().dialect(),
                        one.task().fields(),
                        settings.limits());
    }
}
