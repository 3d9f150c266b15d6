package dev.lode.bench.load;

import dev.lode.bench.Server;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/// What the server alone takes: the rows of a loaded table, written before as binary COPY, go into
/// an empty table of the same kind through `n` copies of psql, which only pass them on. Nothing
/// that ends in this table over this many connections can be faster.
final class Floor {
    private final Server server;
    private final String database;
    private final Path folder;

    Floor(Server server, String database, Path folder) {
        this.server = server;
        this.database = database;
        this.folder = folder;
    }

    /// @param copy seconds of the COPY alone
    /// @param checks seconds of what Lode asks of a loaded table: its count, for the first time,
    ///   and its statistics, beside each other
    record Taken(double copy, double checks) {}

    /// With that many connections. The table is left as it was found.
    Taken take(String table, int connections) throws IOException, InterruptedException {
        long pages =
                Long.parseLong(
                        server.value(
                                database, "SELECT pg_relation_size('" + table + "') / 8192 + 1"));
        var script = new StringBuilder();
        for (int i = 0; i < connections; i++) {
            long from = pages * i / connections;
            long to = pages * (i + 1) / connections;
            String rows =
                    String.format(
                            Locale.ROOT,
                            "SELECT * FROM %s WHERE ctid >= '(%d,0)' AND ctid < '(%d,0)'",
                            table,
                            from,
                            to);
            String part = "'" + folder.resolve("floor-" + i + ".bin") + "'";
            server.script(
                            database,
                            Psql.psql("\\copy (" + rows + ") TO " + part + " (FORMAT binary)"))
                    .run();
            script.append(Psql.psql("\\copy floor FROM " + part + " (FORMAT binary)"))
                    .append(" & p")
                    .append(i)
                    .append("=$!; ");
        }
        for (int i = 0; i < connections; i++) {
            script.append("wait $p").append(i).append("; ");
        }
        server.sql(
                database,
                "CREATE TABLE floor (LIKE " + table + " INCLUDING STORAGE INCLUDING COMPRESSION)");
        double copy = server.measured(server.script(database, script.toString())).wall();
        String both =
                Psql.psql("SELECT count(*) FROM floor")
                        + " & p=$!; "
                        + Psql.psql("ANALYZE floor")
                        + "; wait $p";
        double checks = server.measured(server.script(database, both)).wall();
        server.sql(database, "DROP TABLE floor");
        server.script(database, "rm '" + folder + "'/floor-*.bin").run();
        return new Taken(copy, checks);
    }
}
