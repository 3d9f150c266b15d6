package dev.lode.bench.intake;

import dev.lode.bench.Bench;
import dev.lode.bench.Benchmark;
import dev.lode.bench.NotHere;
import dev.lode.bench.Program;
import dev.lode.bench.Spread;
import dev.lode.bench.Target;
import dev.lode.bench.Unit;
import dev.lode.bench.Verdict;
import dev.lode.demo.waze.WazeFeed;
import dev.lode.demo.waze.WazeTier;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/// [EncodeFiles] over files of a large city, in a JVM of its own with the launcher's heap.
public final class JsonRows implements Benchmark {
    private static final double MOST = 12.5;
    private static final int FILES = 20;
    private static final int FULL = 4_000;
    private static final int SMALL = 800;

    @Override
    public String name() {
        return "json-rows";
    }

    @Override
    public String work() {
        return "bytes of JSON to encoded rows, hashes included, one core";
    }

    @Override
    public String against() {
        return "";
    }

    @Override
    public Target target() {
        return new Target(Unit.NANOS_A_BYTE, MOST, MOST);
    }

    @Override
    public Verdict run(Bench bench) throws IOException, InterruptedException, NotHere {
        Path data =
                bench.corpora()
                        .made(
                                "waze-rush-" + FILES,
                                into ->
                                        WazeFeed.write(
                                                Feed.rush(WazeTier.L, FILES), into, _ -> {}));
        List<Path> files;
        try (Stream<Path> found = Files.list(data.resolve("incoming"))) {
            files = found.sorted().toList();
        }
        var values = new ArrayList<Double>();
        var latencies = new ArrayList<Double>();
        for (int run = 0; run < bench.options().pairs(); run++) {
            latencies.add(bench.calibration().read());
            String[] answer = program(bench, files).output().split(" ", -1);
            values.add(Double.parseDouble(answer[0]));
            bench.say(
                    String.format(
                            Locale.ROOT,
                            "run %d: %.1f ns a byte, %.0f MB/s",
                            run + 1,
                            values.getLast(),
                            1000 / values.getLast()));
        }
        double median = Spread.of(values).median();
        return new Verdict.Measured(
                name(),
                Spread.of(values),
                target(),
                List.of(
                        String.format(Locale.ROOT, "%.0f MB/s on one core", 1000 / median),
                        bench.calibration().regime(Spread.of(latencies))));
    }

    private static Program program(Bench bench, List<Path> files) {
        var words =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-Xmx512m",
                                "-XX:+UseSerialGC",
                                "-XX:+UseCompactObjectHeaders",
                                "-XX:-UsePerfData",
                                "-cp",
                                System.getProperty("java.class.path"),
                                EncodeFiles.class.getName(),
                                bench.home().resolve("packs/waze").toString(),
                                Integer.toString(bench.options().small() ? SMALL : FULL)));
        files.forEach(file -> words.add(file.toString()));
        return new Program(words, bench.folder(), Map.of());
    }
}
