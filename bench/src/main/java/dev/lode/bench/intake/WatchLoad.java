package dev.lode.bench.intake;

import dev.lode.bench.Bench;
import dev.lode.bench.Benchmark;
import dev.lode.bench.Cost;
import dev.lode.bench.NotHere;
import dev.lode.bench.Spread;
import dev.lode.bench.Target;
import dev.lode.bench.Unit;
import dev.lode.bench.Verdict;
import dev.lode.demo.waze.WazeTier;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// `lode watch --once` of a folder of old files into a fresh database, where it makes ledger and
/// tables: from exec to exit, all nine tables with every key and index valid at the end. The value
/// is the time for one file, so that runs of any size have the same target.
///
/// @param name of the benchmark
/// @param work in half a line
/// @param files of a full run
/// @param smallFiles of a small one
/// @param most runs
/// @param bulk whether keys and indexes are given up meanwhile
public record WatchLoad(
        String name,
        String work,
        Target target,
        WazeTier tier,
        int files,
        int smallFiles,
        int most,
        boolean bulk)
        implements Benchmark {
    private static final int DAY = 720;
    private static final int MONTH = 30 * DAY;
    private static final double MONTH_SECONDS = 18 * 60;
    private static final double MONTH_BULK_SECONDS = 6 * 60;
    private static final double DAY_SECONDS = 20;
    private static final double LARGE_A_SECOND = 8;

    /// All of them.
    public static List<WatchLoad> all() {
        return List.of(
                new WatchLoad(
                        "waze-month",
                        "a month of a small city: 21,600 files, 16 million rows, keys in place",
                        millis(MONTH_SECONDS, MONTH),
                        WazeTier.S,
                        MONTH,
                        DAY,
                        1,
                        false),
                new WatchLoad(
                        "waze-month-bulk",
                        "the same with `--bulk`",
                        millis(MONTH_BULK_SECONDS, MONTH),
                        WazeTier.S,
                        MONTH,
                        DAY,
                        1,
                        true),
                new WatchLoad(
                        "waze-day",
                        "a day of a small city: 720 files, with `--bulk`",
                        millis(DAY_SECONDS, DAY),
                        WazeTier.S,
                        DAY,
                        DAY / 2,
                        5,
                        true),
                new WatchLoad(
                        "waze-large",
                        "files of 0.8 MB with 16 thousand rows, with `--bulk`",
                        millis(1, LARGE_A_SECOND),
                        WazeTier.L,
                        300,
                        60,
                        3,
                        true));
    }

    private static Target millis(double seconds, double files) {
        double each = Math.floor(seconds * 10_000 / files) / 10;
        return new Target(Unit.MILLIS_A_FILE, each, each);
    }

    @Override
    public String against() {
        return "";
    }

    @Override
    public Verdict run(Bench bench) throws IOException, InterruptedException, NotHere {
        int count = bench.options().small() ? smallFiles : files;
        var server = bench.server();
        var feed = Feed.of(bench, server, tier, count);
        var costs = new ArrayList<Cost>();
        var latencies = new ArrayList<Double>();
        var notes = new ArrayList<String>();
        latencies.add(bench.calibration().read());
        for (int run = 0; run < Math.min(most, bench.options().pairs()); run++) {
            feed.lay();
            var watch = bulk ? feed.watch("--once", "--bulk") : feed.watch("--once");
            costs.add(server.measured(watch));
            latencies.add(bench.calibration().read());
            bench.say(
                    String.format(
                            Locale.ROOT,
                            "run %d: %s; %.1f files/s",
                            run + 1,
                            costs.getLast().text(),
                            count / costs.getLast().wall()));
        }
        feed.check(0);
        double wall = Spread.of(costs.stream().map(Cost::wall).toList()).median();
        double cpu = Spread.of(costs.stream().map(Cost::cpu).toList()).median();
        long rows = feed.expected().values().stream().mapToLong(Long::longValue).sum();
        int cores = Runtime.getRuntime().availableProcessors();
        notes.add(
                String.format(
                        Locale.ROOT,
                        "%d files, %d rows: %.1f s, %.1f files/s, %.0f rows/s; %.1f CPU s, which"
                                + " over %d cores are %.1f s",
                        count,
                        rows,
                        wall,
                        count / wall,
                        rows / wall,
                        cpu,
                        cores,
                        cpu / cores));
        notes.add(pace(feed));
        notes.add(bench.calibration().regime(Spread.of(latencies)));
        var each = Spread.of(costs.stream().map(cost -> cost.wall() * 1000 / count).toList());
        return new Verdict.Measured(name, each, target, notes);
    }

    /// How fast files came at the beginning, in the middle and at the end, and what was after them.
    private static String pace(Feed feed) throws IOException, InterruptedException {
        String tenths =
                feed.value(
                        "SELECT string_agg(round(n / greatest(s, 0.001))::text, ', ' ORDER BY t)"
                            + " FROM (SELECT t, count(*) AS n, extract(epoch FROM max(loaded_at) -"
                            + " min(loaded_at)) AS s FROM (SELECT loaded_at, ntile(10) OVER (ORDER"
                            + " BY loaded_at) AS t FROM lode.intake_file) f GROUP BY t) p");
        String after =
                feed.value(
                        "SELECT round(extract(epoch FROM r.ended_at - (SELECT max(loaded_at) FROM"
                                + " lode.intake_file))::numeric, 1) FROM lode.run r ORDER BY"
                                + " r.ended_at DESC LIMIT 1");
        return "files/s by tenths: " + tenths + "; after the last file " + after + " s";
    }
}
