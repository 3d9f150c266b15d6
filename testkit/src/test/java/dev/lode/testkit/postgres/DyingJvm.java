package dev.lode.testkit.postgres;

/// A test JVM that starts a server, says `t`, its process id and its folder, and waits to be killed
/// or for the end of its input.
final class DyingJvm {
    private DyingJvm() {}

    static void main(String[] arguments) {
        TestServer server = PostgresServers.shared(PostgresVersion.valueOf(arguments[0]));
        try (Db db = server.freshDatabase()) {
            IO.println(db.value("SELECT true") + " " + server.pid() + " " + server.folder());
            IO.readln();
        }
    }
}
