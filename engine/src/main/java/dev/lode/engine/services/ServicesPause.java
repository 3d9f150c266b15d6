package dev.lode.engine.services;

import dev.lode.core.LodeException;
import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;
import dev.lode.core.pack.ServicesSpec;
import dev.lode.engine.services.ServiceJournal.Stopped;
import dev.lode.store.RunLock;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// Stops the services of a declaration for the time of a run:
/// 1. all groups are checked and asked what runs; a trouble here has touched nothing;
/// 2. a journal is written with what runs and how it is started; what a dead run left stopped is
///    taken over into it;
/// 3. what runs is stopped, group after group, and asked whether it has;
/// 4. while rows are loaded it is asked again and again whether one came back: `docker compose run`
///    and `up` start what a service depends on;
/// 5. at the end what the journal holds is started, and the journal removed when all of it runs.
///
/// Thread safe.
public final class ServicesPause implements WritersPause {
    private static final int LONGEST_OWNER = 60;

    private final ServicesSpec spec;
    private final ServiceSettings settings;
    private final JournalFolder journals;
    private final String dataset;
    private final String database;
    private final String owner;
    private final RunListener listener;
    private final List<String> failures = new ArrayList<>();
    private List<Groups.Handled> groups = List.of();
    private @Nullable ServiceJournal journal;
    private @Nullable RunLock lock;
    private volatile @Nullable Thread watch;
    private int returned;
    private boolean givenUp;
    private boolean tried;
    private boolean begun;

    /// @param database that is loaded into, without its password
    /// @param owner names this process among those that use the data root: host and process id
    public ServicesPause(
            ServicesSpec spec,
            ServiceSettings settings,
            JournalFolder journals,
            String dataset,
            String database,
            String owner,
            RunListener listener) {
        this.spec = spec;
        this.settings = settings;
        this.journals = journals;
        this.dataset = dataset;
        this.database = database;
        // It begins the name of a file: at most 100 characters with the run behind it.
        String name = owner.replaceAll("[^A-Za-z0-9._-]", "_");
        this.owner = name.substring(Math.max(0, name.length() - LONGEST_OWNER));
        this.listener = listener;
    }

    /// What could not be started again, one sentence each with the command for it.
    public synchronized List<String> failures() {
        return List.copyOf(failures);
    }

    @Override
    public synchronized boolean begin(long run) throws InterruptedException {
        tried = true;
        groups = Groups.of(spec, settings);
        var left = journals.takenOver(dataset, database, ThisMachine.ask());
        if (groups.isEmpty() && left.isEmpty()) {
            return false;
        }
        if (!groups.isEmpty()) {
            listener.on(new RunEvent.StageStarted("stop services"));
        }
        var stopped = new ArrayList<Stopped>();
        for (var group : groups) {
            group.control().check();
            stopped.add(stopped(group, group.control().alive()));
        }
        begin(run, stopped, left);
        begun = true;
        stopAll(stopped);
        if (!settings.every().isZero() && !groups.isEmpty()) {
            watch = Thread.ofPlatform().daemon().name("services").start(this::watch);
        }
        return true;
    }

    private Stopped stopped(Groups.Handled group, Set<String> running) {
        return new Stopped(
                group.group(),
                settings.here().toString(),
                group.control().declared().stream().filter(running::contains).toList());
    }

    /// Journals what is about to be stopped, and what dead runs left stopped: that was running
    /// before them and is to run after this one.
    private void begin(long run, List<Stopped> stopped, List<ServiceJournal> left) {
        var mine =
                new ServiceJournal(
                                dataset,
                                owner + "-" + run,
                                run,
                                database,
                                ThisMachine.ask(),
                                List.of())
                        .with(stopped);
        for (var old : left) {
            mine = mine.with(old.stopped());
        }
        String token = mine.token();
        lock =
                journals.claim(dataset, token)
                        .orElseThrow(() -> LodeException.bug(token + " is used", null));
        journal = mine;
        if (!mine.stopped().isEmpty()) {
            journals.write(mine);
        }
        left.forEach(journals::remove);
    }

