package dev.lode.cli;

import dev.lode.cli.settings.Setting;
import dev.lode.core.LodeException;
import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;
import dev.lode.core.place.Announcements;
import dev.lode.engine.intake.Watch;
import dev.lode.engine.intake.WatchReport;
import dev.lode.postgres.TargetDatabase;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;

/// `lode watch`: files are taken in as they appear.
@Command(
        name = "watch",
        description = {
            "Takes files in as they appear: each is loaded once and moved to the processed ones;"
                    + " what cannot be loaded goes to the failed ones with its reason.",
            "Several watchers, on several machines too, share the work. Stop it at any time."
        })
final class WatchCommand implements Callable<Integer> {
    private final GlobalOptions options;

    @Spec private CommandSpec spec;

    @Mixin private S3Flags s3;

    @Mixin private PlaceFlags places;

    @Option(
            names = "--dataset",
            required = true,
            paramLabel = "DATASET",
            description = "whose files")
    private String dataset;

    @Option(names = "--once", description = "end when everything that is there is dealt with")
    private boolean once;

    @Option(
            names = "--queue",
            paramLabel = "URL",
            description = "SQS queue that tells of new objects (LODE_QUEUE)")
    private Optional<String> queueUrl = Optional.empty();

    @Option(
            names = "--max-load",
            paramLabel = "N",
            description =
                    "workers for old files at most; fewer while the database is slow"
                            + " (LODE_MAX_LOAD)")
    private Optional<String> maxLoad = Optional.empty();

    @Option(
            names = "--between",
            paramLabel = "TIMES",
            description =
                    "load old files only in these hours, such as 22:00-06:00; live files always"
                            + " (LODE_BETWEEN)")
    private Optional<String> between = Optional.empty();

    @Option(
            names = "--bulk",
            description = {
                "take indexes and foreign keys away while many old files come in, and give them"
                        + " back after them, whatever happens; live files come in meanwhile"
                        + " (LODE_BULK)"
            })
    private boolean bulk;

    @Option(
            names = "--backup",
            paramLabel = "FILE",
            description =
                    "with --bulk: have pg_dump write the tables and the ledger there first"
                            + " (LODE_BACKUP)")
    private Optional<String> backup = Optional.empty();

    @Option(
            names = "--pause",
            arity = "0..1",
            fallbackValue = "all",
            paramLabel = "all|backload",
            description = "have all watchers of the dataset pause, and end")
    private Optional<String> pause = Optional.empty();

    @Option(names = "--resume", description = "have them go on, and end")
    private boolean resume;

    @SuppressWarnings("NullAway.Init") // picocli fills the fields before the command runs
    WatchCommand(GlobalOptions options) {
        this.options = options;
    }

    private Map<Setting, String> given() {
        var given = new EnumMap<Setting, String>(Setting.class);
        given.putAll(places.settings());
        queueUrl.ifPresent(text -> given.put(Setting.QUEUE, text));
        maxLoad.ifPresent(text -> given.put(Setting.MAX_LOAD, text));
        between.ifPresent(text -> given.put(Setting.BETWEEN, text));
        if (bulk) {
            given.put(Setting.BULK, "true");
        }
        backup.ifPresent(text -> given.put(Setting.BACKUP, text));
        return s3.settings(given);
    }

    @Override
    public Integer call() throws InterruptedException {
        var workplace = new Workplace(options, given());
        var pack = workplace.pack(dataset);
        var intake = new Intake(workplace, pack);
        if (pause.isPresent() || resume) {
            return pausing(workplace);
        }
        var out = spec.commandLine().getOut();
        var err = spec.commandLine().getErr();
        try (var places = intake.places();
                var queue = intake.queue().orElse(null);
                var database = workplace.database(pack.schema());
                var pool = workplace.blockPool();
                var progress = workplace.progress(out, err)) {
            RunListener listener =
                    event -> {
                        mindGivingBack(event);
                        progress.listener().on(event);
                    };
            var settings = intake.settings(intake.backup(database.settings(), listener));
            var target = workplace.target(database);
            target.server();
            var report =
                    new Watch(
                                    pack,
                                    target,
                                    places,
                                    queue == null ? Announcements.NONE : queue,
                                    workplace.decoders(pool),
                                    settings,
                                    workplace.origin(),
                                    InstantSource.system(),
                                    listener)
                            .run(once);
            progress.json().ifPresent(json -> json.summary(report.summary()));
            if (progress.json().isEmpty() && !options.quiet()) {
                out.println(sentence(report));
            }
            return report.exitCode();
        }
    }

    /// After a first Ctrl-C indexes and keys are given back, however long that takes.
    private void mindGivingBack(RunEvent event) {
        if (event instanceof RunEvent.StageStarted(String stage) && stage.equals("restore")) {
            options.interruption().givingBack();
        }
    }

    private String sentence(WatchReport report) {
        return dataset
                + ": "
                + report.loaded()
                + " files loaded ("
                + report.rows()
                + " rows, "
                + report.rejects()
                + " rejects), "
                + report.duplicates()
                + " duplicate, "
                + report.failed()
                + " failed, "
                + report.postponed()
                + " wait for another attempt"
                + (report.notGivenBack() > 0
                        ? ", " + report.notGivenBack() + " indexes or keys are not back"
                        : "")
                + (report.failed() > 0 ? "; lode status " + dataset + " lists what failed" : "");
    }

    private int pausing(Workplace workplace) {
        if (pause.isPresent() && resume) {
            throw LodeException.usage("lode watch: wants --pause or --resume, not both");
        }
        var what = pause.orElse("");
        if (pause.isPresent() && !Set.of("all", "backload").contains(what)) {
            throw LodeException.usage(
                    "lode watch --pause: \"" + what + "\" is unknown: expected all or backload");
        }
        try (var database = workplace.database("public")) {
            var target = new TargetDatabase(database.connections(), database.where());
            target.migrateLedger();
            var ledger = target.intake(dataset);
            var out = spec.commandLine().getOut();
            if (resume) {
                out.println(dataset + (ledger.resume() ? ": goes on" : ": was not paused"));
            } else {
                ledger.pause(what);
                out.println(
                        dataset
                                + ": paused ("
                                + what
                                + "); what is under way is finished; lode watch --dataset "
                                + dataset
                                + " --resume goes on");
            }
        }
        return 0;
    }
}
