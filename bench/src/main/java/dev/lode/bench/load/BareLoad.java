package dev.lode.bench.load;

import dev.lode.bench.Bench;
import dev.lode.bench.Benchmark;
import dev.lode.bench.Cost;
import dev.lode.bench.NotHere;
import dev.lode.bench.Pairs;
import dev.lode.bench.Program;
import dev.lode.bench.Server;
import dev.lode.bench.Target;
import dev.lode.bench.Verdict;
import dev.lode.bench.decode.OwnDecoder;
import dev.lode.core.ContentHasher;
import dev.lode.core.FileBytes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// One file into one table without keys: `lode load` into a fresh database, where it makes ledger
/// and table, against one `psql \copy` into the same table with PostgreSQL's own choices of
/// storage.
///
/// @param name of the benchmark
/// @param work in half a line
/// @param against in half a line
/// @param load what is loaded
public record BareLoad(String name, String work, String against, Target target, Work load)
        implements Benchmark {
    private static final String OURS = "bench_lode";
    private static final String THEIRS = "bench_other";

    @Override
    public Verdict run(Bench bench) throws IOException, InterruptedException, NotHere {
        if (load.compressed() && !Program.installed("bzip2")) {
            throw new NotHere("bzip2 is not installed");
        }
        var server = bench.server();
        Path data = load.data().folder(bench.corpora(), bench.options().small());
        var pairs =
                Pairs.measure(
                        bench, () -> ours(bench, server, data), () -> theirs(bench, server, data));
        compareRows(server);
        var notes = new ArrayList<>(pairs.notes());
        notes.addAll(floors(bench, server, data, pairs));
        if (!load.compressed()) {
            notes.addAll(
                    new OtherTools(bench, server, THEIRS).notes(load.table(), load.file(data)));
        }
        return new Verdict.Measured(name, pairs.ratio(), target, notes);
    }

    private Cost ours(Bench bench, Server server, Path data)
            throws IOException, InterruptedException {
        server.fresh(OURS);
        return server.measured(bench.lode().load(server.url(OURS), load.dataset(), data));
    }

    private Cost theirs(Bench bench, Server server, Path data)
            throws IOException, InterruptedException {
        server.fresh(THEIRS);
        server.sqlFile(THEIRS, bench.own("packs").resolve(load.dataset()).resolve("schema.sql"));
        return server.measured(new Psql(server, THEIRS).copy(load.table(), load.file(data)));
    }

    /// Both sides must have done the same work.
    private void compareRows(Server server) throws IOException, InterruptedException {
        long ours = new Psql(server, OURS).rows(load.table());
        long theirs = new Psql(server, THEIRS).rows(load.table());
        if (ours != theirs || ours == 0) {
            throw new IOException(ours + " rows by lode, " + theirs + " by psql");
        }
    }

    private List<String> floors(Bench bench, Server server, Path data, Pairs pairs)
            throws IOException, InterruptedException {
        double other = pairs.otherWall().median();
        int cores = Runtime.getRuntime().availableProcessors();
        var notes = new ArrayList<String>();
        var floor = new Floor(server, OURS, bench.folder());
        double one = floor.take(load.table(), 1).copy();
        var all = floor.take(load.table(), cores);
        notes.add(
                String.format(
                        Locale.ROOT,
                        "floor, server alone fed with binary rows: %.2f by one connection, %.2f by"
                                + " %d",
                        one / other,
                        all.copy() / other,
                        cores));
        double hash = hashing(load.file(data));
        notes.add(
                String.format(
                        Locale.ROOT,
                        "floor with the checks: that by %d, then count and statistics (%.2f s), and"
                                + " the file's SHA-256 (%.2f CPU s) over %d cores, nothing parsed:"
                                + " %.2f",
                        cores,
                        all.checks(),
                        hash,
                        cores,
                        (all.copy() + all.checks() + hash / cores) / other));
        if (load.compressed()) {
            notes.add(
                    String.format(
                            Locale.ROOT,
                            "floor, decoder alone: %.2f",
                            OwnDecoder.of(List.of(load.file(data)), bench.folder()).run().wall()
                                    / other));
        }
        notes.add(pairs.cpuFloor());
        return notes;
    }

    /// Seconds of one core, the file in memory.
    private static double hashing(Path file) throws IOException {
        var bytes = FileBytes.of(file);
        double best = Double.MAX_VALUE;
        for (int round = 0; round < 3; round++) {
            long started = System.nanoTime();
            ContentHasher.hash(bytes);
            best = Math.min(best, (System.nanoTime() - started) / 1e9);
        }
        return best;
    }
}
