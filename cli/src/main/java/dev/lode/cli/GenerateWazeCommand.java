package dev.lode.cli;

import dev.lode.cli.progress.Words;
import dev.lode.core.LodeException;
import dev.lode.demo.waze.WazeFeed;
import dev.lode.demo.waze.WazeSpec;
import dev.lode.demo.waze.WazeTier;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.concurrent.Callable;

/// `lode generate waze`: files of a city's feed.
@Command(
        name = "waze",
        description = {
            "Writes files as the Waze feed of a city sends them into DIR/incoming, two minutes"
                    + " apart, the same bytes",
            "for the same options, and DIR/expected.json with what a loader should make of them."
        })
final class GenerateWazeCommand implements Callable<Integer> {
    private static final int MONTH = 21_600;

    @ParentCommand private GenerateCommand generate;

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "where the files go")
    private Path folder;

    @Option(
            names = "--files",
            paramLabel = "N",
            description = "how many: 720 are a day, 21600 a month; ${DEFAULT-VALUE} by default")
    private int files = 720;

    @Option(
            names = "--tier",
            paramLabel = "TIER",
            description = "size of the city: S, M, L or XL; ${DEFAULT-VALUE} by default")
    private WazeTier tier = WazeTier.S;

    @Option(
            names = "--start",
            paramLabel = "TIME",
            description = "of the first file, UTC; ${DEFAULT-VALUE} by default")
    private String start = "2017-11-01T03:00:00Z";

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "of all that looks random; ${DEFAULT-VALUE} by default")
    private long seed = 1;

    @Option(
            names = "--odd",
            description = "with duplicates, damaged files and strange records among the first 40")
    private boolean odd;

    @SuppressWarnings("NullAway.Init") // picocli fills the fields before the command runs
    GenerateWazeCommand() {}

    @Override
    public Integer call() {
        if (files < 1 || files > 100 * MONTH) {
            throw LodeException.usage(
                    "--files: " + files + " is out of bounds: expected 1 to " + 100 * MONTH);
        }
        long begun = System.nanoTime();
        var expected =
                WazeFeed.write(new WazeSpec(seed, tier, instant(), files, odd), folder, _ -> {});
        if (!generate.quiet()) {
            long rows = expected.rows().values().stream().mapToLong(Long::longValue).sum();
            spec.commandLine()
                    .getOut()
                    .println(
                            folder.resolve("incoming")
                                    + ": "
                                    + files
                                    + " files for "
                                    + Words.count(rows)
                                    + " rows in "
                                    + Words.time(
                                            java.time.Duration.ofNanos(System.nanoTime() - begun)));
        }
        return 0;
    }

    private Instant instant() {
        try {
            return Instant.parse(start);
        } catch (DateTimeParseException e) {
            throw LodeException.usage(
                    "--start: \"" + start + "\" is not a time: expected 2017-11-01T03:00:00Z");
        }
    }
}
