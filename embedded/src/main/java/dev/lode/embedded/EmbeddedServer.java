package dev.lode.embedded;

import dev.lode.core.LodeException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/// The PostgreSQL server that Lode brings along, in a folder of its own. It listens on 127.0.0.1
/// alone, asks everybody for a random password, syncs what it commits, runs without root's rights
/// and outlives the process that started it. Every Lode of the host that names the folder shares
/// it; the last one to [#close] stops it, unless it is to be [#keep]t.
///
/// The folder: `binaries/` (programs), `data/`, `run/` (private socket), `password` (0600), `port`,
/// `server.conf`, `server.log`, `host`, `keep`, and the two locks `start.lock` and `users.lock`.
///
/// A process that dies without [#close] leaves the server running; the next one finds it and takes
/// it over. There is no shutdown hook: close it after the last thing that needs it. Thread safe.
public final class EmbeddedServer implements AutoCloseable {
    /// What came of asking a server to stop.
    public enum Stopped {
        /// There was none.
        NOT_RUNNING,
        /// It has ended.
        ENDED,
        /// It was told to end and goes on ending: it writes out what it holds.
        ENDING,
        /// Others use it; it ends with the last of them.
        IN_USE,
    }

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    private final Path folder;
    private final EmbeddedSettings settings;
    private final ServerAddress address;
    private final long pid;
    private final AtomicBoolean open = new AtomicBoolean(true);

    private EmbeddedServer(
            Path folder, EmbeddedSettings settings, ServerAddress address, long pid) {
        this.folder = folder;
        this.settings = settings;
        this.address = address;
        this.pid = pid;
    }

    /// Takes the running server of `folder`, or makes and starts it, and counts as its user until
    /// [#close].
    ///
    /// @param folder made when absent; must be on a disk of this host
    /// @throws LodeException RESOURCE when the folder cannot be used, belongs to another host, user
    ///   or major version, or the server does not start; the message holds the end of its log
    public static EmbeddedServer open(Path folder, EmbeddedSettings settings) {
        return inFolder(
                folder,
                () -> {
                    Path real = made(folder);
                    var shared = SharedFolder.of(real);
                    return shared.alone(
                            settings.startTimeout(),
                            () -> {
                                EmbeddedServer server = openAlone(real, settings);
                                shared.join();
                                return server;
                            });
                });
    }

    private static EmbeddedServer openAlone(Path folder, EmbeddedSettings settings)
            throws IOException {
        var host = HostClaim.own();
        host.check(folder);
        var log = new ServerLog(folder.resolve("server.log"));
        log.trim(settings.logLimit());
        Path binaries = folder.resolve("binaries");
        Path under = settings.binariesFolder().orElse(binaries);
        if (!Files.isDirectory(under)) {
            settings.notes().accept("unpacking the programs of PostgreSQL");
        }
        Installation programs = settings.binaries().install(under);
        var cluster = new Cluster(folder, programs);
        cluster.removeLeftovers();
        if (!cluster.exists()) {
            settings.notes().accept("making a PostgreSQL " + programs.version() + " server");
            cluster.make(!"off".equals(settings.server().get("fsync")));
        }
        cluster.check();
        host.make(folder);
        Postmaster running =
                new Start(
                                folder,
                                programs,
                                cluster,
                                settings,
                                log,
                                Command.find("setsid"),
                                Start::freePort)
                        .ready();
        return new EmbeddedServer(
                folder,
                settings,
                new ServerAddress(running.port(), Cluster.password(folder)),
                running.pid());
    }

    /// The address of the server of `folder` if it runs; starts nothing and does not count as a
    /// user.
    ///
    /// @throws LodeException RESOURCE when the folder cannot be read
    public static Optional<ServerAddress> find(Path folder) {
        return inFolder(
                folder,
                () -> {
                    if (!Files.isDirectory(folder)) {
                        return Optional.empty();
                    }
                    Path real = folder.toRealPath();
                    Optional<Postmaster> running =
                            Postmaster.read(real.resolve("data"))
                                    .filter(Postmaster::ready)
                                    .filter(Postmaster::alive);
                    return running.isEmpty()
                            ? Optional.empty()
                            : Optional.of(
                                    new ServerAddress(
                                            running.get().port(), Cluster.password(real)));
                });
    }

    /// Forgets that the server is to be kept, and stops it.
    ///
    /// @param evenInUse stop it although others use it: their work fails and is taken up again
    ///   later
    /// @throws LodeException RESOURCE when the folder cannot be read or belongs to another host
    public static Stopped stop(Path folder, EmbeddedSettings settings, boolean evenInUse) {
        return inFolder(
                folder,
                () -> {
                    if (!Files.isDirectory(folder)) {
                        return Stopped.NOT_RUNNING;
                    }
                    Path real = folder.toRealPath();
                    var shared = SharedFolder.of(real);
                    return shared.alone(
                            settings.startTimeout(),
                            () -> {
                                HostClaim.own().check(real);
                                Files.deleteIfExists(real.resolve("keep"));
                                return shared.used() && !evenInUse
                                        ? Stopped.IN_USE
                                        : stopAlone(real, settings);
                            });
                });
    }

    private static Stopped stopAlone(Path folder, EmbeddedSettings settings) throws IOException {
        Optional<Postmaster> running =
                Postmaster.read(folder.resolve("data")).filter(Postmaster::alive);
        if (running.isEmpty()) {
            HostClaim.clear(folder);
            return Stopped.NOT_RUNNING;
        }
        running.get().signal("INT");
        if (!running.get().awaitEnd(settings.stopPatience())) {
            return Stopped.ENDING;
        }
        HostClaim.clear(folder);
        return Stopped.ENDED;
    }

    /// Lets the server run on after its last user has left, until [#stop].
    ///
    /// @throws LodeException RESOURCE when the folder cannot be written
    public void keep() {
        inFolder(
                folder,
                () -> {
                    Files.writeString(folder.resolve("keep"), "");
                    return folder;
                });
    }

    /// Leaves the server. The last one stops it, waiting no longer than the settings say. When
    /// another Lode is starting it at this moment, it is left to that one. Only the first call does
    /// anything.
    ///
    /// @throws LodeException RESOURCE when the folder cannot be read
    @Override
    public void close() {
        if (!open.compareAndSet(true, false)) {
            return;
        }
        var shared = SharedFolder.of(folder);
        inFolder(
                folder,
                () ->
                        shared.aloneWithin(
                                settings.stopPatience().plus(CLOSE_LIMIT),
                                () -> {
                                    new ServerLog(folder.resolve("server.log"))
                                            .trim(settings.logLimit());
                                    return shared.leave() && !Files.exists(folder.resolve("keep"))
                                            ? stopAlone(folder, settings)
                                            : Stopped.IN_USE;
                                }));
    }

    /// Where and how to connect.
    public ServerAddress address() {
        return address;
    }

    /// The process id of the server that [#open] found or started.
    public long pid() {
        return pid;
    }

    private static Path made(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
        }
        Path real = folder.toRealPath();
        // Others may pass through, because the server may run as another user; what is private
        // inside has its own rights.
        Folders.permit(real, "rwx--x--x");
        return real;
    }

    private static <T> T inFolder(Path folder, SharedFolder.Work<T> work) {
        try {
            return work.run();
        } catch (IOException e) {
            throw LodeException.resource(
                    "\""
                            + folder
                            + "\": the folder of the embedded PostgreSQL server cannot be used: "
                            + Folders.reason(e)
                            + "; choose another data root (--data-root), or set"
                            + " DATABASE_URL to use a server of your own",
                    e);
        }
    }
}
