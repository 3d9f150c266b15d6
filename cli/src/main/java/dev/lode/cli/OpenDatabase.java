package dev.lode.cli;

import dev.lode.embedded.EmbeddedServer;
import dev.lode.postgres.Database;
import dev.lode.postgres.DatabaseSettings;
import dev.lode.postgres.query.LedgerQueries;
import dev.lode.postgres.query.Queries;

import java.util.Optional;

/// The database of one command: the user's, or the embedded server for as long as this is open.
///
/// @param embedded the server that Lode runs, when no database was named
record OpenDatabase(
        DatabaseSettings settings, Database connections, Optional<EmbeddedServer> embedded)
        implements AutoCloseable {
    /// What messages call it; never holds the password.
    String where() {
        return settings.describe();
    }

    Queries queries() {
        return new Queries(connections, where());
    }

    LedgerQueries ledger() {
        return new LedgerQueries(queries());
    }

    @Override
    public void close() {
        connections.closeIdle();
        embedded.ifPresent(EmbeddedServer::close);
    }
}
