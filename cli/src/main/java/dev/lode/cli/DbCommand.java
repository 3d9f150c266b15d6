package dev.lode.cli;

import dev.lode.core.LodeException;
import dev.lode.embedded.EmbeddedServer;
import dev.lode.embedded.EmbeddedSettings;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/// `lode db start|stop|url|psql`: the embedded server by hand.
@Command(
        name = "db",
        description = {
            "Handles the embedded PostgreSQL server, which Lode uses when no database is named.",
            "start: starts it and keeps it running. stop: ends it.",
            "url: prints how to connect, WITH the password; starts it and keeps it running.",
            "psql: opens psql on the database in use, if a psql is installed; words behind -- go to"
                    + " psql."
        })
final class DbCommand implements Callable<Integer> {
    private final GlobalOptions options;

    @Spec private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "start|stop|url|psql", description = "what to do")
    private String action;

    @Parameters(index = "1..*", paramLabel = "WORD", arity = "0..*", description = "for psql")
    private @Nullable List<String> words;

    @Option(names = "--force", description = "stop: also while other lode processes use it")
    private boolean force;

    @SuppressWarnings("NullAway.Init") // picocli fills the fields before the command runs
    DbCommand(GlobalOptions options) {
        this.options = options;
    }

    @Override
    public Integer call() throws InterruptedException {
        return switch (action) {
            case "start" -> start();
            case "stop" -> stop();
            case "url" -> url();
            case "psql" -> psql();
            default ->
                    throw LodeException.usage(
                            "lode db: \""
                                    + action
                                    + "\" is unknown: expected start, stop, url or psql"
                                    + dev.lode.core.Suggestion.hint(
                                            action, List.of("start", "stop", "url", "psql")));
        };
    }

    private int start() {
        try (var database = new Workplace(options).database("public")) {
            database.embedded().orElseThrow(DbCommand::notOurs).keep();
            spec.commandLine().getOut().println(database.where() + " runs until lode db stop");
        }
        return 0;
    }

    private int stop() {
        var folder = new Workplace(options).embeddedFolder();
        var stopped = EmbeddedServer.stop(folder, EmbeddedSettings.standard(), force);
        spec.commandLine()
                .getOut()
                .println(
                        switch (stopped) {
                            case NOT_RUNNING -> "the embedded server does not run";
                            case ENDED -> "the embedded server has ended";
                            case ENDING -> "the embedded server is ending";
                            case IN_USE ->
                                    "other lode processes use the embedded server; it ends with the"
                                            + " last of them (lode db stop --force ends it now)";
                        });
        return 0;
    }

    private int url() {
        try (var database = new Workplace(options).database("public")) {
            if (database.embedded().isPresent()) {
                database.embedded().get().keep();
                spec.commandLine().getOut().println(database.embedded().get().address().url());
                spec.commandLine().getErr().println("the server runs until lode db stop");
            } else {
                spec.commandLine().getOut().println("postgresql://" + database.where());
            }
        }
        return 0;
    }

    private int psql() throws InterruptedException {
        try (var database = new Workplace(options).database("public")) {
            var settings = database.settings();
            var command =
                    new ArrayList<>(
                            List.of(
                                    "psql",
                                    "-h",
                                    settings.host(),
                                    "-p",
                                    String.valueOf(settings.port()),
                                    "-U",
                                    settings.user(),
                                    "-d",
                                    settings.database()));
            if (words != null) {
                command.addAll(words);
            }
            var process = new ProcessBuilder(command).inheritIO();
            // Through the environment, not the command line, which other users of the machine can
            // read.
            settings.password()
                    .ifPresent(
                            password -> process.environment().put("PGPASSWORD", password.reveal()));
            return process.start().waitFor();
        } catch (IOException e) {
            throw LodeException.usage(
                    "psql: is not installed or not on the PATH; lode query \"SELECT ...\" needs"
                            + " none");
        }
    }

    private static LodeException notOurs() {
        return LodeException.usage(
                "lode db: a database of yours is named, and Lode does not start or stop that; leave"
                        + " out DATABASE_URL, PG* and --db-* for the embedded server");
    }
}
