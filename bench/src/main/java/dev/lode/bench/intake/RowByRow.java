package dev.lode.bench.intake;

import dev.lode.bench.Bench;
import dev.lode.bench.Benchmark;
import dev.lode.bench.Cost;
import dev.lode.bench.NotHere;
import dev.lode.bench.Program;
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
import java.util.Map;

/// Rows of a small city taken in by `lode watch --once --bulk` into empty tables, against the way
/// of the processor that Lode's tables come from, in its own language and with its own library for
/// hashing (`bench/intake/original.mjs`): each record upserted by a statement and transaction of
/// its own, and then each of its coordinates, several records at the same time, with every key and
/// index in place and with random ids as that processor makes them, into tables that hold what the
/// other files brought. The value is the time for a row, from files to rows on both sides.
public final class RowByRow implements Benchmark {
    private static final String THEIRS = "bench_other";
    private static final int FILES = 21600;
    private static final int SMALL_FILES = 720;

    /// The slow side is timed on so many of them, evenly spread over the feed.
    private static final int SAMPLE = 24;

    /// Records of a kind on their way at the same time, and connections for them: its own default.
    private static final int POOL = 20;

    private static final String HASHING = "object-hash@1.3.0";
    private static final String DRIVER = "pg@8.23.1";

    private static final double TIMES_FASTER = 50;

    /// Tables of records, and the columns by which coordinates name them.
    private record Records(String table, String key) {}

    private static final List<Records> PARENTS =
            List.of(
                    new Records("alerts", "alert_id"),
                    new Records("jams", "jam_id"),
                    new Records("irregularities", "irregularity_id"));

    /// All tables, those first that others refer to.
    private static final List<String> TABLES =
            List.of(
                    "application_version",
                    "alert_types",
                    "roads",
                    "coordinate_type",
                    "data_files",
                    "alerts",
                    "jams",
                    "irregularities",
                    "coordinates");

    @Override
    public String name() {
        return "waze-rows";
    }

    @Override
    public String work() {
        return "a row of a feed of a small city, with `--bulk`";
    }

    @Override
    public String against() {
        return "parsed and hashed in JavaScript, each row by an upsert of its own, "
                + POOL
                + " of a kind at a time";
    }

    @Override
    public Target target() {
        return Target.ratio(1 / TIMES_FASTER, 1 / TIMES_FASTER);
    }

    @Override
    public Verdict run(Bench bench) throws IOException, InterruptedException, NotHere {
        for (var program : List.of("node", "npm")) {
            if (!Program.installed(program)) {
                throw new NotHere(program + " is not installed");
            }
        }
        int count = bench.options().small() ? SMALL_FILES : FILES;
        var server = bench.server();
        var feed = Feed.of(bench, server, WazeTier.S, count);
        feed.lay();
        var ours = server.measured(feed.watch("--once", "--bulk"));
        feed.check(0);
        String sample =
                "SELECT id FROM (SELECT id, row_number() OVER (ORDER BY start_time_millis) AS n"
                        + " FROM waze.data_files) f WHERE n % "
                        + count / SAMPLE
                        + " = "
                        + count / SAMPLE / 2;
        long rows = feed.expected().values().stream().mapToLong(Long::longValue).sum();
        long sampled = feed.number(rowsOf(sample));
        var theirs = theirs(bench, server, feed, sample);
        long held = Long.parseLong(server.value(THEIRS, rowsOf("SELECT id FROM waze.data_files")));
        long expected = feed.number(rowsOf("SELECT id FROM waze.data_files"));
        if (held != expected) {
            throw new IOException("row by row: " + held + " rows at the end, expected " + expected);
        }
        double our = ours.wall() / rows;
        double their = theirs.wall() / sampled;
        var notes =
                List.of(
                        String.format(
                                Locale.ROOT,
                                "lode %d files, %d rows, %.1f us each; other %d rows of %d files"
                                        + " into tables that hold the others, %.1f us each: %.0f"
                                        + " times as long",
                                count,
                                rows,
                                our * 1e6,
                                sampled,
                                SAMPLE,
                                their * 1e6,
                                their / our));
        return new Verdict.Measured(name(), Spread.of(List.of(our / their)), target(), notes);
    }

