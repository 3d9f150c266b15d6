package dev.lode.testkit.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// The folder that holds the servers of this JVM, and dies with it. A watchdog process waits for
/// the end of a pipe that only this JVM holds: when the JVM ends, however it ends, the watchdog
/// ends the servers and removes the folder. What a watchdog left that was killed itself, the next
/// JVM removes.
final class TestFolder {
    private static final String PREFIX = "jvm-";

    /// `$0` is the folder. Servers are told to quit at once, and given five seconds for it.
    private static final String REMOVE =
            """
            servers=
            for file in "$0"/*/data/postmaster.pid; do
              [ -f "$file" ] && servers="$servers $(head -n 1 "$file")"
            done
            kill -QUIT $servers 2>/dev/null
            tries=0
            for server in $servers; do
              while kill -0 "$server" 2>/dev/null && [ $tries -lt 50 ]; do sleep 0.1; tries=$((tries + 1)); done
            done
            rm -rf "$0"
            """;

    private static final TestFolder OURS = make();

    private final Path folder;
    private final Process watchdog;
    private final AtomicInteger servers = new AtomicInteger();

    private TestFolder(Path folder, Process watchdog) {
        this.folder = folder;
        this.watchdog = watchdog;
    }

    /// A name in the folder of this JVM that no server had before.
    static Path fresh(String name) {
        if (!OURS.watchdog.isAlive()) {
            throw new IllegalStateException(
                    "the watchdog of " + OURS.folder + " has ended before its JVM");
        }
        return OURS.folder.resolve(name + OURS.servers.incrementAndGet());
    }

    /// Where unpacked programs are kept from one JVM to the next.
    static Path binaries() {
        return root().resolve("binaries");
    }

    /// Short, because the path of a Unix socket must be; with the user's name, because others have
    /// tests as well.
    private static Path root() {
        return Path.of(
                System.getProperty("java.io.tmpdir"),
                "lode-test-" + System.getProperty("user.name"));
    }

    private static TestFolder make() {
        try {
            Path root = root();
            Files.createDirectories(root);
            Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx--x--x"));
            removeLeftovers(root);
            Path folder = root.resolve(PREFIX + identity(ProcessHandle.current()));
            // First the watchdog, so that there is no moment at which a server has none.
            Process watchdog = shell("read line\n" + REMOVE, folder);
            Files.createDirectory(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
            return new TestFolder(folder, watchdog);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void removeLeftovers(Path root) throws IOException {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(root, PREFIX + "*")) {
            for (Path folder : folders) {
                String identity = String.valueOf(folder.getFileName()).substring(PREFIX.length());
                long pid = Long.parseLong(identity.substring(0, identity.indexOf('-')));
                boolean alive =
                        ProcessHandle.of(pid)
                                .filter(process -> identity(process).equals(identity))
                                .isPresent();
                if (!alive) {
                    shell(REMOVE, folder);
                }
            }
        }
    }

    /// Process ids are used again, but not with the same start time.
    private static String identity(ProcessHandle process) {
        long start = process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
        return process.pid() + "-" + start;
    }

    private static Process shell(String script, Path folder) throws IOException {
        var command = new ArrayList<String>();
        if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
            // Ctrl-C at the terminal ends the JVM; its watchdog must outlive it.
            command.add("/usr/bin/setsid");
        }
        command.addAll(List.of("/bin/sh", "-c", script, folder.toString()));
        return new ProcessBuilder(command)
                .directory(Path.of("/").toFile())
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD)
                .start();
    }
}
