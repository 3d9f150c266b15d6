package dev.lode.engine.intake;

import dev.lode.core.ErrorKind;
import dev.lode.core.LodeException;
import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;
import dev.lode.core.pack.Pack;
import dev.lode.core.place.Announcements;
import dev.lode.format.Decoders;
import dev.lode.postgres.TargetDatabase;
import dev.lode.postgres.intake.IntakeSession;
import dev.lode.postgres.intake.Lane;
import dev.lode.postgres.intake.TakenOver;
import dev.lode.postgres.intake.Wanted;
import dev.lode.postgres.intake.Watcher;
import dev.lode.postgres.intake.WatcherState;
import dev.lode.postgres.load.RunOrigin;

import tools.jackson.databind.json.JsonMapper;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/// Watches a place and takes in what appears there. One instance is run once, by one thread; an
/// interrupt of that thread ends it in order: what was claimed and is not loaded is given back,
/// what is loaded and not moved is moved by the next watcher.
public final class Watch {
    private static final Duration BEAT = Duration.ofSeconds(2);
    private static final Duration TICK = Duration.ofMillis(200);
    private static final Duration SHOWN = Duration.ofSeconds(5);
    private static final Duration TROUBLE = Duration.ofSeconds(2);
    private static final Duration NEVER_SLOW = Duration.ofMillis(100);
    private static final int ADOPTED = 200;

    /// How many first pauses a watch that ends waits for places that take no files, such as full
    /// disks.
    private static final int UNMOVED = 3;

    /// How long after the last live file more are to be expected.
    private static final Duration LIVELY = Duration.ofMinutes(10);

    private final Pack pack;
    private final TargetDatabase database;
    private final IntakePlaces places;
    private final Decoders decoders;
    private final WatchSettings settings;
    private final RunOrigin origin;
    private final InstantSource clock;
    private final RunListener listener;
    private final Steps steps;
    private final Announcements announcements;

    /// @param announcements who else tells of new files; stays the caller's, as the places do
    public Watch(
            Pack pack,
            TargetDatabase database,
            IntakePlaces places,
            Announcements announcements,
            Decoders decoders,
            WatchSettings settings,
            RunOrigin origin,
            InstantSource clock,
            RunListener listener) {
        this.pack = pack;
        this.database = database;
        this.places = places;
        this.announcements = announcements;
        this.decoders = decoders;
        this.settings = settings;
        this.origin = origin;
        this.clock = clock;
        this.listener = listener;
        this.steps = new Steps(listener);
    }

    /// Takes in what is there, and, unless `once`, what comes.
    ///
    /// @param once whether to end when nothing is left that can be taken in now
    /// @throws LodeException when it cannot begin; once begun, only `once` gives up
    public WatchReport run(boolean once) throws InterruptedException {
        database.migrateLedger();
        places.incoming().list("", 1);
        while (true) {
            try (var watcher =
                    database.intake(pack.dataset()).join(places.incoming().name(), origin)) {
                watcher.endure(
                        once ? settings.space() : settings.space().forever(),
                        settings.session().serverAway(),
                        Targets.names(pack),
                        listener);
                return new Shift(watcher, once).run();
            } catch (TakenOver e) {
                steps.trouble(String.valueOf(e.getMessage()));
            }
        }
    }

    /// The time under one number.
    private final class Shift {
        private final Watcher watcher;
        private final boolean once;
        private final long started = System.nanoTime();
        private final Tally tally = new Tally(started);
        private final Pace pace = new Pace(started);
        private final Intray intray = new Intray(settings.waitingFiles(), clock);
        private final Governor governor =
                new Governor(settings.maxLoad(), settings.latencyFactor(), NEVER_SLOW);
        private final Lanes lanes = new Lanes(pack.intake(), clock);
        private final Lookout lookout =
                new Lookout(
                        places.incoming(),
                        pack.intake(),
                        lanes,
                        intray,
                        places.appearWhole() ? Duration.ZERO : settings.settle(),
                        places.appearWhole() ? settings.sweep() : Duration.ZERO,
                        clock);
        private final Stow stow =
                new Stow(
                        places,
                        new ErrorNote(pack.dataset(), origin.version(), clock),
                        tally,
                        steps);
        private final MemoryBudget memory = new MemoryBudget(settings.memory());
        private final Targets targets;
        private final BulkPhase bulk;
        private final AtomicBoolean stopping = new AtomicBoolean();
        private volatile Optional<TakenOver> lost = Optional.empty();
        private volatile Optional<Throwable> broken = Optional.empty();
        private volatile Optional<String> inTheWay = Optional.empty();
        private final List<Thread> threads = new ArrayList<>();
        private Optional<String> paused = Optional.empty();
        private long postponed;
        private boolean others;
        private volatile long lastLive = started - LIVELY.toNanos();
        private final Ailing server = new Ailing();
        private final Ailing place = new Ailing();

