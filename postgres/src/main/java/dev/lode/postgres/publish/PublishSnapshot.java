package dev.lode.postgres.publish;

import dev.lode.core.TableName;
import dev.lode.core.pack.Pack;
import dev.lode.core.pack.publish.PublicationSpec;
import dev.lode.postgres.Sql;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// One state of the database, as the items of some publications. Thread safe.
public final class PublishSnapshot implements AutoCloseable {
    private final ReadSnapshot snapshot;
    private final String where;
    private final Pack pack;
    private final Map<String, ItemSql> sql;
    private final Set<TableName> lateTriggers;
    private final Moment moment;
    private final int mostKeys;

    /// What is known of the time of the snapshot.
    ///
    /// @param cluster system identifier and database
    /// @param oldest when the oldest transaction began that ran then
    /// @param openTables that loads were filling
    record Moment(String cluster, String oldest, List<String> openTables) {
        Moment {
            openTables = List.copyOf(openTables);
        }
    }

    PublishSnapshot(
            ReadSnapshot snapshot,
            String where,
            Pack pack,
            Map<String, ItemSql> sql,
            Set<TableName> lateTriggers,
            Moment moment,
            int mostKeys) {
        this.snapshot = snapshot;
        this.where = where;
        this.pack = pack;
        this.sql = Map.copyOf(sql);
        this.lateTriggers = Set.copyOf(lateTriggers);
        this.moment = moment;
        this.mostKeys = mostKeys;
    }

    /// The items of a publication.
    public PublishedItems items(PublicationSpec spec) {
        var queries = sql.get(spec.name());
        if (queries == null) {
            throw new IllegalArgumentException(spec.name() + " is none of this snapshot's");
        }
        return new PublishedItems(
                snapshot, where, pack, queries, lateTriggers, moment.cluster(), mostKeys);
    }

    /// What the ledger is to know of a generation that was made from this.
    PublishedState state(PublicationSpec spec, long generation, String content) {
        var queries = sql.get(spec.name());
        if (queries == null) {
            throw new IllegalArgumentException(spec.name() + " is none of this snapshot's");
        }
        return new PublishedState(
                generation,
                content,
                digest(queries.definition()),
                moment.cluster(),
                snapshot.transactions(),
                moment.oldest(),
                moment.openTables());
    }

    static boolean hasLedger(Connection connection) throws SQLException {
        return Sql.number(
                        connection,
                        "SELECT count(*) FROM pg_class WHERE oid = to_regclass('lode.publication')")
                > 0;
    }

    static String digest(String text) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /// Lets the snapshot go; readers that are still open fail.
    @Override
    public void close() {
        snapshot.close();
    }
}
