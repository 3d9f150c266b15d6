package dev.lode.cli;

import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

import java.nio.file.Path;
import java.util.Optional;

/// The options that every verb understands, before the verb or behind it. What is not given here is
/// looked for in the environment, `.env`, `lode.yaml` and the pack, in this order. There is no
/// option for a password: it would be seen in the process list.
///
/// picocli writes the fields once, before the verb runs; nothing changes them afterwards.
final class GlobalOptions {
    private final Interruption interruption;
    private final Surroundings surroundings;

    GlobalOptions(Interruption interruption, Surroundings surroundings) {
        this.interruption = interruption;
        this.surroundings = surroundings;
    }

    /// Where what was not given is looked for.
    Surroundings surroundings() {
        return surroundings;
    }

    /// What happens on Ctrl-C.
    Interruption interruption() {
        return interruption;
    }

    @Option(
            names = "--data-root",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "where files are kept (LODE_DATA_ROOT)")
    private Optional<Path> dataRoot = Optional.empty();

    @Option(
            names = "--database-url",
            paramLabel = "URL",
            scope = ScopeType.INHERIT,
            description =
                    "postgresql://USER@HOST:PORT/NAME (DATABASE_URL); without any database setting"
                            + " Lode runs its own server")
    private Optional<String> databaseUrl = Optional.empty();

    @Option(
            names = "--db-host",
            paramLabel = "HOST",
            scope = ScopeType.INHERIT,
            description = "database host (PGHOST)")
    private Optional<String> databaseHost = Optional.empty();

    @Option(
            names = "--db-port",
            paramLabel = "PORT",
            scope = ScopeType.INHERIT,
            description = "database port (PGPORT)")
    private Optional<Integer> databasePort = Optional.empty();

    @Option(
            names = "--db-name",
            paramLabel = "NAME",
            scope = ScopeType.INHERIT,
            description = "database name (PGDATABASE)")
    private Optional<String> databaseName = Optional.empty();

    @Option(
            names = "--db-user",
            paramLabel = "USER",
            scope = ScopeType.INHERIT,
            description =
                    "database user (PGUSER); the password comes from PGPASSWORD, DATABASE_URL or"
                            + " .pgpass")
    private Optional<String> databaseUser = Optional.empty();

    @Option(
            names = "--json",
            scope = ScopeType.INHERIT,
            description = "stable lines for programs on standard output, the last one a summary")
    private boolean json;

    @Option(
            names = {"-q", "--quiet"},
            scope = ScopeType.INHERIT,
            description = "no progress, only results and errors")
    private boolean quiet;

    @Option(names = "--no-color", scope = ScopeType.INHERIT, description = "no colours (NO_COLOR)")
    private boolean noColor;

    @Option(
            names = "--trace",
            scope = ScopeType.INHERIT,
            description = "show where in the program an error came from")
    private boolean trace;

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = "tell more")
    private boolean verbose;

    /// The folder of `--data-root`.
    Optional<Path> dataRoot() {
        return dataRoot;
    }

    /// The text of `--database-url`, as given; it may hold a password.
    Optional<String> databaseUrl() {
        return databaseUrl;
    }

    Optional<String> databaseHost() {
        return databaseHost;
    }

    Optional<Integer> databasePort() {
        return databasePort;
    }

    Optional<String> databaseName() {
        return databaseName;
    }

    Optional<String> databaseUser() {
        return databaseUser;
    }

    boolean json() {
        return json;
    }

    boolean quiet() {
        return quiet;
    }

    boolean noColor() {
        return noColor;
    }

    boolean trace() {
        return trace;
    }

    boolean verbose() {
        return verbose;
    }
}
