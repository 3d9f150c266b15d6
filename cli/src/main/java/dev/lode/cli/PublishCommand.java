package dev.lode.cli;

import dev.lode.cli.progress.Words;
import dev.lode.cli.settings.Setting;
import dev.lode.core.Count;
import dev.lode.core.LodeException;
import dev.lode.engine.publish.BucketTarget;
import dev.lode.engine.publish.Compression;
import dev.lode.engine.publish.DatasetPublish;
import dev.lode.engine.publish.PublicationOutcome;
import dev.lode.engine.publish.PublicationPlan;
import dev.lode.engine.publish.PublishJson;
import dev.lode.engine.publish.PublishPlace;
import dev.lode.engine.publish.PublishReport;
import dev.lode.engine.publish.PublishSettings;
import dev.lode.postgres.publish.PublishDatabase;
import dev.lode.source.Retry;
import dev.lode.store.Disk;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;

/// `lode publish`: bulk files from the database.
@Command(
        name = "publish",
        description =
                "Makes the bulk files that a dataset's pack declares, from one state of the"
                        + " database; what did not change is not made again.")
final class PublishCommand implements Callable<Integer> {
    private final GlobalOptions options;

    @Spec private CommandSpec spec;

    @Mixin private S3StoreFlags s3;

    @Parameters(paramLabel = "DATASET", description = "what to publish")
    private String dataset;

    @Option(
            names = "--to",
            paramLabel = "DIR|s3://BUCKET/PREFIX",
            description =
                    "where to; the data root's published by default. To a bucket, generations are"
                            + " made in the data root and brought there")
    private Optional<String> to = Optional.empty();

    @Option(
            names = "--private",
            description =
                    "nobody is served from there: publications that are not public may go there"
                            + " too")
    private boolean isPrivate;

    @Option(
            names = "--only",
            paramLabel = "PUBLICATION",
            split = ",",
            description = "only these publications")
    private List<String> only = List.of();

    @Option(
            names = "--compare",
            description = "read and compare all items, whatever is known of changes")
    private boolean compare;

    @Option(names = "--dry-run", description = "show what would be rebuilt, and why")
    private boolean dryRun;

