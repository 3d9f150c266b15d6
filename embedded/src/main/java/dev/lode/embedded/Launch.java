package dev.lode.embedded;

import dev.lode.core.LodeException;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// One attempt to start the server, as a process that outlives us and does not get our terminal's
/// Ctrl-C: in a session of its own, by `setsid`, or where the system has none (macOS) by `pg_ctl`,
/// which makes one itself.
final class Launch {
    private static final Duration PG_CTL_LIMIT = Duration.ofSeconds(30);

    /// After `pg_ctl` the server's own process is nobody's child, so an early death shows only as a
    /// missing file.
    private static final Duration PG_CTL_GRACE = Duration.ofSeconds(5);

    private final ServerLog log;
    private final long logStart;
    private final Process process;
    private final boolean detachedItself;
    private final Waiting grace = Waiting.atMost(PG_CTL_GRACE);

    private Launch(ServerLog log, long logStart, Process process, boolean detachedItself) {
        this.log = log;
        this.logStart = logStart;
        this.process = process;
        this.detachedItself = detachedItself;
    }

    /// @param setsid the program, empty to let `pg_ctl` do it
    static Launch start(
            Installation programs, RunAs account, Path data, ServerLog log, Optional<Path> setsid)
            throws IOException {
        List<String> server =
                setsid.isPresent()
                        ? List.of(programs.program("postgres"), "-D", data.toString())
                        : List.of(programs.program("pg_ctl"), "start", "-W", "-D", data.toString());
        var command = new ArrayList<String>();
        setsid.map(Path::toString).ifPresent(command::add);
        command.addAll(account.command(server));
        long logStart = log.size();
        Process process =
                Command.builder(command, Path.of("/"))
                        .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                        .redirectOutput(Redirect.appendTo(log.file().toFile()))
                        .redirectErrorStream(true)
                        .start();
        var launch = new Launch(log, logStart, process, setsid.isEmpty());
        if (launch.detachedItself) {
            launch.awaitPgCtl();
        }
        return launch;
    }

    private void awaitPgCtl() {
        try {
            if (!process.waitFor(PG_CTL_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw LodeException.resource(
                        "embedded PostgreSQL: pg_ctl not done after "
                                + PG_CTL_LIMIT.toSeconds()
                                + " s; ended it; look at \""
                                + log.file()
                                + "\" and start again");
            }
        } catch (InterruptedException e) {
            throw Waiting.interrupted(e);
        }
    }

    /// Whether the server ended before it was ready, seen while its process file names no living
    /// server.
    boolean died() {
        if (detachedItself) {
            return process.exitValue() != 0 || grace.over();
        }
        return !process.isAlive();
    }

    /// What the server has said since this launch.
    List<String> said() throws IOException {
        return log.tail(logStart);
    }
}
