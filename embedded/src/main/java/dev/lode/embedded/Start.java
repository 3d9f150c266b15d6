package dev.lode.embedded;

import dev.lode.core.LodeException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Finds the server of a folder running, or starts it. One loop, because a server may die, appear
/// or stop at any moment; to be run alone (see [SharedFolder]).
/// 1. A living server that is ready is taken as it is.
/// 2. One that is starting or stopping is waited for.
/// 3. A dead one's leftovers are ended and a new one is launched; it recovers what a crash left by
///    itself.
/// 4. A launch that failed for a reason that passes (port taken, a zombie, old sessions) is tried
///    again.
final class Start {
    private static final long POLL_MILLIS = 3;
    private static final long RETRY_MILLIS = 50;
    private static final int PORT_TRIES = 10;

    private final Path folder;
    private final Installation programs;
    private final Cluster cluster;
    private final EmbeddedSettings settings;
    private final ServerLog log;
    private final Optional<Path> setsid;
    private final PortChoice ports;
    private int portsTaken;
    private boolean launchedOnce;

    /// Chooses where to listen; the port may be taken all the same by the time the server starts.
    @FunctionalInterface
    interface PortChoice {
        /// @param last the port of last time, 0 for none
        int choose(int last) throws IOException;
    }

    /// @param setsid the program that detaches the server; empty where the system has none
    Start(
            Path folder,
            Installation programs,
            Cluster cluster,
            EmbeddedSettings settings,
            ServerLog log,
            Optional<Path> setsid,
            PortChoice ports) {
        this.folder = folder;
        this.programs = programs;
        this.cluster = cluster;
        this.settings = settings;
        this.log = log;
        this.setsid = setsid;
        this.ports = ports;
    }

    /// @throws LodeException RESOURCE when the server does not become ready in time, with the last
    ///   lines of its log
    Postmaster ready() throws IOException {
        Waiting waiting = Waiting.atMost(settings.startTimeout());
        Launch launch = null;
        while (!waiting.over()) {
            Optional<Postmaster> server = Postmaster.read(cluster.data()).filter(Postmaster::alive);
            if (server.isPresent()) {
                if (letsUsIn(server.get())) {
                    return server.get();
                }
            } else if (launch == null) {
                launch = launch();
            } else if (launch.died()) {
                afterDeath(launch);
                launch = null;
                waiting.pause(RETRY_MILLIS);
            }
            waiting.pause(POLL_MILLIS);
        }
        throw late(launch);
    }

    private boolean letsUsIn(Postmaster server) throws IOException {
        return server.ready() && new Login(server.port(), folder).knock() == Login.Outcome.IN;
    }

    private Launch launch() throws IOException {
        RunAs account = RunAs.ownerOf(cluster.data());
        if (!launchedOnce && Processes.endSessionsOf(cluster.data()) > 0) {
            settings.notes()
                    .accept("ended the sessions that a PostgreSQL server left when it died");
        }
        launchedOnce = true;
        removeOldPrograms();
        cluster.guard();
        Path sockets = folder.resolve("run");
        if (!Files.isDirectory(sockets)) {
            Files.createDirectory(sockets);
        }
        Folders.permit(sockets, "rwx------");
        RunAs.alike(sockets, cluster.data());
        int port = port();
        var conf =
                ServerConf.tuned(
                        programs.major(), port, sockets, cluster.data(), settings.server());
        Folders.write(folder.resolve("server.conf"), conf.text(), "rw-r--r--");
        return Launch.start(programs, account, cluster.data(), log, setsid);
    }

    /// Nothing runs now, so the programs of earlier builds of Lode serve nobody.
    private void removeOldPrograms() throws IOException {
        Path own = programs.bin().getParent();
        Path all = folder.resolve("binaries");
        if (own == null || !all.equals(own.getParent())) {
            return;
        }
        try (DirectoryStream<Path> places = Files.newDirectoryStream(all, Files::isDirectory)) {
            for (Path place : places) {
                if (!place.equals(own)) {
                    Folders.remove(place);
                }
            }
        }
    }

    private int port() throws IOException {
        Path file = folder.resolve("port");
        int last;
        try {
            last = portsTaken > 0 ? 0 : Integer.parseInt(Files.readString(file).strip());
        } catch (NoSuchFileException | NumberFormatException e) {
            // The first start, or not a file of ours: any port will do.
            last = 0;
        }
        int port = ports.choose(last);
        if (port != last) {
            Folders.write(file, port + "\n", "rw-r--r--");
        }
        return port;
    }

    /// The port of last time where it is free, so that addresses people noted stay true; else any
    /// free one.
    static int freePort(int last) throws IOException {
        return last > 0 && last < 65536 && free(last) ? last : anyFree();
    }

    private static boolean free(int port) {
        try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static int anyFree() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /// Returns when another launch may help.
    private void afterDeath(Launch launch) throws IOException {
        List<String> said = launch.said();
        if (mentions(said, "could not create any TCP/IP sockets", "could not bind")) {
            portsTaken++;
            if (portsTaken <= PORT_TRIES) {
                return;
            }
        } else if (mentions(said, "lock file \"postmaster.pid\" already exists")) {
            // A zombie goes by itself; a stranger who got the dead server's process id does not.
            Optional<Postmaster> stale = Postmaster.read(cluster.data());
            if (stale.isPresent() && Processes.alive(stale.get().pid())) {
                stale.get().forget();
            }
            return;
        } else if (mentions(said, "pre-existing shared memory block")) {
            Processes.endSessionsOf(cluster.data());
            return;
        }
        throw LodeException.resource(
                "\""
                        + folder
                        + "\": PostgreSQL "
                        + programs.version()
                        + " ended while starting; "
                        + log(said)
                        + "; nothing runs now; mend what it names and start again");
    }

    private LodeException late(@Nullable Launch launch) throws IOException {
        List<String> said =
                launch == null ? log.tail(Math.max(0, log.size() - 4096)) : launch.said();
        return LodeException.resource(
                "\""
                        + folder
                        + "\": PostgreSQL "
                        + programs.version()
                        + " is not ready after "
                        + settings.startTimeout().toSeconds()
                        + " s; "
                        + log(said)
                        + "; left as it is, a recovery goes on by itself; wait, or raise the start"
                        + " timeout, and start again");
    }

    private String log(List<String> said) {
        return "the end of \""
                + log.file()
                + "\": "
                + (said.isEmpty() ? "(empty)" : "\"" + String.join("\n    ", said) + "\"");
    }

    private static boolean mentions(List<String> lines, String... texts) {
        return lines.stream().anyMatch(line -> List.of(texts).stream().anyMatch(line::contains));
    }
}
