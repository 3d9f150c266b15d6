package dev.lode.bench.intake;

import dev.lode.bench.Bench;
import dev.lode.bench.Program;
import dev.lode.bench.Server;
import dev.lode.demo.waze.WazeFeed;
import dev.lode.demo.waze.WazeSpec;
import dev.lode.demo.waze.WazeTier;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// A generated feed, laid into a folder that `lode watch` takes it from, and what has to be in the
/// database afterwards.
final class Feed {
    static final String DATABASE = "bench_lode";
    private static final Pattern ROWS = Pattern.compile("\"([a-z_]+)\": ([0-9]+)");
    private static final int KEYS = 7;

    private final Bench bench;
    private final Server server;
    private final Path data;
    private final Path watched;

    private Feed(Bench bench, Server server, Path data) {
        this.bench = bench;
        this.server = server;
        this.data = data;
        this.watched = bench.folder().resolve("watched");
    }

    /// @param files two minutes apart; made once and kept
    static Feed of(Bench bench, Server server, WazeTier tier, int files)
            throws IOException, InterruptedException {
        boolean small = tier == WazeTier.S;
        var spec = small ? WazeSpec.of(files) : rush(tier, files);
        return new Feed(
                bench,
                server,
                bench.corpora()
                        .made(
                                "waze-" + tier.name().toLowerCase(Locale.ROOT) + "-" + files,
                                into -> WazeFeed.write(spec, into, _ -> {})));
    }

    /// Files that begin in the morning, when a city is full.
    static WazeSpec rush(WazeTier tier, int files) {
        return new WazeSpec(1, tier, Instant.parse("2017-11-01T10:00:00Z"), files, false);
    }

    Path watched() {
        return watched;
    }

    Path incoming() {
        return watched.resolve("incoming");
    }

    /// One of the files.
    Path file(String name) {
        return data.resolve("incoming").resolve(name);
    }

    /// The files themselves, in the order of their names.
    List<Path> files() throws IOException {
        try (var files = Files.list(data.resolve("incoming"))) {
            return files.sorted().toList();
        }
    }

    /// A fresh database, and the files where they are taken from. They are links: what is moved are
    /// names.
    void lay() throws IOException, InterruptedException {
        server.fresh(DATABASE);
        if (Files.exists(watched)) {
            try (var old = Files.walk(watched)) {
                for (var file : old.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        Files.createDirectories(incoming());
        for (var file : files()) {
            Files.createLink(incoming().resolve(file.getFileName()), file);
        }
    }

    /// `lode watch` of the folder.
    Program watch(String... more) {
        var words =
                new java.util.ArrayList<>(
                        List.of(
                                "watch",
                                "--dataset=waze",
                                "--incoming=" + incoming(),
                                "--processed=" + watched.resolve("processed"),
                                "--failed=" + watched.resolve("failed"),
                                "--quiet"));
        words.addAll(List.of(more));
        return bench.lode().command(server.url(DATABASE), words.toArray(new String[0]));
    }

    /// Rows by table that the files hold.
    Map<String, Long> expected() throws IOException {
        var text = Files.readString(data.resolve("expected.json"));
        var rows = new TreeMap<String, Long>();
        ROWS.matcher(text.substring(0, text.indexOf('}')))
                .results()
                .forEach(found -> rows.put(found.group(1), Long.parseLong(found.group(2))));
        return rows;
    }

    /// Every row is there, every key valid, every index usable, no file left.
    ///
    /// @param more files, beyond those of the feed
    /// @throws IOException with what is wrong
    void check(long more) throws IOException, InterruptedException {
        for (var table : expected().entrySet()) {
            long rows = number("SELECT count(*) FROM waze." + table.getKey());
            boolean sound =
                    more == 0
                            ? rows == table.getValue()
                            : rows >= table.getValue()
                                    && (!table.getKey().equals("data_files")
                                            || rows == table.getValue() + more);
            if (!sound) {
                throw new IOException(
                        table.getKey() + ": " + rows + " rows, expected " + table.getValue());
            }
        }
        long keys =
                number(
                        "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND convalidated"
                                + " AND connamespace = 'waze'::regnamespace");
        long declared = declaredIndexes();
        long indexes =
                number(
                        "SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
                                + " WHERE c.relnamespace = 'waze'::regnamespace AND i.indisvalid");
        long left =
                number("SELECT count(*) FROM lode.intake_file WHERE state NOT IN ('moved','gone')");
        if (keys != KEYS || indexes != declared || left != 0) {
            throw new IOException(
                    keys + " valid keys, " + indexes + " indexes, " + left + " files not moved");
        }
    }

    /// Things that are suspended now; 0 before there is a ledger.
    long suspended() throws IOException, InterruptedException {
        return value("SELECT count(*) FROM pg_class WHERE oid = to_regclass('lode.suspended')")
                        .equals("0")
                ? 0
                : number("SELECT count(*) FROM lode.suspended");
    }

    /// Files that are neither moved nor failed.
    long waiting() throws IOException, InterruptedException {
        try (var files = Files.list(incoming())) {
            return files.count();
        }
    }

    /// Those of the pack, and those that primary keys and unique constraints bring.
    private long declaredIndexes() throws IOException {
        var schema = Files.readString(bench.home().resolve("packs/waze/schema.sql"));
        return Pattern.compile("PRIMARY KEY|\\bUNIQUE \\(|CREATE (UNIQUE )?INDEX")
                .matcher(schema)
                .results()
                .count();
    }

    long number(String query) throws IOException, InterruptedException {
        return Math.round(Double.parseDouble(server.value(DATABASE, query)));
    }

    String value(String query) throws IOException, InterruptedException {
        return server.value(DATABASE, query);
    }
}
