package dev.lode.bench;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/// What a benchmark works with: a folder of its own, a server of its own, data, Lode, and a way to
/// tell what it does. Everything but the data is gone after [#close]. Not thread safe.
public final class Bench implements AutoCloseable {
    private final Options options;
    private final Options.Folders folders;
    private final Calibration calibration;
    private final PrintStream out;
    private final Path folder;
    private final Corpora corpora;
    private @Nullable Server server;

    Bench(Options options, Options.Folders folders, Calibration calibration, PrintStream out)
            throws IOException {
        this.options = options;
        this.folders = folders;
        this.calibration = calibration;
        this.out = out;
        Files.createDirectories(folders.data());
        folder = Files.createTempDirectory(folders.data(), "run-");
        corpora = new Corpora(folders.data(), out::println);
        Files.createDirectories(folder.resolve("root"));
    }

    public Options options() {
        return options;
    }

    /// The checkout.
    public Path home() {
        return folders.home();
    }

    /// What a command beside the benchmarks brought to their data, such as `bench/spark/fetch`.
    public Path brought(String name) {
        return folders.data().resolve(name);
    }

    /// What belongs to the benchmarks themselves: packs and schemas, programs of other sides.
    public Path own(String name) {
        return folders.own(name);
    }

    /// Empty at first, removed at the end.
    public Path folder() {
        return folder;
    }

    public Calibration calibration() {
        return calibration;
    }

    public Corpora corpora() {
        return corpora;
    }

    /// One line for the person who waits.
    public void say(String line) {
        out.println(line);
    }

    /// The server of this benchmark, started at the first call.
    public Server server() throws NotHere {
        if (server == null) {
            server = Server.start(folder, options.tuned());
            say("server: PostgreSQL " + server.version() + ", " + server.settings());
        }
        return server;
    }

    /// The command `lode` of this checkout.
    public Lode lode() {
        return new Lode(folders.home(), folders.own("packs"), folder);
    }

    /// Ends the server and removes the folder.
    @Override
    public void close() throws IOException {
        if (server != null) {
            server.close();
        }
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
