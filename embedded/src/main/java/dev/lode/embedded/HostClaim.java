package dev.lode.embedded;

import dev.lode.core.LodeException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// The file `host`: which host runs the server of this folder. Process ids, memory and most locks
/// of another host cannot be seen, so two hosts on one shared volume would both start a server and
/// destroy the data.
///
/// @param name the host's name
/// @param machine its machine id, empty where the system has none
/// @param boot its boot id, empty where the system has none; another boot of the same machine may
///   take over
record HostClaim(String name, String machine, String boot) {
    private static final String FILE = "host";

    /// This host.
    static HostClaim own() {
        String name = firstLine(Path.of("/proc/sys/kernel/hostname"));
        if (name.isEmpty()) {
            name =
                    Command.find("hostname")
                            .map(
                                    program ->
                                            Command.run(
                                                            List.of(program.toString()),
                                                            Path.of("/"),
                                                            Duration.ofSeconds(10))
                                                    .output())
                            .orElse("unknown");
        }
        return new HostClaim(
                name,
                firstLine(Path.of("/etc/machine-id")),
                firstLine(Path.of("/proc/sys/kernel/random/boot_id")));
    }

    /// @throws LodeException RESOURCE when another host claims the folder
    void check(Path folder) throws IOException {
        HostClaim other = read(folder);
        if (other != null && !(other.name.equals(name) && other.machine.equals(machine))) {
            throw LodeException.resource(
                    "\""
                            + folder
                            + "\": its PostgreSQL server belongs to host \""
                            + other.name
                            + "\", this is \""
                            + name
                            + "\"; not started, since two hosts on one volume would destroy the"
                            + " data; choose a data root on a disk of this host, or, if \""
                            + other.name
                            + "\" runs it no more, remove the file \""
                            + folder.resolve(FILE)
                            + "\"");
        }
    }

    /// Writes the claim unless it stands there already.
    void make(Path folder) throws IOException {
        if (!this.equals(read(folder))) {
            Folders.write(
                    folder.resolve(FILE), name + "\n" + machine + "\n" + boot + "\n", "rw-r--r--");
        }
    }

    /// The server was seen to end: any host may start it again.
    static void clear(Path folder) throws IOException {
        Files.deleteIfExists(folder.resolve(FILE));
    }

    private static @Nullable HostClaim read(Path folder) throws IOException {
        try {
            List<String> lines = Files.readAllLines(folder.resolve(FILE));
            return lines.size() < 3
                    ? null
                    : new HostClaim(lines.get(0), lines.get(1), lines.get(2));
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private static String firstLine(Path file) {
        try {
            return Files.readString(file).lines().findFirst().orElse("").strip();
        } catch (IOException e) {
            return "";
        }
    }
}
