package dev.lode.embedded;

import dev.lode.core.LodeException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A server process as its file `postmaster.pid` describes it. The file may be stale: ask [#alive].
///
/// Lines since PostgreSQL 10: process id, data folder, start time, port, socket folder, listen
/// address, key and id of the shared memory, state (`src/include/utils/pidfile.h`).
///
/// @param data the data folder, as the server was started with
/// @param port 0 while it is not written yet
/// @param sharedMemory its id, -1 while it is not written yet
/// @param state `starting`, `ready`, `stopping`, or empty while it is not written yet
record Postmaster(long pid, Path data, int port, long sharedMemory, String state) {
    private static final String FILE = "postmaster.pid";

    /// @return empty when there is no such file, or when it is half written
    static Optional<Postmaster> read(Path data) throws IOException {
        try {
            List<String> lines = Files.readAllLines(data.resolve(FILE));
            if (lines.isEmpty() || number(lines.getFirst()) <= 1) {
                return Optional.empty();
            }
            String memory = line(lines, 6);
            return Optional.of(
                    new Postmaster(
                            number(lines.getFirst()),
                            data,
                            (int) Math.max(0, number(line(lines, 3))),
                            number(memory.substring(memory.lastIndexOf(' ') + 1)),
                            line(lines, 7)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    boolean ready() {
        return state.equals("ready");
    }

    boolean stopping() {
        return state.equals("stopping");
    }

    /// Whether this very server runs: the process lives, is no zombie (a dead process that nobody
    /// has collected yet) and names our data folder, so that a process id given to somebody else
    /// does not count.
    boolean alive() {
        return Processes.alive(pid)
                && Processes.commandLine(pid)
                        .map(line -> line.contains(data.toString()))
                        .orElse(true);
    }

    /// Sends a signal if the server still lives: `INT` ends all sessions and writes everything out,
    /// `QUIT` ends at once and leaves the rest to recovery.
    void signal(String name) {
        if (alive()) {
            Command.run(
                    List.of("/bin/sh", "-c", "kill -" + name + " \"$0\"", Long.toString(pid)),
                    Path.of("/"),
                    Duration.ofSeconds(10));
        }
    }

    /// @return whether it has ended within `limit`
    boolean awaitEnd(Duration limit) {
        Waiting waiting = Waiting.atMost(limit);
        while (alive()) {
            if (waiting.over()) {
                return false;
            }
            waiting.pause(5);
        }
        return true;
    }

    /// Removes the file of a server that is dead, whose process id now belongs to a stranger:
    /// PostgreSQL would take the stranger for the server. Refused while any process is attached to
    /// the dead server's memory.
    void forget() throws IOException {
        if (alive() || Processes.attachedTo(sharedMemory)) {
            throw LodeException.resource(
                    "\""
                            + data
                            + "\": processes of a PostgreSQL server that died still use it; not"
                            + " started; end the processes named \"postgres\" of that folder and"
                            + " start again");
        }
        Files.deleteIfExists(data.resolve(FILE));
    }

    private static String line(List<String> lines, int index) {
        return index < lines.size() ? lines.get(index).strip() : "";
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
