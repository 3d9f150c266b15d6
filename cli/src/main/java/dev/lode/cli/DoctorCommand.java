package dev.lode.cli;

import dev.lode.cli.settings.Setting;
import dev.lode.core.ErrorKind;
import dev.lode.core.LodeException;
import dev.lode.core.pack.Pack;
import dev.lode.engine.doctor.Adoption;
import dev.lode.engine.doctor.DatabaseDoctor;
import dev.lode.engine.doctor.Diagnosis;
import dev.lode.engine.doctor.LitterRemoval;
import dev.lode.engine.doctor.LitterSearch;
import dev.lode.engine.doctor.StoreDoctor;
import dev.lode.engine.doctor.Stray;
import dev.lode.engine.load.LoadReport;
import dev.lode.postgres.TargetDatabase;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import tools.jackson.databind.json.JsonMapper;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Predicate;

/// `lode doctor`: what is wrong, what to do, what that brings.
@Command(
        name = "doctor",
        description = {
            "Looks at the data root, the litter of older scripts in it, the services, the database,"
                    + " and the tables of datasets, and says what would be better and what that"
                    + " brings.",
            "Changes nothing without --adopt or --remove. Ends with 0 when all is well, 5 when"
                    + " something is worth doing, 1 when something is broken."
        })
final class DoctorCommand implements Callable<Integer> {
    private final GlobalOptions options;

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "DATASET", arity = "0..1", description = "all datasets by default")
    private @Nullable String dataset;

    @Option(
            names = "--look",
            paramLabel = "DIR",
            description = "look for litter in this folder too; may be given several times")
    private List<Path> look = List.of();

    @Option(
            names = "--adopt",
            description =
                    "move misplaced files of snapshots that are whole to where they belong, and"
                            + " write them down in the manifest; overwrites nothing")
    private boolean adopt;

    @Option(
            names = "--remove",
            description =
                    "remove temporary files of older scripts (tmp and eight characters) that no"
                            + " process has open")
    private boolean remove;

    @Option(
            names = "--older-than",
            paramLabel = "HOURS",
            description =
                    "deal only with files that were let alone for so long; ${DEFAULT-VALUE} by"
                            + " default")
    private int olderThan = 24;

    @Option(names = "--yes", description = "remove without asking")
    private boolean yes;

    @Option(names = "--dry-run", description = "show what would be adopted or removed")
    private boolean dryRun;

    @SuppressWarnings("NullAway.Init") // picocli fills the fields before the command runs
    DoctorCommand(GlobalOptions options) {
        this.options = options;
    }

    @Override
    public Integer call() {
        if (olderThan < 0 || olderThan > 24 * 365) {
            throw LodeException.usage(
                    "--older-than: \"" + olderThan + "\" is out of bounds: expected 0 to 8760");
        }
        var workplace = new Workplace(options);
        var packs = dataset == null ? workplace.packs().all() : List.of(workplace.pack(dataset));
        var found = new ArrayList<Diagnosis>();
        store(workplace, packs, found);
        database(workplace, packs, found);
        found.forEach(this::show);
        return conclude(found);
    }

    private void store(Workplace workplace, List<Pack> packs, List<Diagnosis> found) {
        try {
            var root = workplace.dataRoot();
            var search =
                    new LitterSearch(
                            root,
                            packs,
                            Set.of(workplace.embeddedFolder()),
                            Instant.now(),
                            Duration.ofHours(olderThan));
            var strays = search.search(look);
            boolean changed = adopt && adopt(workplace, strays, found);
            changed |= remove && remove(workplace, strays, found);
            found.addAll(new StoreDoctor(root).diagnoses(changed ? search.search(look) : strays));
        } catch (LodeException e) {
            if (e.kind() == ErrorKind.USAGE) {
                throw e;
            }
            found.add(broken("data root", String.valueOf(e.getMessage())));
        }
    }

    private boolean adopt(Workplace workplace, List<Stray> strays, List<Diagnosis> found) {
        var wanted = chosen(strays, stray -> stray.kind() != Stray.Kind.TEMPORARY, "adopted");
        if (wanted.isEmpty() || dryRun) {
            return false;
        }
        try (var pool = workplace.blockPool()) {
            var adoption =
                    new Adoption(workplace.dataRoot(), workplace.decoders(pool), Instant.now());
            for (var stray : wanted) {
                try {
                    say("adopted: \"" + adoption.adopt(stray) + "\"");
                } catch (LodeException e) {
                    found.add(broken("litter", String.valueOf(e.getMessage())));
                }
            }
        }
        return true;
    }

    private boolean remove(Workplace workplace, List<Stray> strays, List<Diagnosis> found) {
        var wanted = chosen(strays, stray -> stray.kind() == Stray.Kind.TEMPORARY, "removed");
        if (wanted.isEmpty() || dryRun) {
            return false;
        }
        if (!yes && !agreed(wanted.size())) {
            found.add(
                    new Diagnosis(
                            Diagnosis.Level.NOTE,
                            "litter",
                            "nothing was removed: nobody agreed",
                            "lode doctor --remove --yes",
                            ""));
            return false;
        }
        var removed = new LitterRemoval(workplace.dataRoot()).remove(wanted);
        say("removed " + removed.files() + " files, " + removed.bytes());
        return true;
    }

    private List<Stray> chosen(List<Stray> strays, Predicate<Stray> kind, String done) {
        var wanted = strays.stream().filter(Stray::free).filter(kind).toList();
        for (var stray : wanted) {
            say(
                    (dryRun ? "would be " : "to be ")
                            + done
                            + ": \""
                            + stray.file()
                            + "\" ("
                            + stray.size()
                            + ", "
                            + stray.modified()
                            + ")");
        }
        return wanted;
    }

    // Error Prone says it cannot be null, the JDK says it can: where its provider is switched off.
    @SuppressWarnings("SystemConsoleNull")
    private static boolean agreed(int files) {
        var console = System.console();
        if (console == null || !console.isTerminal()) {
            return false;
        }
        var answer = console.readLine("remove these %d files? [y/N] ", files);
        return answer != null
                && Set.of("y", "yes").contains(answer.strip().toLowerCase(Locale.ROOT));
    }

    private void database(Workplace workplace, List<Pack> packs, List<Diagnosis> found) {
        try {
            if (!workplace.databaseNamed() && !Files.isDirectory(workplace.embeddedFolder())) {
                found.add(
                        new Diagnosis(
                                Diagnosis.Level.NOTE,
                                "server",
                                "no database is named, and Lode's own was never started",
                                "set DATABASE_URL, or let lode sync start its own",
                                ""));
                return;
            }
            try (var open = workplace.database("public")) {
                var target = new TargetDatabase(open.connections(), open.where());
                int workers = workplace.settings().number(Setting.WORKERS, 1, 64);
                found.addAll(new DatabaseDoctor(target, workers).diagnoses(packs));
            }
        } catch (LodeException e) {
            if (e.kind() == ErrorKind.USAGE) {
                throw e;
            }
            found.add(broken("server", String.valueOf(e.getMessage())));
        }
    }

    private static Diagnosis broken(String area, String what) {
        return new Diagnosis(Diagnosis.Level.BROKEN, area, what, "", "");
    }

    private void show(Diagnosis diagnosis) {
        if (options.json()) {
            var fields = new LinkedHashMap<String, Object>();
            fields.put("type", "diagnosis");
            fields.put("level", word(diagnosis.level()));
            fields.put("area", diagnosis.area());
            fields.put("what", diagnosis.what());
            fields.put("remedy", diagnosis.remedy());
            fields.put("gain", diagnosis.gain());
            line(fields);
            return;
        }
        if (options.quiet() && diagnosis.level().compareTo(Diagnosis.Level.WORTH_DOING) < 0) {
            return;
        }
        var out = spec.commandLine().getOut();
        out.println(
                String.format(
                        Locale.ROOT,
                        "%-12s %s: %s",
                        word(diagnosis.level()),
                        diagnosis.area(),
                        diagnosis.what()));
        if (!diagnosis.remedy().isEmpty()) {
            out.println("             do: " + diagnosis.remedy());
        }
        if (!diagnosis.gain().isEmpty()) {
            out.println("             gain: " + diagnosis.gain());
        }
    }

    private int conclude(List<Diagnosis> found) {
        long broken = count(found, Diagnosis.Level.BROKEN);
        long worth = count(found, Diagnosis.Level.WORTH_DOING);
        int exitCode =
                broken > 0
                        ? ErrorKind.DATA.exitCode()
                        : worth > 0 ? LoadReport.DONE_WITH_REMARKS : 0;
        if (options.json()) {
            var fields = new LinkedHashMap<String, Object>();
            fields.put("type", "summary");
            fields.put("broken", broken);
            fields.put("worth_doing", worth);
            fields.put("exit_code", exitCode);
            line(fields);
        } else if (!options.quiet()) {
            spec.commandLine()
                    .getOut()
                    .println(
                            exitCode == 0
                                    ? "all is well"
                                    : broken + " broken, " + worth + " worth doing");
        }
        return exitCode;
    }

    private static long count(List<Diagnosis> found, Diagnosis.Level level) {
        return found.stream().filter(one -> one.level() == level).count();
    }

    private static String word(Diagnosis.Level level) {
        return level.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private void line(Map<String, Object> fields) {
        spec.commandLine()
                .getOut()
                .println(JsonMapper.builder().build().writeValueAsString(fields));
    }

    private void say(String sentence) {
        if (!options.quiet()) {
            spec.commandLine().getErr().println(sentence);
        }
    }
}
