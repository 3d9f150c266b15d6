package dev.lode.cli;

import dev.lode.cli.progress.Words;
import dev.lode.core.ByteSize;
import dev.lode.core.pack.Pack;
import dev.lode.core.pack.S3Spec;
import dev.lode.demo.corpus.CorpusGenerator;
import dev.lode.demo.corpus.CorpusSpec;
import dev.lode.demo.corpus.Fault;
import dev.lode.demo.s3.LocalS3Server;
import dev.lode.engine.load.LoadReport;
import dev.lode.source.s3.S3Settings;
import dev.lode.source.s3.S3Source;
import dev.lode.store.Snapshot;
import dev.lode.store.TempFiles;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/// `lode demo`: the whole way of the data on this machine alone.
@Command(
        name = "demo",
        description = {
            "Makes a small CourtListener-shaped snapshot, serves it from an S3 server in this"
                    + " process, and syncs it into the",
            "embedded PostgreSQL, in schema demo: tables, rows, rejects, queries worth running."
                    + " Nothing else is touched."
        })
final class DemoCommand implements Callable<Integer> {
    private static final LocalDate DATE = LocalDate.of(2026, 6, 30);
    private static final String BUCKET = "lode-demo";
    private static final String PREFIX = "bulk-data/";
    private static final List<String> QUERIES =
            List.of(
                    "SELECT c.full_name, count(*) AS opinions FROM demo.search_opinion o JOIN"
                        + " demo.search_opinioncluster k ON k.id = o.cluster_id JOIN"
                        + " demo.search_docket d ON d.id = k.docket_id JOIN demo.search_court c ON"
                        + " c.id = d.court_id GROUP BY 1 ORDER BY 2 DESC LIMIT 10",
                    "SELECT k.case_name, k.date_filed, count(*) AS cited_by FROM"
                            + " demo.search_opinionscited s JOIN demo.search_opinion o ON o.id ="
                            + " s.cited_opinion_id JOIN demo.search_opinioncluster k ON k.id ="
                            + " o.cluster_id GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 10",
                    "SELECT extract(year FROM date_filed) AS year, count(*) AS dockets FROM"
                        + " demo.search_docket WHERE date_filed IS NOT NULL GROUP BY 1 ORDER BY 1"
                        + " DESC LIMIT 10");

    private final GlobalOptions options;

    @Spec private CommandSpec spec;

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            description = "of the snapshot before compression; ${DEFAULT-VALUE} by default")
    private String size = "8MB";

    @SuppressWarnings("NullAway.Init") // picocli fills the fields before the command runs
    DemoCommand(GlobalOptions options) {
        this.options = options;
    }

    @Override
    public Integer call() throws InterruptedException {
        long started = System.nanoTime();
        var workplace = new Workplace(options).embeddedOnly();
        var out = spec.commandLine().getOut();
        var err = spec.commandLine().getErr();
        var root = workplace.dataRoot();
        LoadReport report;
        try (var temp = TempFiles.open(root, "demo-" + ProcessHandle.current().pid())) {
            Path buckets = temp.folder().resolve("buckets");
            Path files = buckets.resolve(BUCKET).resolve(PREFIX);
            var corpus =
                    CorpusGenerator.write(
                            CorpusSpec.of(1, ByteSize.parse(size), DATE)
                                    .withFaults(Fault.BAD_DATE, Fault.UNTERMINATED_QUOTE),
                            files,
                            (file, done, expected) -> {});
            long records = corpus.tables().stream().mapToLong(table -> table.records()).sum();
            err.println(
                    "made a snapshot of "
                            + corpus.tables().size()
                            + " files with "
                            + Words.count(records)
                            + " records");
            try (var server = LocalS3Server.overFolder(buckets)) {
                err.println("serving it at " + server.endpoint() + "/" + BUCKET + "/" + PREFIX);
                var pack = demoPack(workplace.pack("courtlistener"), server.endpoint().toString());
                report = sync(workplace, pack, server, out, err);
            }
        }
        if (!options.json()) {
            show(report, out, Duration.ofNanos(System.nanoTime() - started));
        }
        // The rejects are planted: with them the demo went as it should.
        return report.exitCode() == LoadReport.DONE_WITH_REMARKS ? 0 : report.exitCode();
    }

    private LoadReport sync(
            Workplace workplace, Pack pack, LocalS3Server server, PrintWriter out, PrintWriter err)
            throws InterruptedException {
        var settings = S3Settings.anonymous(BUCKET, PREFIX, "us-east-1").at(server.endpoint());
        Snapshot snapshot;
        try (var source = S3Source.of(settings);
                var progress = workplace.progress(out, err)) {
            var remote =
                    RemoteSnapshot.choose(workplace, source, pack, pack.tables(), Optional.empty());
            remote.fetch(progress.listener(), false).orThrow();
            snapshot = new Snapshot(workplace.dataRoot(), remote.id());
        }
        var local = new LocalFiles(workplace).files(pack, snapshot, pack.tables());
        return new LoadVerb(workplace, out, err).load(pack, local, "demo", false);
    }

    private static Pack demoPack(Pack pack, String endpoint) {
        return new Pack(
                pack.folder(),
                "demo",
                pack.title(),
                pack.licence(),
                "demo",
                Optional.of(
                        new S3Spec(Optional.of(endpoint), BUCKET, PREFIX, "us-east-1", true, true)),
                pack.snapshot(),
                pack.ignore(),
                pack.dialects(),
                pack.tables());
    }

    private static void show(LoadReport report, PrintWriter out, Duration took) {
        long rows =
                report.items().stream()
                        .mapToLong(
                                item ->
                                        item.counts().inserted()
                                                + item.counts().updated()
                                                + item.counts().unchanged())
                        .sum();
        long rejects = report.items().stream().mapToLong(item -> item.counts().rejected()).sum();
        out.println();
        out.println(
                report.items().size()
                        + " tables, "
                        + Words.count(rows)
                        + " rows, "
                        + Words.count(rejects)
                        + " rejects (planted; lode rejects demo shows them), "
                        + Words.time(took)
                        + ". Queries worth running:");
        QUERIES.forEach(query -> out.println("  lode query \"" + query + "\""));
        out.println(
                "lode status demo shows the tables, lode db url how to connect, lode db psql opens"
                        + " psql if one is installed.");
        out.println(
                "Next: lode sync courtlistener takes the real data (64 GB to fetch; --tables"
                        + " search_court tries it small).");
    }
}
