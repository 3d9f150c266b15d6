package dev.lode.bench.snapshot;

import dev.lode.bench.Bench;
import dev.lode.bench.Benchmark;
import dev.lode.bench.Corpora;
import dev.lode.bench.NotHere;
import dev.lode.bench.ProcessTimes;
import dev.lode.bench.Program;
import dev.lode.bench.Spread;
import dev.lode.bench.Target;
import dev.lode.bench.Verdict;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Resident memory of `lode load` over a long input. The input is one file of many bzip2 streams:
/// its header once, then the same gigabyte of opinions again and again, into a table without keys.
///
/// Looked at twice a second in `/proc`, with everything that the process has in memory. The value
/// is the highest reading. It is flat when the median of the last quarter of the readings is at
/// most a tenth above that of the second quarter, in which everything has been allocated that ever
/// is; a load that is not flat is a miss, told as a value of twice the target.
public final class MemoryFlat implements Benchmark {
    private static final int FULL_TIMES = 20;
    private static final long FULL_MEGABYTES = 1_000;
    private static final int SMALL_TIMES = 4;
    private static final long SMALL_MEGABYTES = 100;
    private static final double GROWTH = 1.1;
    private static final double MOST = 900;
    private static final String OURS = "bench_lode";

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public String work() {
        return "20 GB of opinions, .csv.bz2; resident memory over time";
    }

    @Override
    public String against() {
        return "";
    }

    @Override
    public Target target() {
        return Target.mebibytes(MOST);
    }

    @Override
    public Verdict run(Bench bench) throws IOException, InterruptedException, NotHere {
        if (!Files.isDirectory(Path.of("/proc/self"))) {
            throw new NotHere("there is no /proc");
        }
        if (!Program.installed("bzip2")) {
            throw new NotHere("bzip2 is not installed");
        }
        var server = bench.server();
        boolean small = bench.options().small();
        Path input =
                repeated(
                        bench,
                        small ? SMALL_TIMES : FULL_TIMES,
                        small ? SMALL_MEGABYTES : FULL_MEGABYTES);
        server.fresh(OURS);
        // What is measured is the client: the table need not survive a crash of the machine.
        server.sql(OURS, "ALTER DATABASE " + OURS + " SET synchronous_commit = off");
        List<Double> readings =
                watch(bench, bench.lode().load(server.url(OURS), "bench-opinions", input));
        return judged(readings);
    }

    private Verdict judged(List<Double> readings) throws IOException {
        int quarter = readings.size() / 4;
        if (quarter < 2) {
            throw new IOException("only " + readings.size() + " readings: more input is needed");
        }
        double early = Spread.of(readings.subList(quarter, 2 * quarter)).median();
        double late = Spread.of(readings.subList(3 * quarter, readings.size())).median();
        boolean flat = late <= GROWTH * early;
        double peak = Spread.of(readings).most();
        double value = flat ? peak : 2 * MOST;
        return new Verdict.Measured(
                name(),
                new Spread(value, Spread.of(readings).least(), peak),
                target(),
                List.of(
                        String.format(
                                Locale.ROOT,
                                "%d readings; second quarter %.0f MiB, last quarter %.0f MiB: %s",
                                readings.size(),
                                early,
                                late,
                                flat ? "flat" : "grows")));
    }

    /// Every half second, of the process that the launcher became.
    private static List<Double> watch(Bench bench, Program program)
            throws IOException, InterruptedException {
        Path times = bench.folder().resolve("memory-times");
        Path output = bench.folder().resolve("memory-output");
        var readings = new ArrayList<Double>();
        Process shell = program.start(times, output);
        while (!shell.waitFor(500, TimeUnit.MILLISECONDS)) {
            double resident =
                    shell.descendants()
                            .mapToDouble(one -> ProcessTimes.residentMebibytes(one.pid()))
                            .sum();
            if (resident > 0) {
                readings.add(resident);
            }
        }
        if (shell.exitValue() != 0) {
            throw new IOException(
                    "lode ended with " + shell.exitValue() + ": " + Files.readString(output));
        }
        return readings;
    }

    private static Path repeated(Bench bench, int times, long megabytes)
            throws IOException, InterruptedException {
        Path plain =
                bench.corpora()
                        .opinions(megabytes, false)
                        .resolve("opinions-" + Corpora.DATE + ".csv");
        return bench.corpora()
                .made(
                        "repeated-" + times + "-" + megabytes,
                        into -> {
                            String target = "opinions-" + Corpora.DATE + ".csv.bz2";
                            Program.script(
                                            String.format(
                                                    Locale.ROOT,
                                                    "head -n 1 '%s' | bzip2 >%s; tail -n +2 '%s' |"
                                                        + " bzip2 >body; for i in $(seq %d); do cat"
                                                        + " body; done >>%s; rm body",
                                                    plain,
                                                    target,
                                                    plain,
                                                    times,
                                                    target),
                                            into,
                                            Map.of())
                                    .run();
                        });
    }
}
