package dev.lode.testkit.postgres;

import dev.lode.embedded.EmbeddedServer;
import dev.lode.embedded.EmbeddedSettings;
import dev.lode.embedded.PostgresBinaries;
import dev.lode.embedded.ServerAddress;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/// A PostgreSQL server for tests. Its port and its data stay the same whatever happens to it. Not
/// thread safe, but its databases may be used from any thread.
public final class TestServer implements AutoCloseable {
    /// The default time zone of the server and of [Db#connect]: 12:45 h or 13:45 h before UTC, so
    /// that whoever confuses local time with UTC, or hours with offsets, is a day or a quarter of
    /// an hour off.
    public static final String TIME_ZONE = "Pacific/Chatham";

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ServerKind kind;
    private final Path folder;
    private final EmbeddedSettings settings;
    private final AtomicInteger databases = new AtomicInteger();
    private EmbeddedServer server;

    private TestServer(
            ServerKind kind, Path folder, EmbeddedSettings settings, EmbeddedServer server) {
        this.kind = kind;
        this.folder = folder;
        this.settings = settings;
        this.server = server;
    }

    static TestServer start(ServerKind kind, PostgresBinaries binaries) {
        Path folder = TestFolder.fresh(kind.folderName());
        var settings = settings(kind, binaries);
        return new TestServer(kind, folder, settings, EmbeddedServer.open(folder, settings));
    }

    private static EmbeddedSettings settings(ServerKind kind, PostgresBinaries binaries) {
        var settings =
                EmbeddedSettings.standard()
                        .withBinaries(binaries)
                        .withBinariesFolder(TestFolder.binaries())
                        .withStartTimeout(Duration.ofMinutes(2))
                        .withStopPatience(PATIENCE)
                        .with("timezone", TIME_ZONE)
                        .with("shared_buffers", "64MB")
                        .with("max_wal_size", "1GB")
                        .with("max_connections", "100")
                        // Locks of prepared transactions, as some users have them.
                        .with("max_prepared_transactions", "10");
        if (!kind.minimalWal()) {
            settings = settings.with("wal_level", "replica").with("max_wal_senders", "5");
        }
        // Commits stay synchronous: what was committed must survive the death of the server's
        // processes.
        return kind.durable()
                ? settings
                : settings.with("fsync", "off").with("full_page_writes", "off");
    }

    public ServerKind kind() {
        return kind;
    }

    public ServerAddress address() {
        return server.address();
    }

    /// The process id of the server, another one after each start.
    public long pid() {
        return server.pid();
    }

    /// Its folder: `data/` with PostgreSQL's files, `server.log`.
    public Path folder() {
        return folder;
    }

    /// An empty database that no other test has; removed by [Db#close].
    public Db freshDatabase() {
        String name = "t" + databases.incrementAndGet();
        main().run("CREATE DATABASE " + name);
        return new Db(address(), name, "public", kind);
    }

    /// A database of its own with the content of another, to which nobody is connected; removed by
    /// [Db#close].
    public Db copyOf(Db template) {
        String name = "t" + databases.incrementAndGet();
        main().run("CREATE DATABASE " + name + " TEMPLATE " + template.database());
        return new Db(address(), name, "public", kind);
    }

    /// A new schema in a database that all tests share: the fastest; removed by [Db#close].
    public Db freshSchema() {
        String name = "s" + databases.incrementAndGet();
        main().run("CREATE SCHEMA " + name);
        return new Db(address(), address().database(), name, kind);
    }

    /// The database `lode` that every server has.
    private Db main() {
        return new Db(address(), address().database(), "public", kind);
    }

    /// Ends all sessions of clients, as an operator does with `pg_terminate_backend`.
    ///
    /// @return how many there were
    public int terminateBackends() {
        return Integer.parseInt(
                main().value(
                                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                                    + " WHERE pid <> pg_backend_pid() AND backend_type = 'client"
                                    + " backend'"));
    }

    /// SIGKILL to the server and all its processes at once, as when its container dies or its
    /// memory is gone. It stays down until [#up].
    public void down() {
        ProcessHandle postmaster = ProcessHandle.of(server.pid()).orElseThrow();
        List<ProcessHandle> all =
                Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(TestServer::awaitEnd);
    }

    /// Starts it after [#down] or [#stop]; it recovers by itself.
    public void up() {
        EmbeddedServer before = server;
        server = EmbeddedServer.open(folder, settings);
        before.close();
    }

    /// [#down], then [#up].
    public void kill() {
        down();
        up();
    }

    /// An orderly end, which breaks off all sessions; it stays down until [#up].
    public void stop() {
        EmbeddedServer.Stopped stopped = EmbeddedServer.stop(folder, settings, true);
        if (stopped != EmbeddedServer.Stopped.ENDED) {
            throw new IllegalStateException(
                    "the server in " + folder + " did not end in " + PATIENCE + ": " + stopped);
        }
    }

    /// [#stop], then [#up].
    public void restart() {
        stop();
        up();
    }

    /// Ends the server. Servers of [PostgresServers#shared] are not closed: they end with the JVM.
    @Override
    public void close() {
        server.close();
    }

    /// A process that is dead but not collected by its parent yet (a zombie) has ended: `onExit`
    /// would wait for the parent.
    private static void awaitEnd(ProcessHandle process) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (process.isAlive() && !zombie(process)) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException(
                        "process " + process.pid() + " survived SIGKILL for " + PATIENCE);
            }
            Thread.onSpinWait();
        }
    }

    private static boolean zombie(ProcessHandle process) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
            return stat.contains(") Z ");
        } catch (IOException e) {
            // Gone meanwhile, or no /proc on this system: isAlive decides.
            return false;
        }
    }
}