        Shift(Watcher watcher, boolean once) {
            this.watcher = watcher;
            this.once = once;
            this.targets =
                    new Targets(pack, database.during(watcher), settings.createTables(), steps);
            this.bulk =
                    new BulkPhase(
                            new Bulk(
                                    pack,
                                    database,
                                    targets,
                                    origin,
                                    settings.silence(),
                                    settings.bulk(),
                                    once ? settings.space() : settings.space().forever(),
                                    settings.session().serverAway(),
                                    listener),
                            settings.bulk(),
                            once,
                            steps);
        }

        WatchReport run() throws InterruptedException {
            steps.note(
                    "watching "
                            + places.incoming().name()
                            + " for "
                            + pack.dataset()
                            + " (run "
                            + watcher.run()
                            + ", watcher "
                            + watcher.id()
                            + ")");
            var parts =
                    new Hand.Parts(
                            places.incoming(),
                            targets,
                            decoders,
                            Hand.limits(pack),
                            intray,
                            stow,
                            tally,
                            steps,
                            announcements::dealtWith,
                            watcher.endurance(),
                            once,
                            settings,
                            clock);
            hold();
            start("live", Lane.LIVE, 0, parts);
            for (int i = 0; i < settings.maxLoad(); i++) {
                start("backload-" + (i + 1), Lane.BACKLOAD, i, parts);
            }
            try (var session = watcher.session()) {
                loop(session);
                stop();
                return end(postponed > 0 ? "partial" : "completed");
            } catch (TakenOver e) {
                stop();
                bulk.stop();
                throw e;
            } catch (InterruptedException e) {
                stop();
                end("interrupted");
                bulk.stop();
                throw e;
            } catch (RuntimeException e) {
                stop();
                fail(e);
                bulk.stop();
                throw e;
            }
        }

        private void fail(RuntimeException cause) {
            try {
                end("failed");
            } catch (LodeException e) {
                // The server that ends the watch may not be there to note it: the next watcher
                // does.
                cause.addSuppressed(e);
            }
        }

        private WatchReport end(String state) {
            var report = tally.report(watcher.run(), postponed, state, bulk.remarks().size());
            watcher.end(
                    state,
                    Optional.empty(),
                    JsonMapper.builder().build().writeValueAsString(report.summary()));
            return report;
        }

