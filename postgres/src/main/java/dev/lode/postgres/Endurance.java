package dev.lode.postgres;

import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;
import dev.lode.postgres.space.SpaceWatch;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/// Does a step of a run once more when the server had no room or no connection for it, or was away:
/// indexes are built for hours, and neither is a reason to give up what is done. Thread safe.
public final class Endurance {
    /// Gives up at once.
    public static final Endurance NONE =
            new Endurance(Optional::empty, Duration.ZERO, RunListener.SILENT, () -> {});

    private static final Duration RECONNECT_PAUSE = Duration.ofMillis(200);

    private final Supplier<Optional<SpaceWatch>> space;
    private final Duration away;
    private final RunListener listener;
    private final StillOurs ours;
    private final Optional<Outage> ofAll;

    /// @param space asked when it is needed; empty where a full disk ends the run
    /// @param away how long a lost server is waited for
    /// @param ours before a step that lost the server is done once more
    public Endurance(
            Supplier<Optional<SpaceWatch>> space,
            Duration away,
            RunListener listener,
            StillOurs ours) {
        this(space, away, listener, ours, Optional.empty());
    }

    private Endurance(
            Supplier<Optional<SpaceWatch>> space,
            Duration away,
            RunListener listener,
            StillOurs ours,
            Optional<Outage> ofAll) {
        this.space = space;
        this.away = away;
        this.listener = listener;
        this.ours = ours;
        this.ofAll = ofAll;
    }

    /// The same for the steps of one run, which wait together: once for a server that stays away.
    /// Whoever tries on for ever waits each time.
    public Endurance ofOneRun() {
        return new Endurance(space, away, listener, ours, Optional.of(new Outage()));
    }

    /// Asks over a connection of its own whether the run may still write.
    @FunctionalInterface
    public interface StillOurs {
        /// @throws SQLException when the server cannot be asked
        /// @throws dev.lode.core.LodeException of kind RESOURCE when it may not
        void check() throws SQLException;
    }

    /// What is done, over connections of its own.
    @FunctionalInterface
    public interface Attempt<T> {
        T once() throws SQLException, InterruptedException;
    }

    /// Of a step that finds out by itself what of it is done: it may have been committed though the
    /// server did not come to say so.
    ///
    /// @param doing for messages, such as `opinions: building index x`
    /// @throws SQLException when it failed for another reason, or the server stayed away
    /// @throws dev.lode.core.LodeException of kind RESOURCE when there was no room for too long
    public <T> T through(String doing, Attempt<T> attempt)
            throws SQLException, InterruptedException {
        return endure(doing, attempt, false);
    }

    /// Of a step that is one transaction ([dev.lode.postgres.ledger.Lease#transaction]): a server
    /// that is full, or went away before it was told to commit, has done nothing of it. Where it
    /// went away in between that is not known, so that ends it.
    ///
    /// @throws CommitUnknown in that case
    /// @throws SQLException when it failed for another reason, or the server stayed away
    /// @throws dev.lode.core.LodeException of kind RESOURCE when there was no room for too long
    public <T> T throughTransaction(String doing, Attempt<T> attempt)
            throws SQLException, InterruptedException {
        return endure(doing, attempt, true);
    }

    private <T> T endure(String doing, Attempt<T> attempt, boolean once)
            throws SQLException, InterruptedException {
        var trial = trial(doing, away);
        while (true) {
            try {
                if (trial.lostBefore()) {
                    ours.check();
                }
                T result = attempt.once();
                trial.done();
                return result;
            } catch (SQLException e) {
                if (once && e instanceof CommitUnknown) {
                    trial.leave();
                    throw e;
                }
                if (!trial.again(e)) {
                    throw e;
                }
            }
        }
    }

    /// No step of the run waits for a server that went away any longer, nor will a later one.
    public void giveUp() {
        ofAll.ifPresent(Outage::giveUp);
    }

    /// For those who go round by themselves.
    ///
    /// @param patience how long a lost server is waited for
    public Trial trial(String doing, Duration patience) {
        return new Trial(doing, patience);
    }

    /// The attempts of one step. Belongs to one thread.
    public final class Trial {
        private final String doing;
        private final Duration patience;
        private final Outage outage = ofAll.orElseGet(Outage::new);
        private SpaceWatch.@Nullable Pause pause;
        private long deadline;

        private Trial(String doing, Duration patience) {
            this.doing = doing;
            this.patience = patience;
        }

        /// Whether an attempt before lost the server.
        boolean lostBefore() {
            return deadline != 0;
        }

        /// Before an attempt that writes; returns when the server has room for it, as far as that
        /// can be seen.
        ///
        /// @param bytes decoded bytes that are written
        /// @param own a connection that the caller has, outside of a transaction
        /// @throws dev.lode.core.LodeException of kind RESOURCE when there was none for too long
        public void awaitRoom(long bytes, Optional<Connection> own)
                throws SQLException, InterruptedException {
            var room = space.get();
            if (room.isPresent() && pause == null) {
                room.get().awaitRoom(bytes, own);
            }
        }

        /// After a failed attempt: waits, and says whether there is to be another.
        ///
        /// @throws dev.lode.core.LodeException of kind RESOURCE when there was no room for too long
        public boolean again(SQLException e) throws InterruptedException {
            var room = space.get();
            if (room.isPresent() && PostgresErrors.isFull(e)) {
                if (pause == null) {
                    pause = room.get().pause(full(doing, e));
                }
                pause.waitOnce();
                return true;
            }
            // Who was interrupted has lost the connection on purpose.
            if (!(PostgresErrors.isLost(e) || PostgresErrors.isOutOfConnections(e))
                    || patience.isZero()
                    || Thread.currentThread().isInterrupted()) {
                leave();
                return false;
            }
            long now = System.nanoTime();
            long began = outage.since(now, patience.toNanos());
            if (deadline == 0) {
                deadline = now + patience.toNanos();
                // Who finds an outage that began before has nothing new to tell.
                if (began == now && !outage.givenUp()) {
                    listener.on(new RunEvent.Note(true, lost(doing, patience, e)));
                }
            }
            if (now > deadline || now - began > patience.toNanos() || outage.givenUp()) {
                leave();
                return false;
            }
            Thread.sleep(RECONNECT_PAUSE);
            return true;
        }

        /// There is no further attempt; whether there is room is not known.
        public void leave() {
            if (pause != null) {
                pause.abandon();
                pause = null;
            }
        }

        /// An attempt went well.
        public void done() {
            if (pause != null) {
                pause.end();
                pause = null;
            }
            outage.over();
        }
    }

    private static String full(String doing, SQLException e) {
        return doing + ": the server's disk is full (" + PostgresErrors.text(e) + ")";
    }

    private static String lost(String doing, Duration patience, SQLException e) {
        return doing
                + (PostgresErrors.isOutOfConnections(e)
                        ? ": the server has no connection left ("
                        : ": the server went away (")
                + PostgresErrors.text(e)
                + "); waiting for it up to "
                + patience.toSeconds()
                + " s, then this goes on";
    }
}
