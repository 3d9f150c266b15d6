package dev.lode.postgres.space;

import dev.lode.core.ByteSize;
import dev.lode.core.LodeException;
import dev.lode.core.TableName;
import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;
import dev.lode.postgres.Connections;
import dev.lode.postgres.PostgresErrors;
import dev.lode.postgres.Sql;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/// Watches the database's disk for a run, and pauses it between splits before the disk is full:
/// when the database grew by more than it may, when one of its disks has less free than the
/// reserve, or when the server itself said that it is full (53100). It goes on by itself when there
/// is room.
///
/// A pause is told as a note and stands in the run's row of the ledger. Looks at the disk every
/// [SpaceLimits#check], and earlier when what was loaded since the last look might have used up
/// what was left. Thread safe; all workers of a run share one.
public final class SpaceWatch {
    /// The database's own indexes, headers and WAL make more of a byte than it was in the file.
    private static final int BYTES_PER_LOADED = 4;

    /// What was measured.
    private record Look(long grown, Optional<DatabaseDisks.Free> free) {}

    private final Connections connections;
    private final String applicationName;
    private final long run;
    private final SpaceLimits limits;
    private final RunListener listener;
    private final DatabaseDisks disks;
    private final long sizeBefore;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Pause> pauses = new ConcurrentLinkedDeque<>();
    private final AtomicInteger begun = new AtomicInteger();
    private long looked;
    private long headroom;
    private long loadedSince;

    // The run waits for room once, not once for each of its tables.
    private volatile boolean exhausted;

    private SpaceWatch(
            Connections connections,
            String applicationName,
            long run,
            SpaceLimits limits,
            RunListener listener,
            DatabaseDisks disks,
            long sizeBefore) {
        this.connections = connections;
        this.applicationName = applicationName;
        this.run = run;
        this.limits = limits;
        this.listener = listener;
        this.disks = disks;
        this.sizeBefore = sizeBefore;
    }

    /// Begins to watch; the database may grow from here.
    ///
    /// @param applicationName of the run's connections
    /// @param tables that are written
    public static SpaceWatch begin(
            Connections connections,
            String applicationName,
            long run,
            SpaceLimits limits,
            Collection<TableName> tables,
            RunListener listener)
            throws SQLException {
        try (var brief = connections.brief(applicationName)) {
            var watch =
                    new SpaceWatch(
                            connections,
                            applicationName,
                            run,
                            limits,
                            listener,
                            DatabaseDisks.find(brief.connection(), tables),
                            size(brief.connection()));
            brief.done();
            return watch;
        }
    }

    /// Before a split is loaded; returns when there is room for it.
    ///
    /// @param bytes decoded bytes of the split
    /// @throws LodeException of kind RESOURCE when there was none for too long
    public void awaitRoom(long bytes) throws SQLException, InterruptedException {
        awaitRoom(bytes, Optional.empty());
    }

