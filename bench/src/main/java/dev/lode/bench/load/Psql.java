package dev.lode.bench.load;

import dev.lode.bench.Program;
import dev.lode.bench.Server;

import java.io.IOException;
import java.nio.file.Path;

/// The other side: one `psql \copy`, as the publisher's load script has it, behind `bzip2 -dc`
/// where the file is compressed.
public final class Psql {
    private static final String FORMAT = "(FORMAT csv, HEADER, ESCAPE E'\\\\')";

    private final Server server;
    private final String database;

    public Psql(Server server, String database) {
        this.server = server;
        this.database = database;
    }

    /// Copies a file into a table that is there.
    Program copy(String table, Path file) {
        return server.script(database, command(table, file));
    }

    /// The command line of [#copy]. The columns are those of the file's table, in its order.
    public static String command(String table, Path file) {
        return file.toString().endsWith(".bz2")
                ? "bzip2 -dc '" + file + "' | " + psql("\\copy " + table + " FROM STDIN " + FORMAT)
                : psql("\\copy " + table + " FROM '" + file + "' " + FORMAT);
    }

    /// One command of psql, quoted for the shell.
    static String psql(String command) {
        return "psql -qX -v ON_ERROR_STOP=1 -c \"" + command.replace("\\\\", "\\\\\\\\") + "\"";
    }

    long rows(String table) throws IOException, InterruptedException {
        return Long.parseLong(server.value(database, "SELECT count(*) FROM " + table));
    }
}
