package dev.lode.bench.publish;

import dev.lode.bench.Bench;
import dev.lode.bench.Benchmark;
import dev.lode.bench.NotHere;
import dev.lode.bench.Pairs;
import dev.lode.bench.Target;
import dev.lode.bench.Verdict;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Locale;

/// A thousandth of the items changed, in a fifth of the courts, against everything anew; with the
/// archives of all and every hash.
public final class PublishChange implements Benchmark {
    @Override
    public String name() {
        return "publish-change";
    }

    @Override
    public String work() {
        return "0.1 % of the items changed in 20 % of the archives";
    }

    @Override
    public String against() {
        return "our own build of everything";
    }

    @Override
    public Target target() {
        return Target.ratio(0.10, 0.10);
    }

    @Override
    public Verdict run(Bench bench) throws IOException, InterruptedException, NotHere {
        var items = Items.filled(bench, "bench_publish", 1);
        Path kept = bench.folder().resolve("published");
        items.full(kept);
        var pairs =
                Pairs.measure(
                        bench,
                        () -> {
                            items.change();
                            return items.server().measured(items.publish(kept));
                        },
                        () -> items.full(bench.folder().resolve("anew")));
        var notes = new ArrayList<>(pairs.notes());
        notes.add(pairs.cpuFloor());
        notes.add(
                String.format(
                        Locale.ROOT,
                        "floor, cp, sync and sha256sum of the archives of all alone: %.2f",
                        items.copyOfAll(kept).wall() / pairs.otherWall().median()));
        return new Verdict.Measured(name(), pairs.ratio(), target(), notes);
    }
}