    /// The same for who has a connection already, and need not wait for another one.
    ///
    /// @param own outside of a transaction, auto-commit off; is left so
    public void awaitRoom(long bytes, Optional<Connection> own)
            throws SQLException, InterruptedException {
        lock.lockInterruptibly();
        try {
            loadedSince += bytes;
            long now = System.nanoTime();
            boolean due =
                    looked == 0
                            || now - looked >= limits.check().toNanos()
                            || loadedSince * BYTES_PER_LOADED >= headroom;
            if (!due) {
                return;
            }
            Pause pause = null;
            for (var trouble = look(own); trouble.isPresent(); trouble = look(own)) {
                if (pause == null) {
                    pause = pause(trouble.get());
                }
                pause.waitOnce();
            }
            if (pause != null) {
                pause.end();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Begins a pause; the caller asks again after each [Pause#waitOnce].
    ///
    /// @param why without an end: what was found
    public Pause pause(String why) {
        return new Pause(why);
    }

    /// Why nothing is loaded now; empty while there is room.
    public Optional<String> paused() {
        return Optional.ofNullable(pauses.peekFirst()).map(pause -> pause.why);
    }

    /// A time in which nothing is loaded. Belongs to one thread. Of several at the same time the
    /// first is told, and the end of the last.
    public final class Pause {
        private final String why;
        private final long since = System.nanoTime();

        private Pause(String why) {
            this.why = why;
            if (begun.incrementAndGet() > 1) {
                pauses.addLast(this);
                return;
            }
            pauses.addFirst(this);
            listener.on(
                    new RunEvent.Note(
                            true,
                            why
                                    + "; paused, what was committed is safe; make room, it goes on"
                                    + " by itself; waits "
                                    + (limits.patience().equals(SpaceLimits.FOREVER) ? "" : "for ")
                                    + words(limits.patience())));
            status("paused: " + why);
        }

        /// @throws LodeException of kind RESOURCE when it lasts too long, and at once where it did
        ///   so before in this run and there was no room since
        public void waitOnce() throws InterruptedException {
            if (exhausted
                    || Duration.ofNanos(System.nanoTime() - since).compareTo(limits.patience())
                            > 0) {
                exhausted = true;
                abandon();
                throw LodeException.resource(
                        why
                                + "; waited "
                                + words(limits.patience())
                                + " for room, then stopped; what was committed is safe; make room"
                                + " and run the same command again, it goes on from here");
            }
            try {
                Thread.sleep(limits.check());
            } catch (InterruptedException e) {
                abandon();
                throw e;
            }
        }

        /// The step ended otherwise: whether there is room is not known.
        public void abandon() {
            if (pauses.remove(this)) {
                begun.decrementAndGet();
            }
        }

        /// There is room.
        public void end() {
            exhausted = false;
            if (pauses.remove(this) && begun.decrementAndGet() > 0) {
                return;
            }
            listener.on(
                    new RunEvent.Note(
                            false,
                            "the database has room again after "
                                    + words(Duration.ofNanos(System.nanoTime() - since))
                                    + "; going on"));
            status(null);
        }
    }

    private static String words(Duration time) {
        return time.equals(SpaceLimits.FOREVER) ? "as long as it takes" : time.toSeconds() + " s";
    }

    /// The run's row says what is going on, for `lode status`. It is no reason to fail if a server
    /// without room cannot even note that.
    private void status(@Nullable String message) {
        try (var brief = connections.brief(applicationName)) {
            Sql.update(
                    brief.connection(),
                    "UPDATE lode.run SET message = ? WHERE id = ? AND state = 'running'",
                    message,
                    run);
            brief.done();
        } catch (SQLException e) {
            listener.on(
                    new RunEvent.Note(
                            true,
                            "the ledger cannot note the pause of run "
                                    + run
                                    + " ("
                                    + PostgresErrors.text(e)
                                    + ")"));
        }
    }

    private long size(Optional<Connection> own) throws SQLException {
        if (own.isPresent()) {
            long size = size(own.get());
            own.get().rollback();
            return size;
        }
        try (var brief = connections.brief(applicationName)) {
            long size = size(brief.connection());
            brief.done();
            return size;
        }
    }

    /// What speaks against loading on, if anything does.
    private Optional<String> look(Optional<Connection> own) throws SQLException {
        var now = new Look(size(own) - sizeBefore, disks.fullest());
        looked = System.nanoTime();
        loadedSince = 0;
        long left = Long.MAX_VALUE;
        if (limits.growth().isPresent()) {
            left = limits.growth().get().bytes() - now.grown();
            if (left <= 0) {
                return Optional.of(
                        "the database has grown by "
                                + ByteSize.of(now.grown())
                                + " in this run, "
                                + limits.growth().get()
                                + " are allowed (--db-space)");
            }
        }
        if (now.free().isPresent()) {
            var free = now.free().get();
            long above = free.bytes().bytes() - limits.reserve().bytes();
            left = Math.min(left, above);
            if (above < 0) {
                return Optional.of(
                        free.folder()
                                + ": the database's disk has "
                                + free.bytes()
                                + " free, "
                                + limits.reserve()
                                + " are to stay free (--db-reserve)");
            }
        }
        headroom = left;
        return Optional.empty();
    }

    /// The database with its WAL, as far as the role may ask for that.
    private static long size(Connection connection) throws SQLException {
        long data = Sql.number(connection, "SELECT pg_database_size(current_database())");
        boolean mayAsk =
                Sql.number(
                                connection,
                                "SELECT has_function_privilege('pg_ls_waldir()',"
                                        + " 'EXECUTE')::integer")
                        > 0;
        return data
                + (mayAsk
                        ? Sql.number(
                                connection, "SELECT coalesce(sum(size), 0) FROM pg_ls_waldir()")
                        : 0);
    }
}
