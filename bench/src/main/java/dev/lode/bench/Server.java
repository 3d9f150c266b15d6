package dev.lode.bench;

import dev.lode.embedded.EmbeddedServer;
import dev.lode.embedded.EmbeddedSettings;
import dev.lode.embedded.PostgresBinaries;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/// A PostgreSQL server of the bench's own, in the folder of a run: with the programs of this
/// machine where it has some, else with those that Lode brings along. Both sides use the same
/// server over the same kind of connection (TCP), each in a fresh database.
///
/// Its settings are PostgreSQL's defaults, durable and with a log that a replica could follow,
/// since that is what most servers have; `--server=tuned` takes those of Lode's embedded server.
public final class Server implements AutoCloseable {
    private static final Path INSTALLED = Path.of("/usr/lib/postgresql");

    private static final int CHECKED_BY_DEFAULT = 18;

    /// Defaults of PostgreSQL 13 to 18 where Lode's embedded server has others.
    private static final Map<String, String> DEFAULTS =
            Map.ofEntries(
                    Map.entry("wal_level", "replica"),
                    Map.entry("max_wal_senders", "10"),
                    Map.entry("shared_buffers", "128MB"),
                    Map.entry("wal_buffers", "-1"),
                    Map.entry("work_mem", "4MB"),
                    Map.entry("maintenance_work_mem", "64MB"),
                    Map.entry("effective_cache_size", "4GB"),
                    Map.entry("max_wal_size", "1GB"),
                    Map.entry("min_wal_size", "80MB"),
                    Map.entry("checkpoint_timeout", "5min"),
                    Map.entry("max_connections", "100"),
                    Map.entry("random_page_cost", "4"),
                    Map.entry("max_logical_replication_workers", "4"),
                    Map.entry("jit", "on"));

    private final EmbeddedServer server;
    private final Path folder;
    private final boolean tuned;
    private final String version;

    private Server(EmbeddedServer server, Path folder, boolean tuned, String version) {
        this.server = server;
        this.folder = folder;
        this.tuned = tuned;
        this.version = version;
    }

    static Server start(Path folder, boolean tuned) throws NotHere {
        if (!Program.installed("psql")) {
            throw new NotHere("psql is not installed");
        }
        try {
            var binaries =
                    installed()
                            .<PostgresBinaries>map(PostgresBinaries.Installed::new)
                            .orElseGet(PostgresBinaries::ofThisMachine);
            var settings =
                    EmbeddedSettings.standard()
                            .withBinaries(binaries)
                            .withStopPatience(Duration.ofMinutes(1));
            if (!tuned) {
                for (var setting : DEFAULTS.entrySet()) {
                    settings = settings.with(setting.getKey(), setting.getValue());
                }
            }
            var place = folder.resolve("server");
            if (!tuned && installed().isPresent()) {
                withoutChecksums(place, settings);
            }
            var server = EmbeddedServer.open(place, settings);
            var started = new Server(server, folder, tuned, "");
            return new Server(server, folder, tuned, started.value("lode", "SHOW server_version"));
        } catch (IOException e) {
            throw new NotHere("no PostgreSQL could be started: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotHere("interrupted");
        }
    }

    /// Lode's embedded server checks its pages, which servers before PostgreSQL 18 do not unless
    /// they are told to when they are made.
    private static void withoutChecksums(Path place, EmbeddedSettings settings)
            throws IOException, InterruptedException {
        EmbeddedServer.open(place, settings).close();
        var program = installed().orElseThrow().resolve("pg_checksums");
        String version = String.valueOf(INSTALLED.relativize(program).getName(0));
        if (Integer.parseInt(version) < CHECKED_BY_DEFAULT) {
            Program.script(
                            "'" + program + "' --disable -D '" + place.resolve("data") + "'",
                            place,
                            Map.of())
                    .run();
        }
    }

    private static Optional<Path> installed() throws IOException {
        if (!Files.isDirectory(INSTALLED)) {
            return Optional.empty();
        }
        try (var versions = Files.list(INSTALLED)) {
            return versions.filter(one -> Files.isExecutable(one.resolve("bin/initdb")))
                    .max(Comparator.comparing(one -> String.valueOf(one.getFileName())))
                    .map(one -> one.resolve("bin"));
        }
    }

    /// What it calls itself, such as `15.14 (Debian 15.14-0+deb12u1)`.
    public String version() {
        return version;
    }

    /// In words.
    public String settings() {
        return tuned ? "settings of Lode's embedded server" : "PostgreSQL's default settings";
    }

    /// A database that nobody has written to, in place of one of the same name.
    public void fresh(String database) throws IOException, InterruptedException {
        sql("lode", "DROP DATABASE IF EXISTS " + database + " WITH (FORCE)");
        sql("lode", "CREATE DATABASE " + database);
    }

    /// What is dirty is written out before a side begins, so that it does not pay for the other.
    public void settle() throws IOException, InterruptedException {
        sql("lode", "CHECKPOINT");
    }

    /// How to connect, with the password.
    public String url(String database) {
        String url = server.address().url();
        return url.substring(0, url.lastIndexOf('/') + 1) + database;
    }

    private Map<String, String> environment(String database) {
        var address = server.address();
        return Map.of(
                "PGHOST",
                address.host(),
                "PGPORT",
                Integer.toString(address.port()),
                "PGUSER",
                address.user(),
                "PGPASSWORD",
                address.password().reveal(),
                "PGDATABASE",
                database);
    }

    /// A shell script in which `psql` connects to the database.
    public Program script(String database, String script) {
        return Program.script(script, folder, environment(database));
    }

    /// Runs statements.
    public void sql(String database, String statements) throws IOException, InterruptedException {
        psql(database, statements).run();
    }

    /// Runs the statements of a file.
    public void sqlFile(String database, Path file) throws IOException, InterruptedException {
        script(database, "psql -qX -v ON_ERROR_STOP=1 -f '" + file + "'").run();
    }

    /// The one value of a query.
    public String value(String database, String query) throws IOException, InterruptedException {
        return psql(database, query).output();
    }

    private Program psql(String database, String sql) {
        return script(
                database, "psql -qXAt -v ON_ERROR_STOP=1 -c \"" + sql.replace("\"", "\\\"") + '"');
    }

    /// Runs a program after [#settle], with the server's CPU time added to its own.
    public Cost measured(Program program) throws IOException, InterruptedException {
        return measured(program, 0);
    }

    /// @param seconds most that it may take; 0 for no limit
    public Cost measured(Program program, long seconds) throws IOException, InterruptedException {
        settle();
        double before = ProcessTimes.cpuSeconds(server.pid());
        var cost = program.run(seconds);
        // Its backends end a moment after their clients, and their times are read wrongly while
        // they do.
        value("lode", "SELECT 1");
        return new Cost(cost.wall(), cost.cpu() + ProcessTimes.cpuSeconds(server.pid()) - before);
    }

    @Override
    public void close() {
        server.close();
    }
}
