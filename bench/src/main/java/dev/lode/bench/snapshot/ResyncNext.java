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
import java.util.ArrayList;
import java.util.Locale;
import java.util.Set;

/// The next snapshot over the last: 1 % of the rows changed, 0.5 % are new, 0.1 % vanished. Nothing
/// can be faster than decoding it, which is what it is compared with. Between two snapshots lie
/// weeks: the tables are as autovacuum leaves them.
///
/// To know what changed, the server has to read its rows once. That it does so by nothing but their
/// digests is the floor that is told beside.
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
        server.sql(Snapshots.OURS, "VACUUM (ANALYZE)");
        server.sql("lode", "DROP DATABASE IF EXISTS " + LOADED);
        server.sql("lode", "ALTER DATABASE " + Snapshots.OURS + " RENAME TO " + LOADED);
        var decoder = OwnDecoder.of(Snapshots.files(next), bench.folder());
        var pairs = Pairs.measure(bench, () -> again(server, snapshots, next), decoder::run);
        var notes = new ArrayList<>(pairs.notes());
        notes.add(pairs.cpuFloor());
        notes.add(floor(server, snapshots.tables(next).keySet(), pairs));
        return new Verdict.Measured(name(), pairs.ratio(), target(), notes);
    }

    /// Decoding the files and hashing the rows that are there, with every core busy all the time.
    private static String floor(Server server, Set<String> tables, Pairs pairs)
            throws IOException, InterruptedException {
        var digests = new StringBuilder();
        for (String table : tables) {
            digests.append("SELECT count(sha256(record_send(t))) FROM ")
                    .append(table)
                    .append(" t; ");
        }
        var cost =
                server.measured(
                        server.script(
                                Snapshots.OURS,
                                "psql -qXAt -v ON_ERROR_STOP=1 -c '" + digests + "' > /dev/null"));
        int cores = Runtime.getRuntime().availableProcessors();
        return String.format(
                Locale.ROOT,
                "floor, CPU time of decoding and of the server's digests of its rows (%.2f CPU s)"
                        + " over %d cores: %.2f",
                cost.cpu(),
                cores,
                (pairs.otherCpu() + cost.cpu()) / cores / pairs.otherWall().median());
    }

    /// From the state after the first snapshot, each time.
    private static Cost again(Server server, Snapshots snapshots, Path next)
            throws IOException, InterruptedException {
        server.sql("lode", "DROP DATABASE IF EXISTS " + Snapshots.OURS + " WITH (FORCE)");
        server.sql("lode", "CREATE DATABASE " + Snapshots.OURS + " TEMPLATE " + LOADED);
        return server.measured(snapshots.load(next));
    }
}
