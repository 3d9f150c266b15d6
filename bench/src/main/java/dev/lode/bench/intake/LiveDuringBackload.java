package dev.lode.bench.intake;

import dev.lode.bench.Bench;
import dev.lode.bench.Benchmark;
import dev.lode.bench.NotHere;
import dev.lode.bench.Spread;
import dev.lode.bench.Target;
import dev.lode.bench.Verdict;
import dev.lode.demo.waze.WazeFeed;
import dev.lode.demo.waze.WazeSpec;
import dev.lode.demo.waze.WazeTier;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Live files arrive, four a second, while `lode watch --bulk` takes in a backload, and then while
/// it gives the indexes back. The value is the 99th percentile of the time from a file's arrival to
/// the commit of its rows, of those that arrived while old files came in.
public final class LiveDuringBackload implements Benchmark {
    private static final double MOST_SECONDS = 5;
    private static final int FULL = 21_600;
    private static final int SMALL = 3_600;
    private static final int LEAST = 100;
    private static final int LIVE = 720;
    private static final long EVERY = 250;
    private static final long PATIENCE = TimeUnit.MINUTES.toNanos(20);
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("'wazedata_'yyyy_MM_dd_HH_mm_ss_SSS'.json'");
    private static final String OF_LIVE =
            " FROM lode.intake_file WHERE lane = 'live' AND loaded_at IS NOT NULL AND modified_at";
    private static final String LAST_OLD =
            "(SELECT max(loaded_at) FROM lode.intake_file WHERE lane = 'backload')";

    @Override
    public String name() {
        return "waze-live";
    }

    @Override
    public String work() {
        return "live files beside a backload of a month with `--bulk`: p99 from arrival to commit";
    }

    @Override
    public String against() {
        return "";
    }

    @Override
    public Target target() {
        return Target.seconds(MOST_SECONDS);
    }

    @Override
    public Verdict run(Bench bench) throws IOException, InterruptedException, NotHere {
        var server = bench.server();
        var feed = Feed.of(bench, server, WazeTier.S, bench.options().small() ? SMALL : FULL);
        var latencies = new ArrayList<Double>();
        latencies.add(bench.calibration().read());
        feed.lay();
        int sent = watched(feed, live(bench));
        latencies.add(bench.calibration().read());
        feed.check(sent);
        return judged(bench, feed, Spread.of(latencies));
    }

    /// Files of another city, whose names tell another time each time they are sent.
    private static List<Path> live(Bench bench) throws IOException, InterruptedException {
        var data =
                bench.corpora()
                        .made(
                                "waze-live-" + LIVE,
                                into ->
                                        WazeFeed.write(
                                                new WazeSpec(
                                                        2,
                                                        WazeTier.S,
                                                        Instant.parse("2018-11-01T10:00:00Z"),
                                                        LIVE,
                                                        false),
                                                into,
                                                _ -> {}));
        try (Stream<Path> files = Files.list(data.resolve("incoming"))) {
            return files.sorted().toList();
        }
    }

    /// @return live files that were sent
    private static int watched(Feed feed, List<Path> live)
            throws IOException, InterruptedException {
        Path times = feed.watched().resolve("times");
        Path output = feed.watched().resolve("output");
        var shell = feed.watch("--bulk").start(times, output);
        long end = System.nanoTime() + PATIENCE;
        try {
            while (feed.suspended() == 0) {
                alive(shell, output, end);
                Thread.sleep(EVERY);
            }
            int sent = 0;
            while (sent < live.size() && (sent < LEAST || feed.suspended() > 0)) {
                alive(shell, output, end);
                send(feed, live.get(sent));
                sent++;
                Thread.sleep(EVERY);
            }
            while (feed.suspended() > 0 || feed.waiting() > 0) {
                alive(shell, output, end);
                Thread.sleep(EVERY);
            }
            return sent;
        } finally {
            shell.descendants().forEach(ProcessHandle::destroy);
            shell.waitFor();
        }
    }

    private static void alive(Process shell, Path output, long end) throws IOException {
        if (!shell.isAlive() || System.nanoTime() > end) {
            throw new IOException("lode watch ended, or is not done: " + Files.readString(output));
        }
    }

    /// Written aside, so that it appears whole, with the time of its arrival.
    private static void send(Feed feed, Path file) throws IOException {
        Path part = feed.incoming().resolve("live.tmp");
        Files.copy(file, part, StandardCopyOption.REPLACE_EXISTING);
        Files.move(
                part,
                feed.incoming().resolve(NAME.format(Instant.now().atOffset(ZoneOffset.UTC))),
                StandardCopyOption.ATOMIC_MOVE);
    }

    private Verdict judged(Bench bench, Feed feed, Spread latencies)
            throws IOException, InterruptedException {
        long beside = feed.number("SELECT count(*)" + OF_LIVE + " < " + LAST_OLD);
        if (beside < LEAST) {
            throw new IOException(beside + " live files beside old ones: more old ones are needed");
        }
        String seconds = "extract(epoch FROM loaded_at - modified_at)";
        double[] quantiles = new double[3];
        double[] shares = {0.01, 0.5, 0.99};
        for (int i = 0; i < shares.length; i++) {
            quantiles[i] =
                    Double.parseDouble(
                            feed.value(
                                    "SELECT percentile_cont("
                                            + shares[i]
                                            + ") WITHIN GROUP (ORDER BY "
                                            + seconds
                                            + ")"
                                            + OF_LIVE
                                            + " < "
                                            + LAST_OLD));
        }
        String after =
                feed.value(
                        "SELECT count(*) || ' live files, median '"
                                + " || round((percentile_cont(0.5) WITHIN GROUP (ORDER BY "
                                + seconds
                                + "))::numeric, 1) || ' s, at most ' || round(max("
                                + seconds
                                + ")::numeric, 1) || ' s'"
                                + OF_LIVE
                                + " >= "
                                + LAST_OLD);
        String speed =
                feed.value(
                        "SELECT round((count(*) / extract(epoch FROM max(loaded_at) -"
                            + " min(loaded_at)))::numeric, 1) FROM lode.intake_file WHERE lane ="
                            + " 'backload'");
        return new Verdict.Measured(
                name(),
                new Spread(quantiles[2], quantiles[0], quantiles[2]),
                target(),
                List.of(
                        String.format(
                                Locale.ROOT,
                                "%d live files beside the backload: p50 %.2f s, p99 %.2f s; old"
                                        + " ones at %s a second",
                                beside,
                                quantiles[1],
                                quantiles[2],
                                speed),
                        "while the indexes were given back, beside live files: " + after,
                        bench.calibration().regime(latencies)));
    }
}
