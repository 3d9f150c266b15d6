package dev.lode.postgres.catalog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// The machine's PostgreSQL in a folder of its own, one per JVM.
public final class LocalPostgres {
    private static final AtomicInteger SCHEMAS = new AtomicInteger();
    private static final LocalPostgres SERVER = start();

    private final int port;

    private LocalPostgres(int port) {
        this.port = port;
    }

    /// A connection as superuser, session time zone Pacific/Chatham.
    public static Connection connect() throws SQLException {
        return connect("postgres");
    }

    /// A connection as another role.
    public static Connection connect(String role) throws SQLException {
        return connect(role, "postgres");
    }

    /// A connection to another database.
    public static Connection connect(String role, String database) throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", role);
        properties.setProperty("ApplicationName", "lode test");
        properties.setProperty("options", "-c TimeZone=Pacific/Chatham");
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + SERVER.port + "/" + database, properties);
    }

    /// A name that no other test uses, awkward on purpose.
    public static String freshName() {
        return "A \"b\" " + SCHEMAS.incrementAndGet();
    }

    private static String bin() {
        String wanted = System.getenv("LODE_TEST_POSTGRES_BIN");
        return wanted == null || wanted.isEmpty() ? "/usr/lib/postgresql/15/bin" : wanted;
    }

    private static LocalPostgres start() {
        try {
            Path folder = Files.createTempDirectory("lode-test-pg");
            Path bin = Paths.get(bin());
            run(folder, "chown", "-R", "postgres", folder.toString());
            Path data = folder.resolve("data");
            run(folder, asPostgres(bin.resolve("initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                    "--locale=C", "-N"));
            int port;
            try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = socket.getLocalPort();
            }
            run(folder, asPostgres(bin.resolve("pg_ctl"), "-D", data, "-w", "-l", folder.resolve("log"), "-o",
                    "-p " + port + " -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
                            + " -c max_connections=40",
                    "start"));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try {
                    run(folder, asPostgres(bin.resolve("pg_ctl"), "-D", data, "-m", "immediate", "stop"));
                    run(folder, "rm", "-rf", folder.toString());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }));
            return new LocalPostgres(port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String[] asPostgres(Object... command) {
        List<String> all = new ArrayList<>(List.of("setpriv", "--reuid=postgres", "--regid=postgres",
                "--clear-groups"));
        for (Object word : command) {
            all.add(word.toString());
        }
        return all.toArray(String[]::new);
    }

    private static void run(Path folder, String... command) throws IOException {
        Path output = Files.createTempFile("lode-test-pg", ".out");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile().exists() ? folder.toFile() : null)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + ": " + Files.readString(output));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            Files.deleteIfExists(output);
        }
    }
}
