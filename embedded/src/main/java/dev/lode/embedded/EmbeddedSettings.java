package dev.lode.embedded;

import dev.lode.core.ByteSize;
import dev.lode.core.LodeException;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// How an [EmbeddedServer] is made, started and stopped.
///
/// @param binaries the programs; [PostgresBinaries#ofThisMachine] unless there is a reason
/// @param binariesFolder where they are unpacked; empty: `binaries` in the server's folder. Give
///   one to share it between several servers
/// @param server settings of PostgreSQL that come after Lode's own and win, such as
///   `shared_buffers` to `1GB`; they take effect when the server starts, not for one that runs
///   already
/// @param startTimeout how long a start, with the recovery after a crash, may take, and how long
///   another process is waited for that starts or stops the server
/// @param stopPatience how long the last user waits for the server to end; it goes on ending
///   without us after that
/// @param logLimit how large `server.log` may be when it is looked at (at start, open and close);
///   as much is kept once more
/// @param notes told what takes long, in words for a person: `unpacking PostgreSQL`
public record EmbeddedSettings(
        PostgresBinaries binaries,
        Optional<Path> binariesFolder,
        Map<String, String> server,
        Duration startTimeout,
        Duration stopPatience,
        ByteSize logLimit,
        Consumer<String> notes) {

    public EmbeddedSettings {
        server = Map.copyOf(server);
        for (String name : server.keySet()) {
            if (!name.matches("[A-Za-z_][A-Za-z0-9_.]*")) {
                throw LodeException.usage(
                        "\""
                                + name
                                + "\" is not the name of a setting of PostgreSQL; nothing was"
                                + " started");
            }
        }
        if (startTimeout.isNegative() || startTimeout.isZero() || stopPatience.isNegative()) {
            throw LodeException.usage(
                    "embedded PostgreSQL: start timeout "
                            + startTimeout
                            + ", stop patience "
                            + stopPatience
                            + "; the first must be above zero, the second not below");
        }
    }

    /// The programs of this build, ten minutes to start, one second to stop, 10 MiB of log, no
    /// notes.
    ///
    /// @throws LodeException RESOURCE when this build holds no programs for this machine
    public static EmbeddedSettings standard() {
        return new EmbeddedSettings(
                PostgresBinaries.ofThisMachine(),
                Optional.empty(),
                Map.of(),
                Duration.ofMinutes(10),
                Duration.ofSeconds(1),
                ByteSize.mebibytes(10),
                _ -> {});
    }

    public EmbeddedSettings withBinaries(PostgresBinaries other) {
        return new EmbeddedSettings(
                other, binariesFolder, server, startTimeout, stopPatience, logLimit, notes);
    }

    public EmbeddedSettings withBinariesFolder(Path folder) {
        return new EmbeddedSettings(
                binaries, Optional.of(folder), server, startTimeout, stopPatience, logLimit, notes);
    }

    /// One more setting of PostgreSQL.
    public EmbeddedSettings with(String name, String value) {
        var more = new LinkedHashMap<>(server);
        more.put(name, value);
        return new EmbeddedSettings(
                binaries, binariesFolder, more, startTimeout, stopPatience, logLimit, notes);
    }

    public EmbeddedSettings withStartTimeout(Duration limit) {
        return new EmbeddedSettings(
                binaries, binariesFolder, server, limit, stopPatience, logLimit, notes);
    }

    public EmbeddedSettings withStopPatience(Duration limit) {
        return new EmbeddedSettings(
                binaries, binariesFolder, server, startTimeout, limit, logLimit, notes);
    }

    public EmbeddedSettings withLogLimit(ByteSize limit) {
        return new EmbeddedSettings(
                binaries, binariesFolder, server, startTimeout, stopPatience, limit, notes);
    }

    public EmbeddedSettings withNotes(Consumer<String> listener) {
        return new EmbeddedSettings(
                binaries, binariesFolder, server, startTimeout, stopPatience, logLimit, listener);
    }
}
