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
import java.util.ArrayList;
import java.util.Locale;

/// All archives for the first time, against what any program has to do at least: read the tables
/// once, and compress the same tars, which lie ready.
public final class PublishFloor implements Benchmark {
    private static final String DATABASE = "bench_publish";

    @Override
    public String name() {
        return "publish-floor";
    }

    @Override
    public String work() {
        return "1 million items of 2 kB in 1,400 archives and four of all";
    }

    @Override
    public String against() {
        return "pigz -6 -p2 of the same tar bytes, and the database read once";
    }

    @Override
    public Target target() {
        return Target.ratio(1.8, 1.3);
    }

    @Override
    public Verdict run(Bench bench) throws IOException, InterruptedException, NotHere {
        if (!Program.installed("pigz")) {
            throw new NotHere("pigz is not installed");
        }
        var items = Items.filled(bench, DATABASE, 1);
        Path ours = bench.folder().resolve("published");
        items.full(ours);
        Path tars = bench.folder().resolve("tars");
        Files.createDirectories(tars);
        for (String type : Items.TYPES) {
            items.server()
                    .script(
                            DATABASE,
                            "gzip -dc '"
                                    + ours.resolve(Items.DATASET).resolve(type)
                                    + "/current/all.tar.gz' > '"
                                    + tars.resolve(type + ".tar")
                                    + "'")
                    .run();
        }
        var pairs = Pairs.measure(bench, () -> items.full(ours), () -> floor(items, tars));
        var notes = new ArrayList<>(pairs.notes());
        long pressed = 0;
        for (String type : Items.TYPES) {
            pressed += Files.size(tars.resolve(type + ".tar.gz"));
        }
        notes.add(
                String.format(
                        Locale.ROOT,
                        "size %.3f of pigz -6's: %,d of %,d bytes",
                        (double) Items.bytesOfAll(ours) / pressed,
                        Items.bytesOfAll(ours),
                        pressed));
        return new Verdict.Measured(name(), pairs.ratio(), target(), notes);
    }

    private static Cost floor(Items items, Path tars) throws IOException, InterruptedException {
        var script = new StringBuilder();
        for (String type : Items.TYPES) {
            script.append("psql -qX -c 'COPY ")
                    .append(type)
                    .append(" TO STDOUT' > /dev/null; pigz -6 -p2 -kf '")
                    .append(tars.resolve(type + ".tar"))
                    .append("'; ");
        }
        return items.server().measured(items.server().script(DATABASE, script.toString()));
    }
}
