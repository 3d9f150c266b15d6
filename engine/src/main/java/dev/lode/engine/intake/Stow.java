package dev.lode.engine.intake;

import dev.lode.core.FittingName;
import dev.lode.core.LodeException;
import dev.lode.core.place.Moved;
import dev.lode.core.place.Place;
import dev.lode.postgres.intake.IntakeSession;
import dev.lode.postgres.intake.IntakeSession.End;
import dev.lode.postgres.intake.Leftover;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/// Moves files whose fate is committed, and notes that in the ledger. What cannot be moved now is
/// kept for later; done twice, it does the same. Thread safe.
final class Stow {
    private static final int OTHER_NAMES = 5;

    private static final Duration TOLD = Duration.ofMinutes(1);
    private static final int IN_A_ROW = 3;

    private final IntakePlaces places;
    private final ErrorNote note;
    private final Tally tally;
    private final Steps steps;
    private final ConcurrentLinkedQueue<Leftover> unmoved = new ConcurrentLinkedQueue<>();
    private final AtomicLong lastMoved = new AtomicLong(System.nanoTime());
    private final AtomicLong nextTold = new AtomicLong(System.nanoTime());

    Stow(IntakePlaces places, ErrorNote note, Tally tally, Steps steps) {
        this.places = places;
        this.note = note;
        this.tally = tally;
        this.steps = steps;
    }

    /// Moves files. What cannot be moved now is kept for later; where several in a row cannot, the
    /// rest is not tried this time.
    ///
    /// @param session notes it, on the calling thread
    void move(Collection<Leftover> files, IntakeSession session) throws InterruptedException {
        var ended = new EnumMap<End, List<Long>>(End.class);
        var done = new ArrayList<Leftover>();
        int inARow = 0;
        try {
            for (var file : files) {
                if (inARow >= IN_A_ROW) {
                    unmoved.add(file);
                    continue;
                }
                try {
                    ended.computeIfAbsent(one(file), _ -> new ArrayList<>()).add(file.id());
                    done.add(file);
                    inARow = 0;
                    lastMoved.set(System.nanoTime());
                } catch (LodeException e) {
                    inARow++;
                    unmoved.add(file);
                    tell(file, e);
                }
            }
        } finally {
            note(ended, done, session);
        }
        for (var file : done) {
            steps.step("noted", file.file().key(), file.id());
        }
    }

    /// What the ledger cannot note now is moved once more later, which finds it gone.
    private void note(EnumMap<End, List<Long>> ended, List<Leftover> done, IntakeSession session)
            throws InterruptedException {
        try {
            for (var end : ended.entrySet()) {
                session.end(end.getValue(), end.getKey());
            }
        } catch (LodeException e) {
            unmoved.addAll(done);
            throw e;
        }
    }

    /// Once a minute: a disk that is full is so for every file.
    private void tell(Leftover file, LodeException e) {
        long now = System.nanoTime();
        long before = nextTold.get();
        if (now - before >= 0 && nextTold.compareAndSet(before, now + TOLD.toNanos())) {
            steps.trouble(
                    file.file().key()
                            + ": is dealt with and not moved yet: "
                            + e.getMessage()
                            + "; Lode tries again, and so with others");
        }
    }

    private End one(Leftover file) throws InterruptedException {
        var failure = file.failure();
        if (failure.isPresent()) {
            note.write(places.incoming(), places.failed(), file, failure.get());
        }
        var moved = moved(file, failure.isPresent() ? places.failed() : places.processed());
        steps.step("moved", file.file().key(), file.id());
        return switch (moved) {
            case DONE -> {
                tally.moved();
                yield failure.isPresent() ? End.FAILED : End.MOVED;
            }
            // Moved by an attempt that was broken off, or replaced by the producer: the new
            // version is another file.
            case GONE, CHANGED, OCCUPIED -> failure.isPresent() ? End.FAILED : End.MOVED;
        };
    }

    /// Never over another file: a name that is taken gets a number.
    private Moved moved(Leftover file, Place to) throws InterruptedException {
        var moved = places.incoming().move(file.file(), to, file.target());
        for (int n = 0; moved == Moved.OCCUPIED && n < OTHER_NAMES; n++) {
            moved =
                    places.incoming()
                            .move(
                                    file.file(),
                                    to,
                                    FittingName.of(
                                            file.target(),
                                            "~" + file.id() + (n == 0 ? "" : "." + n)));
        }
        if (moved == Moved.OCCUPIED) {
            throw LodeException.resource(
                    to.name()
                            + ": holds other files called \""
                            + file.target()
                            + "\" already; nothing was moved over them; move them away");
        }
        return moved;
    }

    /// Files whose move failed, out of the list.
    List<Leftover> unmoved() {
        var all = new ArrayList<Leftover>();
        for (var file = unmoved.poll(); file != null; file = unmoved.poll()) {
            all.add(file);
        }
        return all;
    }

    boolean isEmpty() {
        return unmoved.isEmpty();
    }

    /// How many could not be moved so far.
    int size() {
        return unmoved.size();
    }

    /// Whether nothing was moved for so long, and something is left.
    boolean stuckFor(Duration time) {
        return !unmoved.isEmpty() && System.nanoTime() - lastMoved.get() > time.toNanos();
    }
}
