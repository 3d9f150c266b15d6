package dev.lode.bench.publish;

import dev.lode.bench.Bench;
import dev.lode.bench.Benchmark;
import dev.lode.bench.Cost;
import dev.lode.bench.NotHere;
import dev.lode.bench.Pairs;
import dev.lode.bench.Target;
import dev.lode.bench.Verdict;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Locale;

/// The same number of changes in four times as many items. The archives of all are copied and
/// hashed whole, which grows with them: how long that takes alone is told as the floor.
public final class PublishGrowth implements Benchmark {
    @Override
    public String name() {
        return "publish-growth";
    }

    @Override
    public String work() {
        return "1,000 changes in 4 million items";
    }

    @Override
    public String against() {
        return "1,000 changes in 1 million items";
    }

    @Override
    public Target target() {
        return Target.ratio(1.5, 1.5);
    }

    @Override
    public Verdict run(Bench bench) throws IOException, InterruptedException, NotHere {
        var one = Items.filled(bench, "bench_publish", 1);
        var four = Items.filled(bench, "bench_publish_4", 4);
        Path small = bench.folder().resolve("published");
        Path large = bench.folder().resolve("published-4");
        one.full(small);
        four.full(large);
        var pairs = Pairs.measure(bench, () -> changed(four, large), () -> changed(one, small));
        var notes = new ArrayList<>(pairs.notes());
        double more = four.copyOfAll(large).wall() - one.copyOfAll(small).wall();
        double other = pairs.otherWall().median();
        notes.add(
                String.format(
                        Locale.ROOT,
                        "floor, cp, sync and sha256sum of the larger archives of all take %.2f s"
                                + " more: %.2f",
                        more,
                        (other + more) / other));
        return new Verdict.Measured(name(), pairs.ratio(), target(), notes);
    }

    private static Cost changed(Items items, Path to) throws IOException, InterruptedException {
        items.change();
        return items.server().measured(items.publish(to));
    }
}
