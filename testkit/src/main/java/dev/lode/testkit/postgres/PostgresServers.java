package dev.lode.testkit.postgres;

import dev.lode.embedded.PostgresBinaries;

import org.opentest4j.TestAbortedException;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The PostgreSQL servers of this JVM. They end with it, however it ends. Thread safe.
public final class PostgresServers {
    private static final Map<ServerKind, TestServer> SHARED = new ConcurrentHashMap<>();

    private PostgresServers() {}

    /// The one server of its kind, started at the first call (half a second; some more the first
    /// time on a machine).
    ///
    /// @throws TestAbortedException when this machine has no such server
    public static TestServer shared(ServerKind kind) {
        return SHARED.computeIfAbsent(kind, PostgresServers::own);
    }

    /// The usual one of a version.
    ///
    /// @throws TestAbortedException when this machine has no such server
    public static TestServer shared(PostgresVersion version) {
        return shared(ServerKind.of(version));
    }

    /// A server of the caller's own, who closes it: for tests that end it while others need theirs.
    ///
    /// @throws TestAbortedException when this machine has no such server
    public static TestServer own(ServerKind kind) {
        PostgresBinaries binaries =
                kind.version()
                        .binaries()
                        .orElseThrow(
                                () ->
                                        new TestAbortedException(
                                                "this machine has no PostgreSQL "
                                                        + kind.version()));
        return TestServer.start(kind, binaries);
    }
}