    private void stopAll(List<Stopped> stopped) throws InterruptedException {
        for (int i = 0; i < groups.size(); i++) {
            var services = stopped.get(i).services();
            if (services.isEmpty()) {
                continue;
            }
            listener.on(new RunEvent.Note(false, "stopping " + String.join(", ", services)));
            var control = groups.get(i).control();
            control.stop(services);
            var still = control.alive();
            if (!still.isEmpty()) {
                throw LodeException.resource(
                        "services "
                                + String.join(", ", still)
                                + ": still run after they were stopped; nothing was loaded; look"
                                + " why in "
                                + control.name()
                                + ", or load with --services none");
            }
        }
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(settings.every());
                if (!look()) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            // The load has ended.
            return;
        }
    }

    /// @return whether looking again has a use
    private boolean look() throws InterruptedException {
        try {
            confirmed();
        } catch (LodeException e) {
            listener.on(
                    new RunEvent.Note(
                            true, "whether services came back is not known: " + e.getMessage()));
        }
        synchronized (this) {
            return begun && !givenUp;
        }
    }

    @Override
    public synchronized boolean confirmed() throws InterruptedException {
        if (!begun || groups.isEmpty() || givenUp) {
            return false;
        }
        for (var group : groups) {
            var back = group.control().alive();
            if (!back.isEmpty() && !stopAgain(group, back)) {
                return false;
            }
        }
        return true;
    }

    private boolean stopAgain(Groups.Handled group, Set<String> back) throws InterruptedException {
        var mine = Objects.requireNonNull(journal);
        if (!mine.stopped().isEmpty() && !journals.present(mine)) {
            // Another run took over; what runs now is its business.
            givenUp = true;
            return false;
        }
        returned++;
        String who = String.join(", ", back);
        if (returned > settings.returns()) {
            givenUp = true;
            listener.on(
                    new RunEvent.Note(
                            true,
                            who
                                    + " came back once more and is let alone: others may write to"
                                    + " the tables from now on; find what starts it (docker compose"
                                    + " run and up start what a service depends on; use"
                                    + " --no-deps)"));
            return false;
        }
        listener.on(
                new RunEvent.Note(
                        true,
                        who
                                + " came back while rows are loaded (docker compose run and up"
                                + " start what a service depends on; use --no-deps); stopped again,"
                                + " "
                                + returned
                                + " of "
                                + settings.returns()));
        // Also one that did not run at the beginning: what Lode stops, Lode starts again.
        var more = mine.with(List.of(stopped(group, back)));
        if (!more.equals(mine)) {
            journals.write(more);
            journal = more;
        }
        group.control().stop(back);
        return group.control().alive().isEmpty();
    }

    @Override
    public void end() {
        endWatch();
        boolean interrupted = Thread.interrupted();
        synchronized (this) {
            begun = false;
            for (boolean done = false; !done; ) {
                try {
                    startAgain();
                    done = true;
                } catch (InterruptedException e) {
                    // Whoever is stopped gives back first; a second Ctrl-C ends the process, and
                    // the journal stays for the next start.
                    interrupted = true;
                } catch (LodeException e) {
                    // An interrupt also closes the file that is being read or written.
                    boolean cut = Thread.interrupted();
                    interrupted |= cut;
                    done = !cut;
                    if (done) {
                        tell(String.valueOf(e.getMessage()));
                    }
                }
            }
            journal = null;
            unlock();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void startAgain() throws InterruptedException {
        if (journal != null) {
            startAgain(journal);
        } else if (!tried) {
            // Nothing was loaded: what a dead run left stopped is not to wait for another load.
            tried = true;
            for (var left : journals.leftBehind(dataset, ThisMachine.ask())) {
                startAgain(left);
            }
        }
    }

    private void startAgain(ServiceJournal mine) throws InterruptedException {
        if (mine.stopped().isEmpty()) {
            return;
        }
        if (!journals.present(mine)) {
            listener.on(
                    new RunEvent.Note(
                            true,
                            "another run took the stopped services over and will start them"));
            return;
        }
        listener.on(new RunEvent.StageStarted("start services"));
        var troubles = new Starting(settings, listener).start(mine);
        if (troubles.isEmpty()) {
            journals.remove(mine);
        } else {
            troubles.forEach(this::tell);
            tell(
                    "\""
                            + journals.file(mine)
                            + "\" keeps what is to be started; lode services start "
                            + dataset
                            + " tries again");
        }
    }

    private void tell(String trouble) {
        failures.add(trouble);
        listener.on(new RunEvent.Note(true, trouble));
    }

    /// Without the monitor: the watch may hold it while it runs a command, which this ends.
    private void endWatch() {
        var running = watch;
        watch = null;
        if (running != null) {
            running.interrupt();
        }
    }

    private void unlock() {
        if (lock == null) {
            return;
        }
        try {
            lock.close();
        } catch (IOException e) {
            // The lock goes with the process; its file alone is left.
            listener.on(new RunEvent.Note(true, "lock file left behind: " + e.getMessage()));
        }
        lock = null;
    }
}
