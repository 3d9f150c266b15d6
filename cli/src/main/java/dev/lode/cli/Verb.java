package dev.lode.cli;

import java.util.List;
import java.util.function.Function;

/// One word after `lode`: its name, the line that the help shows, and the way to its command.
///
/// The command is a picocli object (a class annotated with `@Command` that is a `Callable<Integer>`
/// returning the exit code). It is made only when its verb is called, so that the start of one verb
/// does not pay for all others.
///
/// @param name the word, in lower case
/// @param summary one line without a full stop
/// @param command makes the command from the options that all verbs share; these have their values
///   by the time the command runs
record Verb(String name, String summary, Function<GlobalOptions, Object> command) {

    /// All verbs, in the order in which the help shows them.
    static List<Verb> all() {
        return List.of(
                new Verb(
                        "check",
                        "checks packs for mistakes; --settings shows where each setting came from",
                        CheckCommand::new),
                new Verb(
                        "constraints",
                        "shows, suspends and restores indexes, foreign keys, triggers",
                        ConstraintsCommand::new),
                new Verb("copy", "copies files between folders and buckets", CopyCommand::new),
                new Verb("datasets", "lists the datasets that can be loaded", DatasetsCommand::new),
                new Verb(
                        "db",
                        "handles the embedded PostgreSQL server: start, stop, url, psql",
                        DbCommand::new),
                new Verb(
                        "demo",
                        "shows the whole way of the data on this machine alone",
                        DemoCommand::new),
                new Verb(
                        "doctor",
                        "looks at data root, database and services, and says what would be better",
                        DoctorCommand::new),
                new Verb(
                        "export",
                        "writes a table or a query to a file: csv, jsonl or parquet",
                        ExportCommand::new),
                new Verb(
                        "fetch",
                        "fetches the newest complete snapshot of a dataset",
                        FetchCommand::new),
                new Verb(
                        "generate",
                        "makes a CourtListener-shaped snapshot, or a Waze feed, of any size",
                        GenerateCommand::new),
                new Verb("init", "makes the ledger and the tables of a dataset", InitCommand::new),
                new Verb(
                        "load",
                        "loads a snapshot that is on this machine, and verifies it",
                        LoadCommand::new),
                new Verb("ls", "lists the snapshots of a dataset's source", LsCommand::new),
                new Verb("plan", "shows what a sync would do", PlanCommand::new),
                new Verb(
                        "problem-bundle",
                        "packs a failed file, its reason and versions for a bug report",
                        ProblemBundleCommand::new),
                new Verb(
                        "publish",
                        "makes bulk files of a dataset; only what changed is made again",
                        PublishCommand::new),
                new Verb("query", "runs a query and prints its rows", QueryCommand::new),
                new Verb(
                        "rejects",
                        "lists the records that could not be loaded",
                        RejectsCommand::new),
                new Verb(
                        "reprocess",
                        "loads processed files again, after the mapping changed",
                        ReprocessCommand::new),
                new Verb(
                        "retry",
                        "loads rejected records or failed files again, as they are or corrected",
                        RetryCommand::new),
                new Verb("runs", "lists the runs of the ledger", RunsCommand::new),
                new Verb(
                        "services",
                        "shows, stops and starts the services that a load stops",
                        ServicesCommand::new),
                new Verb(
                        "status",
                        "shows the last run, what is in the tables, what comes next",
                        StatusCommand::new),
                new Verb(
                        "sync",
                        "takes the newest snapshot of a dataset: fetch, load, verify",
                        SyncCommand::new),
                new Verb(
                        "verify",
                        "holds the tables of a dataset against the ledger",
                        VerifyCommand::new),
                new Verb(
                        "watch",
                        "takes files in as they appear: incoming, database, processed or failed",
                        WatchCommand::new));
    }
}
