package dev.lode.engine.intake;

import dev.lode.core.LodeException;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// When keys and indexes are away: from when enough old files wait until none does. What takes long
/// runs on a thread of its own, beside the live files; old ones are held meanwhile. Belongs to the
/// thread of the watch.
final class BulkPhase {
    private static final Duration LOOK = Duration.ofSeconds(30);

    private final Bulk bulk;
    private final BulkSettings settings;
    private final boolean once;
    private final Steps steps;
    private final List<String> remarks = new ArrayList<>();
    private State state = State.FIRST;
    private @Nullable FutureTask<List<String>> task;
    private @Nullable Thread worker;
    private long quietSince;
    private long nextLook = System.nanoTime();

    private enum State {
        /// Nothing is known yet.
        FIRST,
        /// Keys are in place.
        CLOSED,
        BEGINNING,
        /// Keys are away.
        OPEN,
        ENDING
    }

    /// What the watch sees.
    ///
    /// @param waiting old files
    /// @param bytes of them
    /// @param busy whether old files wait or are in a hand
    /// @param swept whether everything that is there has been seen
    /// @param live whether live files came lately, to this watcher or to others
    record Sight(long waiting, long bytes, boolean busy, boolean swept, boolean live) {}

    BulkPhase(Bulk bulk, BulkSettings settings, boolean once, Steps steps) {
        this.bulk = bulk;
        this.settings = settings;
        this.once = once;
        this.steps = steps;
    }

    /// Whether old files have to wait.
    boolean holds() {
        return state == State.FIRST || state == State.BEGINNING || state == State.ENDING;
    }

    /// Whether a watch may end.
    boolean settled() {
        return state == State.CLOSED;
    }

    /// What could not be given back.
    List<String> remarks() {
        return List.copyOf(remarks);
    }

    /// @throws LodeException when the precaution failed
    void see(Sight sight) throws InterruptedException {
        switch (state) {
            case FIRST, CLOSED -> closed(sight);
            case BEGINNING -> {
                if (finished()) {
                    begun();
                }
            }
            case OPEN -> open(sight);
            case ENDING -> {
                if (finished()) {
                    ended();
                }
            }
        }
    }

    private void closed(Sight sight) {
        boolean due = System.nanoTime() - nextLook >= 0;
        boolean many =
                sight.waiting() >= settings.least()
                        || sight.bytes() >= settings.leastBytes().bytes();
        if (settings.wanted() && many && due) {
            start(
                    State.BEGINNING,
                    () -> {
                        bulk.begin();
                        return List.of();
                    });
        } else if (state == State.CLOSED ? due : !settings.wanted() || sight.swept()) {
            nextLook = System.nanoTime() + LOOK.toNanos();
            if (left()) {
                boolean live = sight.live();
                start(State.ENDING, () -> bulk.end(live));
            } else {
                state = State.CLOSED;
            }
        }
    }

    private boolean left() {
        try {
            return bulk.leftBehind();
        } catch (LodeException e) {
            // The next look asks again.
            steps.trouble(String.valueOf(e.getMessage()));
            return false;
        }
    }

    private void open(Sight sight) {
        long now = System.nanoTime();
        if (sight.busy() || !(sight.swept() || quietSince != 0)) {
            quietSince = 0;
            return;
        }
        quietSince = quietSince == 0 ? now : quietSince;
        if (once || now - quietSince >= settings.idle().toNanos()) {
            quietSince = 0;
            boolean live = sight.live();
            start(State.ENDING, () -> bulk.end(live));
        }
    }

    /// The watch ends before its time: what is away is given back, now. An interrupt of this thread
    /// meanwhile leaves the rest to the next start.
    void stop() {
        boolean interrupted = Thread.interrupted();
        boolean ending = state == State.ENDING;
        try {
            var working = worker;
            if (working != null) {
                working.interrupt();
                working.join();
            }
            if (bulk.open() || ending) {
                bulk.end(false).forEach(steps::trouble);
            }
        } catch (InterruptedException e) {
            interrupted = true;
            steps.trouble("indexes and keys are not all given back: the next start does");
        } catch (LodeException e) {
            steps.trouble(
                    "indexes and keys are not all given back: "
                            + e.getMessage()
                            + "; the next start does, or lode constraints restore");
        } finally {
            state = State.CLOSED;
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void start(State next, java.util.concurrent.Callable<List<String>> what) {
        state = next;
        var started = new FutureTask<>(what);
        task = started;
        worker = Thread.ofPlatform().daemon().name("intake-bulk").start(started);
    }

    private boolean finished() {
        return task != null && task.isDone();
    }

    private void begun() throws InterruptedException {
        try {
            result();
            state = State.OPEN;
        } catch (LodeException e) {
            nextLook = System.nanoTime() + LOOK.toNanos();
            state = State.CLOSED;
            if (bulk.unguarded()) {
                throw e;
            }
            steps.trouble(
                    e.getMessage() + "; old files are loaded with indexes and keys as they are");
        }
    }

    private void ended() throws InterruptedException {
        state = State.CLOSED;
        nextLook = System.nanoTime() + LOOK.toNanos();
        try {
            var left = result();
            remarks.clear();
            remarks.addAll(left);
            left.forEach(steps::trouble);
        } catch (LodeException e) {
            // Whoever has the dataset gives back what is suspended; a watch that goes on looks
            // again.
            steps.trouble(String.valueOf(e.getMessage()));
            remarks.clear();
            remarks.add(String.valueOf(e.getMessage()));
        }
    }

    private List<String> result() throws InterruptedException {
        var done = task;
        if (done == null) {
            return List.of();
        }
        try {
            return done.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof LodeException known) {
                throw known;
            }
            if (e.getCause() instanceof InterruptedException stopped) {
                throw stopped;
            }
            throw LodeException.bug("indexes and keys: " + e.getCause(), e.getCause());
        }
    }
}
