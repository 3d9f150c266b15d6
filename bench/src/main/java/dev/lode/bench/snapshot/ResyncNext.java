package dev.lode.bench.snapshot;

import dev.lode.bench.Bench;
import dev.lode.bench.Benchmark;
import dev.lode.bench.Cost;
import dev.lode.bench.NotHere;
import dev.lode.bench.Pairs;
import dev.lode.bench.Server;
import dev.lode.bench.Target;
import dev.lode.bench.Verdict;
import dev.lode.bench.decode.OwnDecoder;

import java.io.IOException;
import java.nio.file.Path;

/// The next snapshot over the last: 1 % of the rows changed, 0.5 % are new, 0.1 % vanished. Nothing
/// can be faster than decoding it, which is what it is compared with.
public final class ResyncNext implements Benchmark {
    private static final String LOADED = "bench_loaded";

    @Override
    public String name() {
        return "resync-next";
    }

    @Override
    public String work() {
        return "the next snapshot: 1 % changed, 0.5 % new, 0.1 % vanished";
    }

    @Override
    public String against() {
        return "decoding it alone with Lode's own decoder";
    }

    @Override
    public Target target() {
        return Target.ratio(1.3, 1.3);
    }

    @Override
    public Verdict run(Bench bench) throws IOException, InterruptedException, NotHere {
        var server = bench.server();
        var snapshots = new Snapshots(bench, server);
        Path first = bench.corpora().snapshot(Snapshots.megabytes(bench));
        Path next = bench.corpora().next(Snapshots.megabytes(bench));
        bench.say("first load: " + snapshots.ours(first).text());
        server.sql("lode", "DROP DATABASE IF EXISTS " + LOADED);
        server.sql("lode", "ALTER DATABASE " + Snapshots.OURS + " RENAME TO " + LOADED);
        var decoder = OwnDecoder.of(Snapshots.files(next), bench.folder());
        var pairs = Pairs.measure(bench, () -> again(server, snapshots, next), decoder::run);
        return new Verdict.Measured(name(), pairs.ratio(), target(), pairs.notes());
    }

    /// From the state after the first snapshot, each time.
    private static Cost again(Server server, Snapshots snapshots, Path next)
            throws IOException, InterruptedException {
        server.sql("lode", "DROP DATABASE IF EXISTS " + Snapshots.OURS + " WITH (FORCE)");
        server.sql("lode", "CREATE DATABASE " + Snapshots.OURS + " TEMPLATE " + LOADED);
        return server.measured(snapshots.load(next));
    }
}
