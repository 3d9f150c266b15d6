package dev.lode.bench.snapshot;

import dev.lode.bench.Bench;
import dev.lode.bench.Corpora;
import dev.lode.bench.Cost;
import dev.lode.bench.Program;
import dev.lode.bench.Server;
import dev.lode.bench.load.Psql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// The generated snapshot and the two ways of loading it.
final class Snapshots {
    static final String OURS = "bench_lode";
    static final String THEIRS = "bench_other";
    static final String DATASET = "courtlistener";
    private static final long FULL = 1_500;
    private static final long SMALL = 200;

    /// ` search_court: { item: courts, ...` or, for longer ones, the item on the next line.
    private static final Pattern TABLE =
            Pattern.compile("^  ([a-z_]+):\\s+\\{?\\s*item: ([a-z_-]+)", Pattern.MULTILINE);

    private final Bench bench;
    private final Server server;

    Snapshots(Bench bench, Server server) {
        this.bench = bench;
        this.server = server;
    }

    static long megabytes(Bench bench) {
        return bench.options().small() ? SMALL : FULL;
    }

    /// All compressed files of a snapshot.
    static List<Path> files(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".csv.bz2")).sorted().toList();
        }
    }

    /// `lode load` of a folder into our database.
    Program load(Path folder) {
        return bench.lode().load(server.url(OURS), DATASET, folder);
    }

    /// Into a fresh database.
    Cost ours(Path folder) throws IOException, InterruptedException {
        server.fresh(OURS);
        return server.measured(load(folder));
    }

    /// The publisher's script: the schema with all keys and indexes, then one table after the other
    /// in the order in which the keys allow it.
    Cost theirs(Path folder) throws IOException, InterruptedException {
        server.fresh(THEIRS);
        server.sqlFile(THEIRS, bench.home().resolve("packs/courtlistener/schema.sql"));
        var script = new StringBuilder();
        for (var table : tables(folder).entrySet()) {
            script.append(Psql.command(table.getKey(), table.getValue())).append("; ");
        }
        return server.measured(server.script(THEIRS, script.toString()));
    }

    /// Tables with their files, in the order of the pack, which is that of the publisher's script.
    Map<String, Path> tables(Path folder) throws IOException {
        var items = new LinkedHashMap<String, Path>();
        String pack = Files.readString(bench.home().resolve("packs/courtlistener/pack.yaml"));
        TABLE.matcher(pack)
                .results()
                .forEach(
                        found ->
                                items.put(
                                        found.group(1),
                                        folder.resolve(
                                                found.group(2) + "-" + Corpora.DATE + ".csv.bz2")));
        if (items.size() != files(folder).size()) {
            throw new IOException(
                    items.size() + " tables in the pack, " + files(folder).size() + " files");
        }
        return items;
    }

    /// How many rows each table has, so that both sides can be compared.
    Map<String, Long> rows(String database, Path folder) throws IOException, InterruptedException {
        var rows = new TreeMap<String, Long>();
        for (String table : tables(folder).keySet()) {
            rows.put(
                    table, Long.parseLong(server.value(database, "SELECT count(*) FROM " + table)));
        }
        return rows;
    }
}