    @Option(
            names = "--codec",
            paramLabel = "NAME",
            description = "what compresses: auto, zlib or libdeflate (LODE_PUBLISH_CODEC)")
    private Optional<String> codec = Optional.empty();

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "archives built at the same time (LODE_PUBLISH_WORKERS)")
    private Optional<String> workers = Optional.empty();

    @SuppressWarnings("NullAway.Init") // picocli fills the fields before the command runs
    PublishCommand(GlobalOptions options) {
        this.options = options;
    }

    @Override
    public Integer call() throws InterruptedException {
        var given = new EnumMap<Setting, String>(Setting.class);
        codec.ifPresent(word -> given.put(Setting.PUBLISH_CODEC, word));
        workers.ifPresent(number -> given.put(Setting.PUBLISH_WORKERS, number));
        var workplace = new Workplace(options, s3.settings(given));
        var pack = workplace.pack(dataset);
        var wanted = DatasetPublish.chosen(pack, only);
        var out = spec.commandLine().getOut();
        try (var database = workplace.database(pack.schema());
                var progress = workplace.progress(out, spec.commandLine().getErr())) {
            var target = workplace.target(database);
            var publish =
                    new DatasetPublish(
                            pack,
                            new PublishDatabase(database.connections(), target.where(), pack),
                            place(workplace),
                            bucket(workplace),
                            settings(workplace),
                            progress.listener(),
                            InstantSource.system());
            if (dryRun) {
                publish.plan(wanted).forEach(plan -> show(plan, out));
                out.println("nothing was written");
                return 0;
            }
            target.migrateLedger();
            var report = publish.run(wanted, workplace.origin(), Thread.currentThread()::interrupt);
            progress.json().ifPresent(json -> json.summary(PublishJson.summary(report)));
            if (!options.json()) {
                show(report, out);
            }
            return report.exitCode();
        }
    }

    private boolean toBucket() {
        if (to.filter(text -> text.startsWith("s3:") && !text.startsWith("s3://")).isPresent()) {
            throw LodeException.usage(
                    "--to \""
                            + to.get()
                            + "\": neither a folder nor a bucket; nothing was published; a bucket"
                            + " is s3://BUCKET/PREFIX, a folder of that name ./"
                            + to.get());
        }
        return to.filter(text -> text.startsWith("s3://")).isPresent();
    }

    private PublishPlace place(Workplace workplace) {
        return to.isEmpty() || toBucket()
                ? workplace.published(isPrivate)
                : PublishPlace.of(Path.of(to.get()).toAbsolutePath(), Disk.LOCAL, isPrivate);
    }

    private Optional<BucketTarget> bucket(Workplace workplace) {
        if (!toBucket()) {
            return Optional.empty();
        }
        String rest = to.orElseThrow().substring("s3://".length());
        int slash = rest.indexOf('/');
        return Optional.of(
                new BucketTarget(
                        new Sources(workplace.settings())
                                .target(
                                        slash < 0 ? rest : rest.substring(0, slash),
                                        slash < 0 ? "" : rest.substring(slash + 1)),
                        Retry.of(workplace.retryPolicy(), new Random()),
                        workplace.settings().number(Setting.PUBLISH_UPLOADS, 1, 64)));
    }

    private PublishSettings settings(Workplace workplace) {
        var settings = workplace.settings();
        return new PublishSettings(
                settings.number(Setting.PUBLISH_WORKERS, 1, 256),
                Compression.of(
                        settings.text(Setting.PUBLISH_CODEC).orElse("auto"),
                        settings.number(Setting.PUBLISH_LEVEL, 1, 9)),
                Duration.ofMinutes(settings.number(Setting.SNAPSHOT_LIMIT, 1, 100_000)),
                settings.number(Setting.PUBLISH_KEYS, 0, 10_000_000),
                compare,
                workplace.leaseTimeout());
    }

    private static void show(PublicationPlan plan, PrintWriter out) {
        out.println(
                plan.name()
                        + ": "
                        + plan.why()
                        + plan.archives()
                                .map(
                                        archives ->
                                                archives == 0
                                                        ? ""
                                                        : "; up to "
                                                                + Count.of(archives, "archive")
                                                                + " anew, beside those that items"
                                                                + " left")
                                .orElse("; all archives are made")
                        + plan.disk()
                                .filter(size -> size.bytes() > 0)
                                .map(size -> ", up to " + size + " of disk")
                                .orElse(""));
    }

    private static void show(PublishReport report, PrintWriter out) {
        for (var one : report.publications()) {
            out.println(one.failure().isPresent() ? failed(one) : words(one));
        }
        out.println(report.state() + " in " + Words.time(report.took()) + ": " + report.place());
    }

    private static String failed(PublicationOutcome one) {
        return one.name() + ": failed: " + one.failure().map(LodeException::getMessage).orElse("");
    }

    private static String words(PublicationOutcome one) {
        var built = one.built().orElseThrow();
        var manifest = built.manifest();
        String what =
                built.isNew()
                        ? "generation "
                                + manifest.generation()
                                + ", "
                                + Words.count(manifest.items())
                                + (manifest.items() == 1 ? " item in " : " items in ")
                                + Count.of(manifest.files().size(), "archive")
                                + "; "
                                + built.archives()
                                + " written ("
                                + Words.size(built.copied())
                                + " copied, "
                                + Words.size(built.pressed())
                                + " compressed), "
                                + Words.count(built.tally().inserted())
                                + " items new, "
                                + Words.count(built.tally().updated())
                                + " changed, "
                                + Words.count(built.tally().deleted())
                                + " gone"
                        : "unchanged, generation " + manifest.generation();
        return one.name()
                + ": "
                + what
                + one.uploaded()
                        .map(
                                sent ->
                                        "; "
                                                + Words.size(sent.sent())
                                                + " uploaded, "
                                                + Words.size(sent.copied())
                                                + " copied by the store")
                        .orElse("")
                + ", in "
                + Words.time(one.took());
    }
}