    /// The tables with all rows and random ids; then those of the sample are taken out, keys and
    /// indexes are made, and the files are taken in.
    private static Cost theirs(Bench bench, Server server, Feed feed, String sample)
            throws IOException, InterruptedException, NotHere {
        var folder = bench.folder().resolve("rows");
        var modules = modules(folder);
        server.fresh(THEIRS);
        server.script(Feed.DATABASE, dump("pre-data")).run();
        for (String table : TABLES) {
            server.script(
                            Feed.DATABASE,
                            "psql -qX -v ON_ERROR_STOP=1 -c 'COPY (SELECT "
                                    + randomIds(server, table)
                                    + " FROM waze."
                                    + table
                                    + ") TO STDOUT' | psql -qX -v ON_ERROR_STOP=1 -d "
                                    + THEIRS
                                    + " -c 'COPY waze."
                                    + table
                                    + " FROM STDIN'")
                    .run();
        }
        var files = new StringBuilder();
        for (var name : names(server, sample)) {
            files.append(" '")
                    .append(Files.copy(feed.file(name), folder.resolve(name)))
                    .append('\'');
        }
        server.sql(THEIRS, removal(sample));
        server.script(Feed.DATABASE, dump("post-data")).run();
        server.sql(
                THEIRS,
                "SELECT setval(pg_get_serial_sequence('waze.data_files', 'id'), max(id)) FROM"
                        + " waze.data_files");
        server.sql(THEIRS, "VACUUM ANALYZE");
        var processed = folder.resolve("processed");
        Files.createDirectories(processed);
        return server.measured(
                server.script(
                        THEIRS,
                        "ORIGINAL_MODULES='"
                                + modules
                                + "' node '"
                                + bench.home().resolve("bench/intake/original.mjs")
                                + "' "
                                + POOL
                                + " '"
                                + processed
                                + "'"
                                + files));
    }

    /// What the other side is written with.
    private static Path modules(Path folder) throws IOException, InterruptedException, NotHere {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("package.json"), "{}");
        try {
            Program.script(
                            "npm install --no-save --no-package-lock --no-audit --no-fund "
                                    + HASHING
                                    + " "
                                    + DRIVER
                                    + " >/dev/null",
                            folder,
                            Map.of())
                    .run();
        } catch (IOException e) {
            throw new NotHere("npm did not install what the other side needs: " + e.getMessage());
        }
        return folder.resolve("node_modules");
    }

    private static List<String> names(Server server, String sample)
            throws IOException, InterruptedException {
        return server.value(
                        Feed.DATABASE,
                        "SELECT file_name FROM waze.data_files WHERE id IN ("
                                + sample
                                + ") ORDER BY start_time_millis")
                .lines()
                .toList();
    }

    private static String dump(String section) {
        return "pg_dump -O -n waze --section="
                + section
                + " "
                + Feed.DATABASE
                + " | psql -qX -v ON_ERROR_STOP=1 -d "
                + THEIRS
                + " >/dev/null";
    }

    /// Lode's ids keep rows of one time together; the original's are SHA-1 sums, spread over the
    /// whole index.
    private static String randomIds(Server server, String table)
            throws IOException, InterruptedException {
        return server.value(
                Feed.DATABASE,
                "SELECT string_agg(CASE WHEN data_type = 'character varying' AND column_name IN"
                    + " ('id', 'alert_id', 'jam_id', 'irregularity_id') THEN format('md5(%I) ||"
                    + " left(md5(md5(%I)), 8)', column_name, column_name) ELSE"
                    + " quote_ident(column_name) END, ', ' ORDER BY ordinal_position) FROM"
                    + " information_schema.columns WHERE table_schema = 'waze' AND table_name = '"
                        + table
                        + "'");
    }

    private static String removal(String sample) {
        var removal = new StringBuilder();
        for (var parent : PARENTS) {
            removal.append("DELETE FROM waze.coordinates USING waze.")
                    .append(parent.table())
                    .append(" t WHERE t.id = ")
                    .append(parent.key())
                    .append(" AND t.datafile_id IN (")
                    .append(sample)
                    .append("); DELETE FROM waze.")
                    .append(parent.table())
                    .append(" WHERE datafile_id IN (")
                    .append(sample)
                    .append("); ");
        }
        return removal + "DELETE FROM waze.data_files WHERE id IN (" + sample + ")";
    }

    /// Records and coordinates of some files.
    private static String rowsOf(String files) {
        var counts = new ArrayList<String>();
        for (var parent : PARENTS) {
            String table = parent.table();
            String key = parent.key();
            counts.add(
                    "(SELECT count(*) FROM waze."
                            + table
                            + " WHERE datafile_id IN ("
                            + files
                            + ")) + (SELECT count(*) FROM waze.coordinates c JOIN waze."
                            + table
                            + " t ON t.id = c."
                            + key
                            + " WHERE t.datafile_id IN ("
                            + files
                            + "))");
        }
        return "SELECT " + String.join(" + ", counts);
    }
}
