package dev.lode.postgres;

import dev.lode.core.LodeException;
import dev.lode.core.TableName;
import dev.lode.postgres.catalog.CatalogReader;
import dev.lode.postgres.catalog.ServerFacts;
import dev.lode.postgres.catalog.TableFacts;
import dev.lode.postgres.ledger.LedgerSchema;
import dev.lode.postgres.load.LoadSession;
import dev.lode.postgres.load.RunOrigin;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/// The database that a dataset is loaded into, as the engine sees it: no connection leaves this module, and every error
/// of the server has become a sentence. Thread safe; every call has a connection of its own.
public final class TargetDatabase {
    private static final String NAME = "lode";

    private final Connections connections;
    private final String where;

    /// @param where the database, for messages
    public TargetDatabase(Connections connections, String where) {
        this.connections = connections;
        this.where = where;
    }

    /// What messages call the database.
    public String where() {
        return where;
    }

    /// What the server is and allows.
    ///
    /// @throws LodeException of kind RESOURCE when Lode cannot work with it
    public ServerFacts server() {
        return ask("looking at the server", connection -> {
            var facts = ServerFacts.read(connection);
            if (!facts.problems().isEmpty()) {
                throw LodeException.resource(where + ": " + String.join("; ", facts.problems()));
            }
            return facts;
        });
    }

    /// Makes or upgrades the ledger.
    public void migrateLedger() {
        ask("making the ledger", connection -> {
            LedgerSchema.migrate(connection);
            return 0;
        });
    }

    /// Those of the tables that exist.
    public Map<TableName, TableFacts> tables(Collection<TableName> names) {
        return ask("reading the catalog", connection -> CatalogReader.tables(connection, names));
    }

    /// Takes the dataset's lease and begins a run.
    ///
    /// @param onLoss called when another process took the lease over
    public LoadSession begin(
            String dataset,
            String operation,
            Optional<LocalDate> snapshot,
            RunOrigin origin,
            Duration leaseTimeout,
            Runnable onLoss) {
        return LoadSession.begin(connections, where, dataset, operation, snapshot, origin, leaseTimeout, onLoss);
    }

    private interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    private <T> T ask(String doing, Work<T> work) {
        try (var connection = connections.open(NAME)) {
            return work.on(connection);
        } catch (SQLException e) {
            throw PostgresErrors.explain(where, doing, e);
        }
    }
}
