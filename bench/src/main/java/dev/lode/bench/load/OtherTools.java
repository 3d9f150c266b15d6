package dev.lode.bench.load;

import dev.lode.bench.Bench;
import dev.lode.bench.Program;
import dev.lode.bench.Server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// The slow peers, once each, with the beginning of the file and a limit of time: pgloader, and
/// Spark's JDBC writer where `spark-submit` and a driver are there. What they take is told as a
/// ratio to one `psql \copy` of the same beginning.
final class OtherTools {
    private static final long LINES = 200_000;
    private static final long SECONDS = 60;

    private static final Pattern RECORD = Pattern.compile("\"?[0-9]+\"?,");

    private final Bench bench;
    private final Server server;
    private final String database;

    OtherTools(Bench bench, Server server, String database) {
        this.bench = bench;
        this.server = server;
        this.database = database;
    }

    /// A sentence for each tool. The table is emptied.
    List<String> notes(String table, Path file) throws IOException, InterruptedException {
        var notes = new ArrayList<String>();
        boolean pgloader = Program.installed("pgloader");
        if (pgloader) {
            Path part = beginning(file);
            empty(table);
            double psql = server.measured(new Psql(server, database).copy(table, part)).wall();
            empty(table);
            notes.add("pgloader: " + ratio(pgloader(table, part), psql));
        } else {
            notes.add("pgloader skipped: pgloader is not installed");
        }
        notes.add(
                Program.installed("spark-submit")
                        ? "Spark JDBC skipped: not measured by this benchmark"
                        : "Spark JDBC skipped: spark-submit is not installed");
        return notes;
    }

    private String ratio(Program program, double psql) throws InterruptedException {
        try {
            double wall = server.measured(program, SECONDS).wall();
            return String.format(
                    Locale.ROOT, "%.1f of psql's time for %d lines", wall / psql, LINES);
        } catch (Program.TookTooLong e) {
            return String.format(
                    Locale.ROOT,
                    "%s, more than %.1f of psql's time",
                    e.getMessage(),
                    SECONDS / psql);
        } catch (IOException e) {
            return "broke: " + e.getMessage();
        }
    }

    private void empty(String table) throws IOException, InterruptedException {
        server.sql(database, "TRUNCATE " + table);
    }

    private Program pgloader(String table, Path file) throws IOException {
        String load =
                """
                LOAD CSV FROM '%s' INTO %s?%s
                WITH skip header = 1, fields optionally enclosed by '"', fields escaped by backslash-quote,
                     fields terminated by ',';
                """
                        .formatted(file, server.url(database), table);
        Path command = Files.writeString(bench.folder().resolve("pgloader.load"), load);
        return server.script(database, "pgloader '" + command + "'");
    }

    /// Whole records of the file: values may hold line ends, so it goes on to the next line that
    /// begins with a number, as records do here.
    private Path beginning(Path file) throws IOException {
        Path part = bench.folder().resolve("beginning.csv");
        try (var in = Files.newBufferedReader(file, StandardCharsets.UTF_8);
                var out = Files.newBufferedWriter(part)) {
            String line = in.readLine();
            for (long i = 0; line != null; i++) {
                if (i > LINES && RECORD.matcher(line).lookingAt()) {
                    break;
                }
                out.write(line);
                out.write('\n');
                line = in.readLine();
            }
        }
        return part;
    }
}
