package dev.lode.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A folder for the servers of one test, which every user may enter, and what the tests need around
/// it. At its end every server below is killed and the folder removed.
final class Place implements AutoCloseable {
    private final Path root;

    private Place(Path root) {
        this.root = root;
    }

    static Place make() {
        try {
            // Short: the path of a Unix socket must be.
            Path root = Files.createTempDirectory("lode-emb").toRealPath();
            Folders.permit(root, "rwxr-xr-x");
            return new Place(root);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The folder of the server that most tests use.
    Path folder() {
        return root.resolve("pg");
    }

    Path path(String name) {
        return root.resolve(name);
    }

    /// Unpacked programs stay from one run of the tests to the next, as in the testkit.
    static Path binaries() {
        return Path.of(
                System.getProperty("java.io.tmpdir"),
                "lode-test-" + System.getProperty("user.name"),
                "binaries");
    }

    /// Not synced, since the machine survives the tests; patient at the end, so that "ended" is a
    /// fact.
    static EmbeddedSettings fast() {
        return EmbeddedSettings.standard()
                .withBinariesFolder(binaries())
                .withStopPatience(Duration.ofSeconds(60))
                .withStartTimeout(Duration.ofSeconds(120))
                .with("shared_buffers", "32MB")
                .with("fsync", "off");
    }

    static boolean root() {
        return "root".equals(System.getProperty("user.name"));
    }

    @Override
    public void close() throws IOException {
        List<Path> folders = new ArrayList<>();
        try (var below = Files.list(root)) {
            below.filter(folder -> Files.isDirectory(folder.resolve("data"))).forEach(folders::add);
        }
        for (Path folder : folders) {
            var server = Postmaster.read(folder.resolve("data"));
            if (server.isPresent() && server.get().alive()) {
                server.get().signal("QUIT");
                server.get().awaitEnd(Duration.ofSeconds(30));
            }
        }
        Folders.remove(root);
    }
}
