package dev.lode.bench.snapshot;

import dev.lode.bench.Bench;
import dev.lode.bench.Benchmark;
import dev.lode.bench.NotHere;
import dev.lode.bench.Pairs;
import dev.lode.bench.Program;
import dev.lode.bench.Target;
import dev.lode.bench.Verdict;
import dev.lode.bench.decode.OwnDecoder;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Locale;

/// All 33 tables of a snapshot, every key and index valid at the end.
public final class SnapshotLoad implements Benchmark {
    @Override
    public String name() {
        return "snapshot";
    }

    @Override
    public String work() {
        return "a snapshot of 1.5 GB, all 33 tables with their keys, .csv.bz2";
    }

    @Override
    public String against() {
        return "schema with all constraints, then `bzip2 -dc \\| psql \\copy` per table";
    }

    @Override
    public Target target() {
        return Target.ratio(0.45, 0.35);
    }

    @Override
    public Verdict run(Bench bench) throws IOException, InterruptedException, NotHere {
        if (!Program.installed("bzip2")) {
            throw new NotHere("bzip2 is not installed");
        }
        var snapshots = new Snapshots(bench, bench.server());
        Path folder = bench.corpora().snapshot(Snapshots.megabytes(bench));
        var pairs =
                Pairs.measure(bench, () -> snapshots.ours(folder), () -> snapshots.theirs(folder));
        var ours = snapshots.rows(Snapshots.OURS, folder);
        var theirs = snapshots.rows(Snapshots.THEIRS, folder);
        if (!ours.equals(theirs)) {
            throw new IOException("rows by lode " + ours + ", by psql " + theirs);
        }
        var notes = new ArrayList<>(pairs.notes());
        double decode = OwnDecoder.of(Snapshots.files(folder), bench.folder()).run().wall();
        double other = pairs.otherWall().median();
        notes.add(String.format(Locale.ROOT, "floor, decoder alone: %.2f", decode / other));
        notes.add(pairs.cpuFloor());
        return new Verdict.Measured(name(), pairs.ratio(), target(), notes);
    }
}
