package dev.lode.engine.backup;

import dev.lode.core.LodeException;
import dev.lode.core.process.Program;
import dev.lode.postgres.DatabaseSettings;
import dev.lode.store.Disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A backup of some schemas by the machine's own `pg_dump`, in the format that `pg_restore` reads.
/// The file has its name only when it is whole.
///
/// @param schemas those that are not there are left out
/// @param file that it becomes
/// @param limit after which it is given up
public record PgDump(DatabaseSettings database, List<String> schemas, Path file, Duration limit) {
    private static final int SHOWN = 600;

    public PgDump {
        schemas = List.copyOf(schemas);
    }

    /// @throws LodeException of kind USAGE when something is there already, or nothing can be
    ///   written there
    public PgDump check() {
        if (Files.exists(file)) {
            throw LodeException.usage(
                    "backup \""
                            + file
                            + "\": is there already, and is not overwritten; name another file");
        }
        var folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder) || !Files.isWritable(folder)) {
            throw LodeException.usage(
                    "backup \""
                            + file
                            + "\": \""
                            + folder
                            + "\" is no folder that can be written to; make it, or name another"
                            + " file");
        }
        return this;
    }

    /// As a person types it; without the password, which comes from where Lode has it.
    public String command() {
        return String.join(" ", words(file));
    }

    private List<String> words(Path target) {
        var words = new ArrayList<>(List.of("pg_dump", "--format=custom"));
        schemas.forEach(schema -> words.add("--schema=" + schema));
        words.addAll(
                List.of(
                        "--file=" + target,
                        "--host=" + database.host(),
                        "--port=" + database.port(),
                        "--username=" + database.user(),
                        "--no-password",
                        database.database()));
        return words;
    }

    /// Makes it.
    ///
    /// @return a sentence: where it is and how large
    /// @throws LodeException of kind RESOURCE when `pg_dump` is missing or fails; no file is left
    public String run() throws InterruptedException {
        var part = file.resolveSibling(file.getFileName() + ".part");
        var builder = new ProcessBuilder(words(part));
        var environment = builder.environment();
        // Through the environment: other users of the machine can read a command line.
        database.password().ifPresent(secret -> environment.put("PGPASSWORD", secret.reveal()));
        if (database.options().containsKey("sslmode")) {
            environment.put("PGSSLMODE", database.options().get("sslmode"));
        }
        try {
            try {
                var result = Program.run(builder, limit);
                if (!result.succeeded()) {
                    throw LodeException.resource(
                            "backup \""
                                    + file
                                    + "\": pg_dump ended with "
                                    + result.exit()
                                    + ": "
                                    + said(result.errors())
                                    + "; no file was left");
                }
                try (var written = Disk.LOCAL.open(part)) {
                    written.sync();
                }
                Disk.LOCAL.rename(part, file);
                Disk.LOCAL.sync(Disk.folderOf(file));
                return "\"" + file + "\" is written, " + (Files.size(file) >> 10) + " KiB";
            } finally {
                Disk.LOCAL.delete(part);
            }
        } catch (IOException e) {
            throw LodeException.resource("backup \"" + file + "\": cannot be written: " + e, e);
        }
    }

    private static String said(String errors) {
        String line = errors.replaceAll("\\s*\\R\\s*", "; ").replaceAll("\\p{Cntrl}", "?");
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "...";
    }
}
