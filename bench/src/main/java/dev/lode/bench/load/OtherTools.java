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

/// The slow peers, once each, with the beginning of the file and a limit of time. What they take is
/// told as a ratio to one `psql \copy` of the same beginning.
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
        Path part = beginning(file);
        empty(table);
        var psql = new Psql(server, database);
        double wall = server.measured(psql.copy(table, part)).wall();
        long rows = psql.rows(table);
        var notes = new ArrayList<String>();
        for (var peer :
                List.of(
                        new PgLoader(bench, server, database),
                        new SparkJdbc(bench, server, database))) {
            var missing = peer.missing();
            if (missing.isPresent()) {
                notes.add(peer.name() + " skipped: " + missing.get());
            } else {
                empty(table);
                String ratio = ratio(peer.copy(table, part), wall);
                long loaded = psql.rows(table);
                notes.add(
                        peer.name()
                                + ": "
                                + ratio
                                + (loaded == rows ? "" : "; " + loaded + " of " + rows + " rows"));
            }
        }
        empty(table);
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
            return "broke: " + lastWords(String.valueOf(e.getMessage()));
        }
    }

    /// Without the frames of a stack.
    private static String lastWords(String message) {
        return message.lines()
                .filter(line -> !line.strip().startsWith("at "))
                .reduce("", (_, last) -> last);
    }

    private void empty(String table) throws IOException, InterruptedException {
        server.sql(database, "TRUNCATE " + table);
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
