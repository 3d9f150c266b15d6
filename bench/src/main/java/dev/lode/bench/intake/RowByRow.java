package dev.lode.bench.intake;

import dev.lode.bench.Bench;
import dev.lode.bench.Benchmark;
import dev.lode.bench.Cost;
import dev.lode.bench.NotHere;
import dev.lode.bench.Server;
import dev.lode.bench.Spread;
import dev.lode.bench.Target;
import dev.lode.bench.Verdict;
import dev.lode.demo.waze.WazeTier;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Files of a small city taken in by `lode watch --once --bulk`, against the way of the processor
/// that Lode's tables come from: each record upserted by a statement and transaction of its own,
/// and then each of its coordinates, several records at the same time, with every key and index in
/// place. The other side is given its statements ready made, so that nothing but the database's
/// part of it is timed: neither reading nor parsing JSON.
public final class RowByRow implements Benchmark {
    private static final String THEIRS = "bench_other";
    private static final int FILES = 2160;
    private static final int SMALL_FILES = 720;

    /// The slow side is timed on so many of them.
    private static final int SAMPLE = 12;

    /// Records on their way at the same time.
    private static final int STREAMS = 4;

    private static final double TIMES_FASTER = 50;

    /// Tables of records, and the columns by which coordinates name them.
    private record Records(String table, String key) {}

    private static final List<Records> PARENTS =
            List.of(
                    new Records("alerts", "alert_id"),
                    new Records("jams", "jam_id"),
                    new Records("irregularities", "irregularity_id"));

    @Override
    public String name() {
        return "waze-rows";
    }

    @Override
    public String work() {
        return "a file of a small city, with `--bulk`";
    }

    @Override
    public String against() {
        return "each row by an upsert of its own, " + STREAMS + " at a time";
    }

    @Override
    public Target target() {
        return Target.ratio(1 / TIMES_FASTER, 1 / TIMES_FASTER);
    }

    @Override
    public Verdict run(Bench bench) throws IOException, InterruptedException, NotHere {
        int count = bench.options().small() ? SMALL_FILES : FILES;
        var server = bench.server();
        var feed = Feed.of(bench, server, WazeTier.S, count);
        feed.lay();
        var ours = server.measured(feed.watch("--once", "--bulk"));
        feed.check(0);
        var theirs = theirs(bench, server);
        long rows = Long.parseLong(feed.value(rows()));
        long taken = Long.parseLong(server.value(THEIRS, rows()));
        if (rows != taken) {
            throw new IOException("row by row: " + taken + " rows, expected " + rows);
        }
        double our = ours.wall() / count;
        double their = theirs.wall() / SAMPLE;
        var notes =
                List.of(
                        String.format(
                                Locale.ROOT,
                                "lode %d files, %.1f ms each; other %d files of %d rows, %.0f ms"
                                        + " each, %.0f rows/s: %.0f times as long",
                                count,
                                our * 1000,
                                SAMPLE,
                                rows / SAMPLE,
                                their * 1000,
                                rows / theirs.wall(),
                                their / our));
        return new Verdict.Measured(name(), Spread.of(List.of(our / their)), target(), notes);
    }

    private static Cost theirs(Bench bench, Server server)
            throws IOException, InterruptedException {
        server.fresh(THEIRS);
        var folder = bench.folder().resolve("rows");
        Files.createDirectories(folder);
        // The same tables with every key and index, and the rows that are there from the beginning.
        server.script(
                        THEIRS,
                        "pg_dump -s -O -n waze "
                                + Feed.DATABASE
                                + " | psql -qX -v ON_ERROR_STOP=1 >/dev/null && pg_dump -a -O -t"
                                + " waze.coordinate_type -t waze.alert_types -t waze.roads "
                                + Feed.DATABASE
                                + " | psql -qX -v ON_ERROR_STOP=1 >/dev/null")
                .run();
        write(server, folder.resolve("files.sql"), files());
        var script = new StringBuilder();
        for (int stream = 0; stream < STREAMS; stream++) {
            var file = folder.resolve("rows-" + stream + ".sql");
            write(server, file, statements(stream));
            script.append(psql(file)).append(" & ");
        }
        server.script(THEIRS, psql(folder.resolve("files.sql"))).run();
        return server.measured(server.script(THEIRS, script + "wait"));
    }

    private static String psql(Path file) {
        return "psql -qX -v ON_ERROR_STOP=1 -f '" + file + "'";
    }

    private static void write(Server server, Path file, String query)
            throws IOException, InterruptedException {
        Files.writeString(file.resolveSibling("query.sql"), query + ";\n");
        server.script(
                        Feed.DATABASE,
                        "psql -qXAt -v ON_ERROR_STOP=1 -o '"
                                + file
                                + "' -f '"
                                + file.resolveSibling("query.sql")
                                + "'")
                .run();
    }

    private static String sample() {
        return "SELECT id FROM waze.data_files ORDER BY start_time_millis LIMIT " + SAMPLE;
    }

    private static String files() {
        return "SELECT format('INSERT INTO waze.data_files SELECT (%L::waze.data_files).*;',"
                + " f::text) FROM waze.data_files f WHERE id IN ("
                + sample()
                + ")";
    }

    /// A record, its coordinates, the next record.
    private static String statements(int stream) {
        var parts = new ArrayList<String>();
        for (var parent : PARENTS) {
            String table = parent.table();
            String key = parent.key();
            parts.add(
                    "SELECT t.id AS record, 0 AS child, t.id AS own, "
                            + upsert(table, "t", "uuid = excluded.uuid")
                            + " AS sql FROM waze."
                            + table
                            + " t WHERE datafile_id IN ("
                            + sample()
                            + ")");
            parts.add(
                    "SELECT t.id, 1, c.id, "
                            + upsert("coordinates", "c", "latitude = excluded.latitude")
                            + " FROM waze.coordinates c JOIN waze."
                            + table
                            + " t ON t.id = c."
                            + key
                            + " WHERE t.datafile_id IN ("
                            + sample()
                            + ")");
        }
        return "SELECT sql FROM ("
                + String.join(" UNION ALL ", parts)
                + ") s WHERE (hashtext(record) & 1023) % "
                + STREAMS
                + " = "
                + stream
                + " ORDER BY record, child, own";
    }

    private static String upsert(String table, String row, String set) {
        return "format('INSERT INTO waze."
                + table
                + " SELECT (%L::waze."
                + table
                + ").* ON CONFLICT (id) DO UPDATE SET "
                + set
                + ";', "
                + row
                + "::text)";
    }

    /// Records and coordinates of the sample.
    private static String rows() {
        var counts = new ArrayList<String>();
        for (var parent : PARENTS) {
            String table = parent.table();
            String key = parent.key();
            counts.add(
                    "(SELECT count(*) FROM waze."
                            + table
                            + " WHERE datafile_id IN ("
                            + sample()
                            + ")) + (SELECT count(*) FROM waze.coordinates c JOIN waze."
                            + table
                            + " t ON t.id = c."
                            + key
                            + " WHERE t.datafile_id IN ("
                            + sample()
                            + "))");
        }
        return "SELECT " + String.join(" + ", counts);
    }
}
