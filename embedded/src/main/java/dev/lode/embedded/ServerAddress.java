package dev.lode.embedded;

import dev.lode.core.Secret;

/// Where and how to connect to an [EmbeddedServer].
///
/// @param port on 127.0.0.1
/// @param password of user `lode`, who may do everything in this server
public record ServerAddress(int port, Secret password) {
    public String host() {
        return "127.0.0.1";
    }

    public String database() {
        return Login.DATABASE;
    }

    public String user() {
        return Cluster.USER;
    }

    /// For JDBC, without user and password.
    public String jdbcUrl() {
        return Login.url(port, database());
    }

    /// For people and other programs, WITH the password: print it only when asked for.
    public String url() {
        return "postgresql://"
                + user()
                + ":"
                + password.reveal()
                + "@"
                + host()
                + ":"
                + port
                + "/"
                + database();
    }
}
