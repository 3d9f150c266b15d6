package dev.lode.bench.publish;

import dev.lode.bench.Bench;
import dev.lode.bench.Cost;
import dev.lode.bench.NotHere;
import dev.lode.bench.Program;
import dev.lode.bench.Server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A database of items in 350 courts, a tenth of which is empty and the first of which hold most,
/// and what publishes it.
final class Items {
    static final List<String> TYPES = List.of("audio", "clusters", "dockets", "opinions");
    static final String DATASET = "bench-publish";

    private static final int COURTS = 350;
    private static final int FULL = 1_000_000;
    private static final int SMALL = 100_000;

    private final Bench bench;
    private final Server server;
    private final String database;
    private final int items;
    private int round;

    private Items(Bench bench, Server server, String database, int items) {
        this.bench = bench;
        this.server = server;
        this.database = database;
        this.items = items;
    }

    /// Fills a database of that name with the usual number of items, times a factor.
    static Items filled(Bench bench, String database, int times)
            throws IOException, InterruptedException, NotHere {
        int items = (bench.options().small() ? SMALL : FULL) * times;
        var filled = new Items(bench, bench.server(), database, items);
        filled.fill();
        return filled;
    }

    private void fill() throws IOException, InterruptedException {
        server.fresh(database);
        server.sqlFile(database, bench.own("packs").resolve(DATASET).resolve("schema.sql"));
        bench.say(String.format(Locale.ROOT, "filling %s with %,d items", database, items));
        // Paragraphs of words, common ones more often: DEFLATE makes a third of them.
        server.sql(
                database,
                """
                SELECT setseed(0.5);
                CREATE UNLOGGED TABLE word AS SELECT i, substr(translate(md5(i::text), '0123456789', 'aeioulnrst'), 1, 3 + i %% 8)
                    AS w FROM generate_series(1, 8000) i;
                CREATE UNLOGGED TABLE paragraph AS SELECT p AS i, string_agg(w.w, ' ' ORDER BY n) AS t
                    FROM (SELECT p, n, 1 + floor(8000 * power(random(), 3))::int AS i
                        FROM generate_series(1, 4000) p, generate_series(1, 44) n) x JOIN word w USING (i) GROUP BY p;
                ALTER TABLE paragraph ADD PRIMARY KEY (i);
                INSERT INTO court SELECT 'court' || i, 'Court ' || i FROM generate_series(1, %d) i;
                """
                        .formatted(COURTS));
        for (int type = 0; type < TYPES.size(); type++) {
            server.sql(
                    database,
                    """
                    INSERT INTO %1$s SELECT g.i, 'court' || 1 + floor(%2$d * power(hashint4(g.i + %4$d) / 4294967296.0 + 0.5, 3)),
                        'Case ' || w.w || ' v. ' || g.i, date '1990-01-01' + g.i %% 12000, (g.i %% 9)::smallint, '1:' || g.i %% 30
                        || '-cv-' || g.i, timestamptz '2026-01-01' + g.i * interval '1 second', g.i %% 50 = 0, b.t
                    FROM generate_series(1, %3$d) g(i) JOIN word w ON w.i = 1 + abs(hashint4(g.i)) %% 8000
                    CROSS JOIN LATERAL (SELECT string_agg(t, E'\\n\\n') AS t FROM paragraph p WHERE p.i IN (
                        SELECT 1 + abs(hashint4(g.i * 8 + k + %4$d)) %% 4000 FROM generate_series(0, 5) k)) b;
                    """
                            .formatted(
                                    TYPES.get(type),
                                    COURTS * 9 / 10,
                                    items / TYPES.size(),
                                    type * 1000));
        }
        server.sql(database, "VACUUM ANALYZE");
    }

    int items() {
        return items;
    }

    Server server() {
        return server;
    }

    /// `lode publish` into a folder.
    Program publish(Path to) {
        return bench.lode()
                .command(server.url(database), "publish", DATASET, "--to=" + to, "--quiet");
    }

    /// Everything anew: the folder is removed before, which is not measured.
    Cost full(Path to) throws IOException, InterruptedException {
        remove(to);
        return server.measured(publish(to));
    }

    /// Changes a thousandth of the usual number of items in a fifth of the courts, in one statement
    /// for each type.
    void change() throws IOException, InterruptedException {
        round++;
        int changes = (bench.options().small() ? SMALL : FULL) / 1000 / TYPES.size();
        for (String type : TYPES) {
            server.sql(
                    database,
                    """
                    UPDATE %1$s SET body = 'changed %2$d ' || body WHERE id IN (
                        SELECT id FROM %1$s WHERE hashtext(court_id) %% 5 = %3$d ORDER BY hashint4(id + %2$d) LIMIT %4$d)
                    """
                            .formatted(type, round, round % 5, changes));
        }
        server.sql(database, "VACUUM ANALYZE lode.changed");
    }

    /// Rows of tables that were read so far, by scans and through indexes.
    long rowsRead() throws IOException, InterruptedException {
        return Long.parseLong(
                server.value(
                        database,
                        "SELECT pg_stat_clear_snapshot()::text || sum(seq_tup_read +"
                            + " coalesce(idx_tup_fetch, 0)) FROM pg_stat_user_tables WHERE relname"
                            + " IN ('court', 'audio', 'clusters', 'dockets', 'opinions',"
                            + " 'changed')"));
    }

    static void remove(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /// What nobody can do without, where archives of all are whole files with a digest each: they
    /// are copied, brought to the disk and hashed, two at a time.
    Cost copyOfAll(Path published) throws IOException, InterruptedException {
        var script = new StringBuilder();
        for (String type : TYPES) {
            Path all = published.resolve(DATASET).resolve(type).resolve("current/all.tar.gz");
            script.append("{ cp '")
                    .append(all)
                    .append("' copied-")
                    .append(type)
                    .append("; sync copied-")
                    .append(type)
                    .append("; sha256sum copied-")
                    .append(type)
                    .append(" >/dev/null; } & ")
                    .append(TYPES.indexOf(type) % 2 == 1 ? "wait; " : "");
        }
        return Program.script(script + "rm copied-*", bench.folder(), Map.of()).run();
    }

    /// Bytes of the archives of all.
    static long bytesOfAll(Path published) throws IOException {
        long bytes = 0;
        for (String type : TYPES) {
            bytes +=
                    Files.size(
                            published.resolve(DATASET).resolve(type).resolve("current/all.tar.gz"));
        }
        return bytes;
    }
}
