package dev.lode.bench.decode;

import dev.lode.bench.Bench;
import dev.lode.bench.Benchmark;
import dev.lode.bench.Corpora;
import dev.lode.bench.NotHere;
import dev.lode.bench.Pairs;
import dev.lode.bench.Program;
import dev.lode.bench.Target;
import dev.lode.bench.Verdict;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The decoder alone against lbzip2, the fastest of the native ones, both with two threads and all
/// of the process: start, JIT, exit.
public final class Bz2Decode implements Benchmark {
    private static final long FULL = 1_000;
    private static final long SMALL = 350;

    @Override
    public String name() {
        return "bz2-decode";
    }

    @Override
    public String work() {
        return "the decoder alone, 1 GB of opinions";
    }

    @Override
    public String against() {
        return "`lbzip2 -n2 -dc`";
    }

    @Override
    public Target target() {
        return Target.ratio(0.90, 0.75);
    }

    @Override
    public Verdict run(Bench bench) throws IOException, InterruptedException, NotHere {
        if (!Program.installed("lbzip2")) {
            throw new NotHere("lbzip2 is not installed");
        }
        long megabytes = bench.options().small() ? SMALL : FULL;
        Path file =
                bench.corpora()
                        .opinions(megabytes, true)
                        .resolve("opinions-" + Corpora.DATE + ".csv.bz2");
        Program ours = OwnDecoder.of(List.of(file), bench.folder());
        Program theirs =
                Program.script(
                        "lbzip2 -n2 -dc '" + file + "' >/dev/null", bench.folder(), Map.of());
        var pairs = Pairs.measure(bench, ours::run, theirs::run);
        return new Verdict.Measured(name(), pairs.ratio(), target(), pairs.notes());
    }
}
