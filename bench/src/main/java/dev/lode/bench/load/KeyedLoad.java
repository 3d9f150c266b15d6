package dev.lode.bench.load;

import dev.lode.bench.Bench;
import dev.lode.bench.Benchmark;
import dev.lode.bench.Corpora;
import dev.lode.bench.Cost;
import dev.lode.bench.NotHere;
import dev.lode.bench.Pairs;
import dev.lode.bench.Server;
import dev.lode.bench.Target;
import dev.lode.bench.Verdict;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Rows of four integers into a table with a primary key, two indexes and two foreign keys, all of
/// them valid at the end, against one `psql \copy` into that table as it stands. The rows that the
/// foreign keys point to are there before, on both sides.
public final class KeyedLoad implements Benchmark {
    private static final String DATASET = "bench-keys";
    private static final String OURS = "bench_lode";
    private static final String THEIRS = "bench_other";
    private static final long FULL = 5_000_000;
    private static final long SMALL = 1_000_000;

    /// Rows that each row of the table that is pointed to is named by, on average, twice.
    private static final long ROWS_PER_OPINION = 4;

    private static final String VALID =
            "SELECT count(*) FROM pg_constraint WHERE conrelid = 'citation'::regclass AND"
                    + " convalidated AND contype IN ('p', 'f')";

    @Override
    public String name() {
        return "citations-keys";
    }

    @Override
    public String work() {
        return "5 million rows into a primary key, 2 indexes, 2 foreign keys";
    }

    @Override
    public String against() {
        return "`psql \\copy` into the table as it stands";
    }

    @Override
    public Target target() {
        return Target.ratio(0.12, 0.12);
    }

    @Override
    public Verdict run(Bench bench) throws IOException, InterruptedException, NotHere {
        var server = bench.server();
        boolean small = bench.options().small();
        long rows = small ? SMALL : FULL;
        long opinions = rows / ROWS_PER_OPINION;
        Path pairs = file(bench.corpora().pairs(rows, opinions), "citations");
        Path ids = file(bench.corpora().ids(opinions), "opinions");
        Path both = bench.folder().resolve("keys");
        Files.createDirectories(both);
        Files.createSymbolicLink(both.resolve(pairs.getFileName()), pairs);
        Files.createSymbolicLink(both.resolve(ids.getFileName()), ids);
        var measured =
                Pairs.measure(
                        bench,
                        () -> ours(bench, server, both),
                        () -> theirs(bench, server, ids, pairs));
        for (String database : new String[] {OURS, THEIRS}) {
            String valid = server.value(database, VALID);
            if (!valid.equals("3")) {
                throw new IOException(database + ": " + valid + " valid keys, expected 3");
            }
        }
        if (new Psql(server, OURS).rows("citation") != new Psql(server, THEIRS).rows("citation")) {
            throw new IOException("the two sides have different numbers of rows");
        }
        return new Verdict.Measured(name(), measured.ratio(), target(), measured.notes());
    }

    private Cost ours(Bench bench, Server server, Path data)
            throws IOException, InterruptedException {
        server.fresh(OURS);
        String url = server.url(OURS);
        var lode = bench.lode();
        lode.command(url, "load", DATASET, "--from=" + data, "--quiet", "--tables=opinion").run();
        return server.measured(
                lode.command(
                        url, "load", DATASET, "--from=" + data, "--quiet", "--tables=citation"));
    }

    private static Cost theirs(Bench bench, Server server, Path ids, Path pairs)
            throws IOException, InterruptedException {
        server.fresh(THEIRS);
        server.sqlFile(THEIRS, bench.own("packs").resolve(DATASET).resolve("schema.sql"));
        var psql = new Psql(server, THEIRS);
        psql.copy("opinion", ids).run();
        return server.measured(psql.copy("citation", pairs));
    }

    private static Path file(Path folder, String item) {
        return folder.resolve(item + "-" + Corpora.DATE + ".csv");
    }
}
