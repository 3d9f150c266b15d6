package dev.lode.cli;

import dev.lode.cli.progress.Words;
import dev.lode.core.ByteSize;
import dev.lode.core.LodeException;
import dev.lode.core.Suggestion;
import dev.lode.demo.corpus.CorpusGenerator;
import dev.lode.demo.corpus.CorpusSpec;
import dev.lode.demo.corpus.Fault;
import dev.lode.demo.corpus.Packing;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;

/// `lode generate`: a CourtListener-shaped snapshot of any size.
@Command(
        name = "generate",
        subcommands = GenerateWazeCommand.class,
        description = {
            "Writes a CourtListener-shaped snapshot into a folder, the same bytes for the same"
                    + " options, and beside it",
            "expected-DATE.json with what a loader should make of it. Faults can be planted, with"
                    + " their counts in there."
        })
final class GenerateCommand implements Callable<Integer> {
    private final GlobalOptions options;

    @Spec private CommandSpec spec;

    @Parameters(
            paramLabel = "DIR",
            arity = "0..1",
            description = "where the files go; or waze, for another dataset's files")
    private @Nullable Path folder;

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            description = "of the data before compression; ${DEFAULT-VALUE} by default")
    private String size = "20MB";

    @Option(
            names = "--date",
            paramLabel = "YYYY-MM-DD",
            description = "of the snapshot, which decides the dialect; ${DEFAULT-VALUE} by default")
    private String date = "2026-06-30";

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "of all that looks random; ${DEFAULT-VALUE} by default")
    private long seed = 1;

    @Option(names = "--plain", description = "not compressed")
    private boolean plain;

    @Option(
            names = "--tables",
            paramLabel = "TABLE",
            split = ",",
            description = "only these tables")
    private List<String> tables = List.of();

    @Option(
            names = "--fault",
            paramLabel = "FAULT",
            split = ",",
            description = "faults to plant, see --faults; all for every one")
    private List<String> faults = List.of();

    @Option(names = "--faults", description = "lists the faults that can be planted")
    private boolean listFaults;

    @Option(
            names = "--after",
            paramLabel = "YYYY-MM-DD",
            description = "make the snapshot that follows the one of this date")
    private Optional<String> after = Optional.empty();

    @Option(
            names = "--changed",
            paramLabel = "SHARE",
            description = "with --after: rows that changed; ${DEFAULT-VALUE} by default")
    private double changed = 0.01;

    @Option(
            names = "--added",
            paramLabel = "SHARE",
            description = "with --after: rows that are new; ${DEFAULT-VALUE} by default")
    private double added = 0.005;

    @Option(
            names = "--vanished",
            paramLabel = "SHARE",
            description = "with --after: rows that are gone; ${DEFAULT-VALUE} by default")
    private double vanished = 0.001;

    @SuppressWarnings("NullAway.Init") // picocli fills the fields before the command runs
    GenerateCommand(GlobalOptions options) {
        this.options = options;
    }

    boolean quiet() {
        return options.quiet();
    }

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        if (listFaults) {
            Arrays.stream(Fault.values()).map(GenerateCommand::word).forEach(out::println);
            return 0;
        }
        var into = folder;
        if (into == null) {
            throw LodeException.usage(
                    "lode generate: no folder is named; nothing was written; expected lode generate"
                            + " DIR, or lode generate waze DIR");
        }
        var specification =
                CorpusSpec.of(seed, ByteSize.parse(size), date("--after", after.orElse(date)))
                        .withTables(Set.copyOf(tables));
        if (after.isPresent()) {
            specification = specification.next(date("--date", date), changed, added, vanished);
        }
        if (plain) {
            specification = specification.with(Packing.PLAIN);
        }
        if (!faults.isEmpty()) {
            specification = specification.withFaults(faults());
        }
        long started = System.nanoTime();
        var report = CorpusGenerator.write(specification, into, (file, done, expected) -> {});
        if (!options.quiet()) {
            long records = report.tables().stream().mapToLong(table -> table.records()).sum();
            out.println(
                    into
                            + ": "
                            + report.tables().size()
                            + " files with "
                            + Words.count(records)
                            + " records in "
                            + Words.time(java.time.Duration.ofNanos(System.nanoTime() - started)));
        }
        return 0;
    }

    private Fault[] faults() {
        if (faults.contains("all")) {
            return Fault.values();
        }
        var words = Arrays.stream(Fault.values()).map(GenerateCommand::word).toList();
        return faults.stream()
                .map(
                        word ->
                                Arrays.stream(Fault.values())
                                        .filter(fault -> word(fault).equals(word))
                                        .findFirst()
                                        .orElseThrow(
                                                () ->
                                                        LodeException.usage(
                                                                "--fault: \""
                                                                        + word
                                                                        + "\" is unknown"
                                                                        + Suggestion.hint(
                                                                                word, words)
                                                                        + "; lode generate --faults"
                                                                        + " DIR lists them")))
                .toArray(Fault[]::new);
    }

    private static String word(Fault fault) {
        return fault.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static LocalDate date(String flag, String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw LodeException.usage(
                    flag + ": \"" + text + "\" is not a date: expected YYYY-MM-DD");
        }
    }
}
