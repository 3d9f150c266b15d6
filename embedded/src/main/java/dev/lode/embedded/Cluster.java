package dev.lode.embedded;

import dev.lode.core.ByteSize;
import dev.lode.core.LodeException;
import dev.lode.core.Secret;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// The data folder of a server: made whole or not at all, with a password that nobody chose, for
/// one major version.
final class Cluster {
    static final String USER = "lode";

    private static final String FRESH = "data.new-";
    private static final Duration INITDB_LIMIT = Duration.ofMinutes(5);
    private static final ByteSize NEEDED = ByteSize.mebibytes(256);
    private static final int PASSWORD_BYTES = 32;

    /// Everybody proves the password, also on the private socket; nobody gets in from another host
    /// or for replication.
    private static final String ACCESS =
            """
            # Written by Lode at each start of the server; changes here are lost.
            local all all scram-sha-256
            host all all 127.0.0.1/32 scram-sha-256
            """;

    private static final String CONFIGURATION =
            """
            # Made by Lode. Settings of your own: set them in Lode, or with ALTER SYSTEM.
            include '../server.conf'
            """;

    private final Path folder;
    private final Installation programs;

    /// @param folder the server's folder, its real path
    Cluster(Path folder, Installation programs) {
        this.folder = folder;
        this.programs = programs;
    }

    Path data() {
        return folder.resolve("data");
    }

    boolean exists() {
        return Files.exists(data());
    }

    /// The password of user `lode`.
    ///
    /// @throws LodeException RESOURCE when its file is gone
    static Secret password(Path folder) throws IOException {
        Path file = folder.resolve("password");
        try {
            Secret password = Secret.of(Files.readString(file).strip());
            Folders.permit(file, "rw-------");
            return password;
        } catch (NoSuchFileException e) {
            throw LodeException.resource(
                    "\""
                            + file
                            + "\": the password of the PostgreSQL server is gone, and nothing else"
                            + " lets Lode in; not started; put the file back, or move \""
                            + folder
                            + "\" away and load the data again",
                    e);
        }
    }

    /// @throws LodeException RESOURCE when the folder belongs to another user or was made by
    ///   another major version
    void check() throws IOException {
        RunAs.ownerOf(data());
        if (!Files.exists(data().resolve("PG_VERSION"))) {
            throw LodeException.resource(
                    "\""
                            + data()
                            + "\": is not the data folder of a PostgreSQL server, its file"
                            + " PG_VERSION is missing; nothing was changed; move it away if it"
                            + " holds nothing of worth, else put back what was removed, and start"
                            + " again");
        }
        String version = Files.readString(data().resolve("PG_VERSION")).strip();
        if (!version.equals(Integer.toString(programs.major()))) {
            throw LodeException.resource(
                    "\""
                            + data()
                            + "\": made by PostgreSQL "
                            + version
                            + ", this Lode brings "
                            + programs.version()
                            + ", and one cannot read the other's files; nothing was changed; export"
                            + " the tables with the Lode that made the folder (or a PostgreSQL "
                            + version
                            + " server started on it), move the folder away, and load them again");
        }
    }

    /// Removes what killed attempts to make the folder left. To be called alone.
    void removeLeftovers() throws IOException {
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(folder, FRESH + "*")) {
            for (Path leftover : leftovers) {
                try {
                    Folders.remove(leftover);
                } catch (DirectoryNotEmptyException e) {
                    // The `initdb` of a killed Lode still writes there for a moment; the next start
                    // removes the rest.
                }
            }
        }
    }

    /// Makes the folder with `initdb`, beside its place, and renames it. Each attempt has a name of
    /// its own, because an `initdb` outlives a killed Lode for a moment. To be called alone.
    ///
    /// @param synced whether it must survive the machine
    /// @throws LodeException RESOURCE when there is too little room or `initdb` says no
    void make(boolean synced) throws IOException {
        long free = Files.getFileStore(folder).getUsableSpace();
        if (free < NEEDED.bytes()) {
            throw LodeException.resource(
                    "\""
                            + folder
                            + "\": "
                            + ByteSize.of(free)
                            + " free, "
                            + NEEDED
                            + " needed to make a PostgreSQL server; not made; free some space or"
                            + " choose another data root");
        }
        Path fresh = Files.createTempDirectory(folder, FRESH);
        Path passwordForInitdb = fresh.resolveSibling(fresh.getFileName() + ".password");
        RunAs account = RunAs.choose(fresh, programs.bin());
        var password = random(new SecureRandom());
        try {
            Folders.write(passwordForInitdb, password.reveal() + "\n", "rw-------");
            RunAs.alike(passwordForInitdb, fresh);
            initdb(account, fresh, passwordForInitdb, synced);
            put(fresh, "pg_hba.conf", ACCESS);
            put(fresh, "postgresql.conf", CONFIGURATION);
            Folders.write(folder.resolve("password"), password.reveal() + "\n", "rw-------");
            Files.move(fresh, data(), StandardCopyOption.ATOMIC_MOVE);
            Folders.sync(folder);
        } catch (IOException | LodeException e) {
            Folders.remove(fresh);
            throw e;
        } finally {
            Files.deleteIfExists(passwordForInitdb);
        }
    }

    /// Puts the rules of access back, in case they were changed.
    void guard() throws IOException {
        if (!Files.readString(data().resolve("pg_hba.conf")).equals(ACCESS)) {
            put(data(), "pg_hba.conf", ACCESS);
        }
    }

    private void initdb(RunAs account, Path fresh, Path passwordFile, boolean synced) {
        var command =
                new ArrayList<>(
                        List.of(
                                programs.program("initdb"),
                                "--pgdata=" + fresh,
                                "--username=" + USER,
                                "--pwfile=" + passwordFile,
                                "--auth=scram-sha-256",
                                "--encoding=UTF8",
                                "--locale=C",
                                "--data-checksums"));
        if (programs.major() >= 17) {
            // Its own tables: sorting and letters do not change with the system's libraries.
            command.addAll(List.of("--locale-provider=builtin", "--builtin-locale=C.UTF-8"));
        }
        if (!synced) {
            command.add("--no-sync");
        }
        var done = Command.run(account.command(command), folder, INITDB_LIMIT);
        if (!done.succeeded()) {
            throw LodeException.resource(
                    "\""
                            + folder
                            + "\": initdb of PostgreSQL "
                            + programs.version()
                            + " ended with "
                            + done.exit()
                            + ": \""
                            + done.output()
                            + "\"; removed what it made; check the free space and the rights of the"
                            + " folder and start again");
        }
    }

    private static void put(Path data, String name, String text) throws IOException {
        Path fresh = data.resolve(name + ".new");
        Files.writeString(fresh, text);
        Folders.permit(fresh, "rw-------");
        RunAs.alike(fresh, data);
        Files.move(fresh, data.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private static Secret random(SecureRandom random) {
        byte[] bytes = new byte[PASSWORD_BYTES];
        random.nextBytes(bytes);
        return Secret.of(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }
}
