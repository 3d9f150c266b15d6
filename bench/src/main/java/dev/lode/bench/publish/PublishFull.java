package dev.lode.bench.publish;

import dev.lode.bench.Bench;
import dev.lode.bench.Benchmark;
import dev.lode.bench.Cost;
import dev.lode.bench.NotHere;
import dev.lode.bench.Pairs;
import dev.lode.bench.Program;
import dev.lode.bench.Target;
import dev.lode.bench.Verdict;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// All archives for the first time, against the way of the original export: a file per item, a
/// gzipped tar per court, a tar of those for all, with the same level of compression.
public final class PublishFull implements Benchmark {
    private static final String DATABASE = "bench_publish";

    @Override
    public String name() {
        return "publish-full";
    }

    @Override
    public String work() {
        return "1 million items of 2 kB in 1,400 archives and four of all";
    }

    @Override
    public String against() {
        return "Python: json.dumps to a file per item, tarfile and gzip per court, a tar of those";
    }

    @Override
    public Target target() {
        return Target.ratio(0.20, 0.20);
    }

    @Override
    public Verdict run(Bench bench) throws IOException, InterruptedException, NotHere {
        if (!Program.installed("python3")) {
            throw new NotHere("python3 is not installed");
        }
        var items = Items.filled(bench, DATABASE, 1);
        Path ours = bench.folder().resolve("published");
        Path theirs = bench.folder().resolve("original");
        var pairs =
                Pairs.measure(bench, () -> items.full(ours), () -> original(bench, items, theirs));
        return new Verdict.Measured(name(), pairs.ratio(), target(), pairs.notes());
    }

    private static Cost original(Bench bench, Items items, Path to)
            throws IOException, InterruptedException {
        Items.remove(to);
        Files.createDirectories(to);
        return items.server()
                .measured(
                        items.server()
                                .script(
                                        DATABASE,
                                        "python3 '"
                                                + bench.own("publish").resolve("original.py")
                                                + "' '"
                                                + to
                                                + "' "
                                                + String.join(" ", Items.TYPES)));
    }
}
