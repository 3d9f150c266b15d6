package dev.lode.bench.publish;

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

/// Publishing once more when nothing changed: to be seen quickly, and from at most ten rows. More
/// rows are told as twice the target.
public final class PublishNothing implements Benchmark {
    private static final double MOST = 3;
    private static final long ROWS = 10;

    @Override
    public String name() {
        return "publish-nothing";
    }

    @Override
    public String work() {
        return "nothing changed, found out";
    }

    @Override
    public String against() {
        return "";
    }

    @Override
    public Target target() {
        return Target.seconds(MOST);
    }

    @Override
    public Verdict run(Bench bench) throws IOException, InterruptedException, NotHere {
        var items = Items.filled(bench, "bench_publish", 1);
        Path kept = bench.folder().resolve("published");
        items.full(kept);
        // The servers' counters lag behind by up to a second.
        Thread.sleep(2_000);
        var seconds = new ArrayList<Double>();
        long before = items.rowsRead();
        for (int pair = 0; pair < bench.options().pairs(); pair++) {
            seconds.add(items.server().measured(items.publish(kept)).wall());
            bench.say(String.format(Locale.ROOT, "%.2f s", seconds.getLast()));
        }
        Thread.sleep(2_000);
        long rows = (items.rowsRead() - before) / bench.options().pairs();
        var spread = Spread.of(seconds);
        return new Verdict.Measured(
                name(),
                rows <= ROWS ? spread : new Spread(2 * MOST, spread.least(), spread.most()),
                target(),
                List.of(rows + " rows of the tables and the log of changes were read each time"));
    }
}