        private void stop() {
            stopping.set(true);
            threads.forEach(Thread::interrupt);
            boolean interrupted = false;
            for (var thread : threads) {
                while (thread.isAlive()) {
                    try {
                        thread.join();
                    } catch (InterruptedException e) {
                        interrupted = true;
                    }
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        private void start(String name, Lane lane, int number, Hand.Parts parts) {
            var thread =
                    Thread.ofPlatform()
                            .daemon()
                            .name("intake-" + name)
                            .unstarted(() -> work(lane, number, parts));
            threads.add(thread);
            thread.start();
        }

        /// What a worker does until the watch stops.
        private void work(Lane lane, int number, Hand.Parts parts) {
            var hand = new Hand(parts, watcher.session());
            try (hand) {
                while (!stopping.get()) {
                    if (lane == Lane.BACKLOAD && number >= governor.allowed()) {
                        Thread.sleep(TICK);
                        continue;
                    }
                    var group =
                            intray.take(
                                    lane,
                                    settings.groupFiles(),
                                    settings.groupBytes().bytes(),
                                    TICK);
                    if (!group.isEmpty()) {
                        take(hand, group);
                    }
                }
            } catch (InterruptedException e) {
                // The watch stops: what is claimed is given back with its end.
                return;
            } catch (TakenOver e) {
                lost = Optional.of(e);
            } catch (RuntimeException | Error e) {
                // Without its workers a watch would wait for ever.
                broken = Optional.of(e);
            }
        }

        private void take(Hand hand, List<Wanted> group) throws InterruptedException {
            boolean well = false;
            if (group.getFirst().lane() == Lane.LIVE) {
                lastLive = System.nanoTime();
            }
            try (var _ = memory.hold(group)) {
                watcher.awaitRoom(bytes(group));
                hand.take(group);
                well = true;
                inTheWay = Optional.empty();
            } catch (LodeException e) {
                if (stopping.get()) {
                    throw new InterruptedException("the watch stops");
                }
                inTheWay = Optional.of(String.valueOf(e.getMessage()));
                steps.trouble(e.getMessage() + "; Lode tries again");
            } finally {
                intray.done(group);
            }
            if (!well) {
                lookout.sweepSoon();
                Thread.sleep(TROUBLE);
            }
        }

        private static long bytes(List<Wanted> group) {
            return group.stream().mapToLong(one -> one.file().size()).sum();
        }

        private void loop(IntakeSession session) throws InterruptedException {
            long nextBeat = System.nanoTime();
            long nextLook = nextBeat;
            long nextShown = nextBeat + SHOWN.toNanos();
            long stuckSince = 0;
            while (true) {
                if (lost.isPresent()) {
                    throw lost.get();
                }
                if (broken.isPresent()) {
                    if (broken.get() instanceof Hand.Unsettled unsettled
                            && unsettled.getCause() instanceof LodeException why) {
                        throw why;
                    }
                    throw LodeException.bug("a worker ended with " + broken.get(), broken.get());
                }
                long now = System.nanoTime();
                if (now >= nextBeat) {
                    beat(session);
                    nextBeat = System.nanoTime() + BEAT.toNanos();
                }
                announced();
                if (now >= nextLook) {
                    var looked = clock.instant();
                    boolean ended = look();
                    bulk.see(
                            new BulkPhase.Sight(
                                    intray.waiting(Lane.BACKLOAD),
                                    intray.waitingBytes(),
                                    intray.busyWithOld(),
                                    ended,
                                    lively()));
                    hold();
                    boolean moved =
                            stow.isEmpty()
                                    || stow.stuckFor(settings.firstPause().multipliedBy(UNMOVED));
                    if (once && ended && moved && bulk.settled() && nothingDue(looked)) {
                        return;
                    }
                    if (once && moved && jammed()) {
                        postponed =
                                stow.size()
                                        + intray.waiting(Lane.BACKLOAD)
                                        + lookout.beyond().orElse(0);
                        steps.trouble(
                                stow.size()
                                        + " files are dealt with and cannot be moved, so no more"
                                        + " old ones are taken in (waiting-files: "
                                        + settings.waitingFiles()
                                        + "); make room for them in "
                                        + places.processed().name()
                                        + " and "
                                        + places.failed().name()
                                        + ", and watch again");
                        return;
                    }
                    long took = System.nanoTime() - now;
                    // A place that takes long to list is not listed all the time.
                    nextLook = System.nanoTime() + Math.max(pollNanos(), took * 2);
                }
                if (now >= nextShown) {
                    show();
                    nextShown = now + SHOWN.toNanos();
                    stuckSince = stuck(now, stuckSince);
                }
                Thread.sleep(once && intray.idle() ? Duration.ofMillis(20) : TICK);
            }
        }

        /// Whether only such files are left as wait for a later attempt.
        private boolean nothingDue(Instant looked) {
            if (!intray.idle()) {
                return false;
            }
            var later = intray.postponed(looked);
            // What could not be moved may be among those that are asked for again later.
            postponed = Math.max(later.orElse(0), stow.size());
            return later.isPresent();
        }

        private boolean lively() {
            return others || System.nanoTime() - lastLive < LIVELY.toNanos();
        }

        /// Whether so many files are dealt with and cannot be moved that no more old ones are taken
        /// in.
        private boolean jammed() {
            return stow.size() >= settings.waitingFiles();
        }

        /// Nothing is given to workers, or no old files.
        private void hold() {
            boolean closed = settings.window().map(w -> !w.holds(clock.instant())).orElse(false);
            intray.hold(
                    paused.equals(Optional.of("all")),
                    paused.isPresent() || closed || jammed() || bulk.holds());
        }

        private long pollNanos() {
            var poll = once ? Duration.ofMillis(100) : settings.poll();
            return poll.compareTo(settings.poll()) > 0 ? settings.poll().toNanos() : poll.toNanos();
        }

        private void beat(IntakeSession session) throws InterruptedException {
            try {
                var beat = watcher.beat(state());
                governor.measured(beat.latency());
                if (!beat.paused().equals(paused)) {
                    paused = beat.paused();
                    steps.note(
                            paused.map(what -> "paused: " + what + "; lode watch --resume goes on")
                                    .orElse("goes on"));
                }
                others = beat.others();
                hold();
                var left = new ArrayList<>(stow.unmoved());
                left.addAll(watcher.takeOver(settings.silence(), ADOPTED));
                left.forEach(file -> announcements.dealtWith(file.file().key()));
                if (!left.isEmpty()) {
                    stow.move(left, session);
                }
                if (server.well()) {
                    inTheWay = Optional.empty();
                }
            } catch (LodeException e) {
                troubled(server, e);
            }
        }

        /// Once gives up where nothing works for long; a watch goes on.
        private void troubled(Ailing what, LodeException e) throws InterruptedException {
            // Workers that wait for room know when to give up.
            var patience =
                    watcher.noRoom().isPresent()
                            ? settings.space().patience()
                            : settings.session().serverAway();
            boolean tooLong = what.failed().compareTo(patience) > 0;
            if (e.kind() == ErrorKind.BUG || (once && tooLong)) {
                throw e;
            }
            inTheWay = Optional.of(String.valueOf(e.getMessage()));
            steps.trouble(e.getMessage() + "; Lode tries again");
            Thread.sleep(TROUBLE);
        }

        private boolean look() throws InterruptedException {
            try {
                boolean ended = lookout.look();
                if (place.well()) {
                    inTheWay = Optional.empty();
                }
                return ended;
            } catch (LodeException e) {
                troubled(place, e);
                return false;
            }
        }

        private void announced() throws InterruptedException {
            try {
                for (var key : announcements.take()) {
                    var file = places.incoming().find(key);
                    if (file.isEmpty()
                            || pack.intake().ignores(file.get().name())
                            || !intray.offer(file.get(), lanes.of(file.get()))) {
                        // Gone is done; what finds no room is found by the sweep.
                        announcements.dealtWith(key);
                    }
                }
            } catch (LodeException e) {
                steps.trouble(e.getMessage() + "; files are found by listing meanwhile");
            }
        }

        private WatcherState state() {
            return new WatcherState(
                    intray.waiting(Lane.LIVE),
                    intray.waiting(Lane.BACKLOAD) + lookout.beyond().orElse(0),
                    intray.oldest(),
                    rate(),
                    governor.allowed(),
                    inTheWay());
        }

        private Optional<String> inTheWay() {
            return watcher.noRoom().map(why -> "paused: " + why).or(() -> inTheWay);
        }

        private double rate() {
            return pace.perSecond(System.nanoTime(), tally.files());
        }

        private void show() {
            var counts = tally.report(watcher.run(), 0, "running", 0);
            steps.progress(
                    new RunEvent.IntakeProgress(
                            pack.dataset(),
                            counts.loaded(),
                            counts.duplicates(),
                            counts.failed(),
                            intray.waiting(Lane.LIVE),
                            intray.waiting(Lane.BACKLOAD) + lookout.beyond().orElse(0),
                            lookout.beyond().isEmpty(),
                            governor.allowed(),
                            rate()));
        }

        /// @return since when it said that nothing moves; 0 while it does
        private long stuck(long now, long since) {
            boolean still =
                    !intray.idle()
                            && paused.isEmpty()
                            && now - tally.progressed() > settings.stuck().toNanos();
            if (still && since < tally.progressed()) {
                steps.trouble(
                        pack.dataset()
                                + ": no file came further for "
                                + Duration.ofNanos(now - tally.progressed()).toMinutes()
                                + " minutes, "
                                + (intray.waiting(Lane.LIVE) + intray.waiting(Lane.BACKLOAD))
                                + " wait"
                                + inTheWay().map(why -> ": " + why).orElse("")
                                + "; see lode status "
                                + pack.dataset()
                                + " and what the database is busy with");
                return now;
            }
            return still ? since : 0;
        }
    }

    /// Since when something fails. Belongs to the thread of the watch.
    private static final class Ailing {
        private long since;

        /// @return how long it fails by now
        Duration failed() {
            long now = System.nanoTime();
            since = since == 0 ? now : since;
            return Duration.ofNanos(now - since);
        }

        /// @return whether it had failed
        boolean well() {
            boolean failed = since != 0;
            since = 0;
            return failed;
        }
    }
}
