package dev.lode.bench.snapshot;

import dev.lode.bench.Bench;
import dev.lode.bench.Benchmark;
import dev.lode.bench.NotHere;
import dev.lode.bench.Spread;
import dev.lode.bench.Target;
import dev.lode.bench.Verdict;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The snapshot that is loaded already, once more: nothing to do, to be seen quickly.
public final class ResyncSame implements Benchmark {
    @Override
    public String name() {
        return "resync-same";
    }

    @Override
    public String work() {
        return "the same snapshot again";
    }

    @Override
    public String against() {
        return "";
    }

    @Override
    public Target target() {
        return Target.seconds(1.5);
    }

    @Override
    public Verdict run(Bench bench) throws IOException, InterruptedException, NotHere {
        var server = bench.server();
        var snapshots = new Snapshots(bench, server);
        Path folder = bench.corpora().snapshot(Snapshots.megabytes(bench));
        bench.say("first load: " + snapshots.ours(folder).text());
        var walls = new ArrayList<Double>();
        var latencies = new ArrayList<Double>();
        for (int i = 0; i < bench.options().pairs(); i++) {
            latencies.add(bench.calibration().read());
            var cost = server.measured(snapshots.load(folder));
            walls.add(cost.wall());
            bench.say(String.format(Locale.ROOT, "run %d: %s", i + 1, cost.text()));
        }
        return new Verdict.Measured(
                name(),
                Spread.of(walls),
                target(),
                List.of(bench.calibration().regime(Spread.of(latencies))));
    }
}
