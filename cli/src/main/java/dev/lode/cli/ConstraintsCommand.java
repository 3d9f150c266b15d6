package dev.lode.cli;

import dev.lode.cli.settings.Setting;
import dev.lode.core.Count;
import dev.lode.core.LodeException;
import dev.lode.core.Suggestion;
import dev.lode.core.TableName;
import dev.lode.core.pack.Orphans;
import dev.lode.postgres.TargetDatabase;
import dev.lode.postgres.suspend.RestoreSettings;
import dev.lode.postgres.suspend.Restored;
import dev.lode.postgres.suspend.SuspendKind;
import dev.lode.postgres.suspend.SuspendPlan;
import dev.lode.postgres.suspend.SuspendRequest;
import dev.lode.postgres.suspend.Suspended;
import dev.lode.postgres.suspend.Writers;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;

/// `lode constraints status|suspend|restore`: indexes, keys, triggers and autovacuum by hand, for
/// loads with other tools too.
@Command(
        name = "constraints",
        description = {
            "Suspends indexes, foreign keys, triggers and autovacuum of tables, and gives them back"
                    + " exactly as they were.",
            "status: what is suspended since when and by whom, and what would be, with sizes.",
            "suspend: takes them away until restore; a run of the dataset leaves them so.",
            "restore: gives back what was suspended, by hand or by a run that is gone.",
            "While foreign keys are suspended nobody else can write their tables: a session whose"
                    + " application_name begins with lode-writer can (PGAPPNAME=lode-writer)."
        })
final class ConstraintsCommand implements Callable<Integer> {
    private static final List<String> ACTIONS = List.of("status", "suspend", "restore");
    private static final Map<String, SuspendKind> KINDS =
            new TreeMap<>(
                    Map.of(
                            "indexes", SuspendKind.INDEX,
                            "foreign-keys", SuspendKind.FOREIGN_KEY,
                            "triggers", SuspendKind.TRIGGER,
                            "autovacuum", SuspendKind.AUTOVACUUM));

    private final GlobalOptions options;

    @Spec private CommandSpec spec;

    @Mixin private TableOutput output;

    @Parameters(index = "0", paramLabel = "status|suspend|restore", description = "what to do")
    private String action;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "DATASET",
            description = "the tables of a dataset")
    private @Nullable String dataset;

    @Option(
            names = "--tables",
            split = ",",
            paramLabel = "TABLE",
            description = "these tables, as table or schema.table, with commas between them")
    private @Nullable List<String> tables;

    @Option(
            names = "--kinds",
            split = ",",
            paramLabel = "KIND",
            description =
                    "indexes, foreign-keys, triggers, autovacuum; all but triggers by default")
    private @Nullable List<String> kinds;

    @Option(
            names = "--incoming",
            description = "suspend: also foreign keys of other tables that refer to these")
    private boolean incoming;

    @Option(
            names = "--writers",
            paramLabel = "WHO",
            description =
                    "suspend: fenced (others are kept out, the default), stopped (your word that"
                            + " nobody else writes: no fence), or live (others write on: foreign"
                            + " keys stay)")
    private String writers = "fenced";

    @Option(
            names = "--writer-name",
            paramLabel = "PREFIX",
            description =
                    "suspend: how the application_name of sessions begins that may write;"
                            + " ${DEFAULT-VALUE} by default")
    private String writerName = "lode-writer";

    @Option(
            names = "--orphans",
            paramLabel = "WHAT",
            description = "restore: keep (keys stay NOT VALID) or fail")
    private Optional<String> orphans = Optional.empty();

    @Option(
            names = "--forget",
            description =
                    "restore: what cannot be given back stays as it is now, and is not"
                            + " remembered any more")
    private boolean forget;

    @Option(names = "--dry-run", description = "suspend: show what would be suspended")
    private boolean dryRun;

    @SuppressWarnings("NullAway.Init") // picocli fills the fields before the command runs
    ConstraintsCommand(GlobalOptions options) {
        this.options = options;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (!ACTIONS.contains(action)) {
            throw LodeException.usage(
                    "lode constraints: \""
                            + action
                            + "\" is unknown: expected status, suspend or restore"
                            + Suggestion.hint(action, ACTIONS));
        }
        var given = new EnumMap<Setting, String>(Setting.class);
        orphans.ifPresent(text -> given.put(Setting.ORPHANS, text));
        var workplace = new Workplace(options, given);
        String schema =
                Optional.ofNullable(dataset)
                        .map(name -> workplace.pack(name).schema())
                        .orElse("public");
        try (var database = workplace.database(schema)) {
            var target = workplace.target(database);
            var chosen = chosen(workplace, schema);
            if (tables != null) {
                known(chosen, target, database);
            }
            return switch (action) {
                case "suspend" ->
                        dryRun ? status(target, chosen) : suspend(workplace, target, chosen);
                case "restore" -> restore(workplace, target, chosen);
                default -> status(target, chosen);
            };
        }
    }

    private int status(TargetDatabase database, List<TableName> chosen) {
        var sink = output.format(options).sink(spec.commandLine().getOut());
        sink.columns(List.of("state", "kind", "table", "name", "bytes", "since", "by", "remark"));
        database.suspended().stream()
                .filter(one -> concerns(one, chosen))
                .forEach(
                        one ->
                                sink.row(
                                        List.of(
                                                one.notValid() ? "not valid" : "suspended",
                                                one.kind().words(),
                                                one.table().toString(),
                                                one.name(),
                                                String.valueOf(one.bytes()),
                                                one.since(),
                                                one.dataset()
                                                        + one.run()
                                                                .map(run -> ", run " + run)
                                                                .orElse(", by hand"),
                                                one.message())));
        if (!chosen.isEmpty()) {
            var plan = database.suspensions().plan(owner(), request(chosen));
            for (var thing : plan.objects()) {
                sink.row(row("would go", thing.kind(), thing.table(), thing.name(), thing.bytes()));
            }
            for (var left : plan.left()) {
                sink.row(
                        List.of(
                                "stays",
                                left.kind().words(),
                                left.table().toString(),
                                left.name(),
                                "",
                                "",
                                "",
                                left.reason()));
            }
        }
        sink.finish();
        return 0;
    }

    private static List<String> row(
            String state, SuspendKind kind, TableName table, String name, long bytes) {
        return List.of(
                state, kind.words(), table.toString(), name, String.valueOf(bytes), "", "", "");
    }

    private boolean concerns(Suspended one, List<TableName> chosen) {
        return chosen.isEmpty()
                || chosen.contains(one.table())
                || one.other().map(chosen::contains).orElse(false)
                || one.dataset().equals(dataset);
    }

    private int suspend(Workplace workplace, TargetDatabase database, List<TableName> chosen)
            throws InterruptedException {
        if (chosen.isEmpty()) {
            throw LodeException.usage(
                    "lode constraints suspend: of which tables? expected a DATASET or --tables");
        }
        database.server();
        database.migrateLedger();
        var plan =
                database.suspensions()
                        .suspendByHand(
                                owner(),
                                request(chosen),
                                workplace.origin().holder(),
                                workplace.leaseTimeout());
        var out = spec.commandLine().getOut();
        plan.objects().stream()
                .map(SuspendPlan.Thing::label)
                .forEach(label -> out.println(label + ": suspended"));
        plan.left().forEach(out::println);
        out.println(
                plan.objects().isEmpty()
                        ? "nothing to suspend: no table has any of it that could go"
                        : Count.of(plan.objects().size(), "thing is", "things are")
                                + " suspended until: lode constraints restore "
                                + scope());
        return 0;
    }

    private int restore(Workplace workplace, TargetDatabase database, List<TableName> chosen)
            throws InterruptedException {
        var choices = new SuspendChoices(workplace.settings());
        var policy = choices.orphans().orElse(Orphans.KEEP);
        if (policy == Orphans.REJECT) {
            throw LodeException.usage(
                    "orphans: \"reject\" is for loads, which know what they brought: expected keep"
                            + " or fail");
        }
        var out = spec.commandLine().getOut();
        var holder = workplace.origin().holder();
        var of = dataset == null ? Optional.<String>empty() : Optional.of(dataset);
        var which = tables == null ? List.<TableName>of() : chosen;
        try (var progress = workplace.progress(out, spec.commandLine().getErr())) {
            var policies = new TreeMap<TableName, Orphans>();
            database.suspended().forEach(one -> policies.put(one.table(), policy));
            var report =
                    database.suspensions()
                            .restoreByHand(
                                    of,
                                    which,
                                    RestoreSettings.DEFAULT
                                            .withWorkers(choices.workers())
                                            .withOrphans(policies),
                                    holder,
                                    workplace.leaseTimeout(),
                                    progress.listener());
            report.remarks().forEach(out::println);
            if (forget) {
                database.suspensions()
                        .forget(of, which, holder, workplace.leaseTimeout())
                        .forEach(one -> out.println(one.label() + ": stays as it is now"));
            }
            out.println(
                    report.things().stream().filter(thing -> !thing.remarkable()).count()
                            + " of "
                            + report.things().size()
                            + " things are as they were");
            if (report.any(Restored.Outcome.ORPHANS)) {
                return 1;
            }
            if (report.any(Restored.Outcome.FAILED)) {
                return 4;
            }
            return report.remarks().isEmpty() ? 0 : 5;
        }
    }

    private String owner() {
        return dataset == null ? Suspended.BY_HAND : dataset;
    }

    private String scope() {
        return dataset == null ? "--tables " + String.join(",", named()) : dataset;
    }

    private List<String> named() {
        return tables == null ? List.of() : tables;
    }

    private List<TableName> chosen(Workplace workplace, String schema) {
        if (tables != null) {
            return named().stream()
                    .map(
                            text -> {
                                int dot = text.indexOf('.');
                                return dot < 0
                                        ? new TableName(schema, text)
                                        : new TableName(
                                                text.substring(0, dot), text.substring(dot + 1));
                            })
                    .toList();
        }
        return dataset == null
                ? List.of()
                : workplace.pack(dataset).tables().stream()
                        .map(table -> new TableName(schema, table.table()))
                        .toList();
    }

    /// @throws LodeException of kind USAGE when one of them neither exists nor had something
    ///   suspended
    private static void known(
            List<TableName> chosen, TargetDatabase target, OpenDatabase database) {
        var there = target.tables(chosen).keySet();
        for (var table : chosen) {
            if (!there.contains(table)
                    && target.suspended().stream().noneMatch(one -> one.table().equals(table))) {
                throw LodeException.usage(
                        "--tables: "
                                + table
                                + " is not in "
                                + database.where()
                                + Suggestion.hint(
                                        table.name(), database.queries().tables(table.schema())));
            }
        }
    }

    private SuspendRequest request(List<TableName> chosen) {
        return SuspendRequest.of(chosen, wanted(), incoming, who());
    }

    private Set<SuspendKind> wanted() {
        if (kinds == null) {
            return EnumSet.of(SuspendKind.INDEX, SuspendKind.FOREIGN_KEY, SuspendKind.AUTOVACUUM);
        }
        var wanted = EnumSet.noneOf(SuspendKind.class);
        for (var kind : kinds) {
            if (!KINDS.containsKey(kind)) {
                throw LodeException.usage(
                        "--kinds: \""
                                + kind
                                + "\" is unknown: expected "
                                + String.join(", ", KINDS.keySet())
                                + Suggestion.hint(kind, KINDS.keySet()));
            }
            wanted.add(Objects.requireNonNull(KINDS.get(kind)));
        }
        return wanted;
    }

    private Writers who() {
        return switch (writers) {
            case "fenced" -> new Writers.Fenced(writerName);
            case "stopped" -> new Writers.Stopped();
            case "live" -> new Writers.Live();
            default ->
                    throw LodeException.usage(
                            "--writers: \""
                                    + writers
                                    + "\" is unknown: expected fenced, stopped or live"
                                    + Suggestion.hint(
                                            writers, List.of("fenced", "stopped", "live")));
        };
    }
}
