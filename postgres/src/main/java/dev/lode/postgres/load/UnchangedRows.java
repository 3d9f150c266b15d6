package dev.lode.postgres.load;

import dev.lode.core.TableName;
import dev.lode.core.pack.LoadMode;
import dev.lode.format.csv.BinaryRowEncoder;
import dev.lode.format.csv.DigestRowEncoder;
import dev.lode.format.csv.TargetColumn;
import dev.lode.postgres.PostgresErrors;
import dev.lode.postgres.Sql;
import dev.lode.postgres.vanish.SeenKeys;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Finds the records of a batch whose rows are in the target as they are, before any is staged:
/// only their keys and digests travel, and the server computes the digests of the rows that it has.
/// Of a table that hardly changed that is a fraction of sending, storing and comparing all of it.
///
/// Nothing hangs on it. What is not found here, for it changed, is new, or is written in another
/// way, goes through the [StagedMerge], which compares values. Where records of a batch share a
/// key, their order decides, and the whole batch goes there.
///
/// Two steps: [#look] finds them, [#takeOut] settles those whose rows are still the very versions
/// that were found. Between the two, transactions may end: a look beforehand costs a batch that
/// waits for others nothing, and what those or other writers did meanwhile is noticed. What was
/// found lies in temporary tables of the connection until the next look.
///
/// Foreign fact: PostgreSQL never changes a row in place. Each version has a place (`ctid`) and the
/// number of the transaction that wrote it (`xmin`), which writes no more once its rows are seen by
/// others: of the versions of one key that are ever seen, no two have the same. Places change when
/// a table is rewritten (VACUUM FULL, CLUSTER), so that another row may be met there, with the same
/// writer: hence the key.
///
/// Belongs to one thread.
final class UnchangedRows {
    /// Records shorter than this, in bytes on the average of a batch, are staged as fast as they
    /// are looked for.
    private static final int WORTHWHILE = 256;

    /// A row is held as a whole while it is hashed: a batch with a longer record, in bytes, is
    /// staged, which takes a row in pieces.
    private static final int LONGEST = 16 << 20;

    /// Batches that are not looked through after one of which less than half was unchanged; doubled
    /// each time.
    private static final int MOST_SKIPPED = 64;

    private static final String ORDINAL = "lode ordinal";
    private static final String DIGEST = "lode digest";
    private static final String TABLE = "lode table";
    private static final String PLACE = "lode place";
    private static final String WRITER = "lode writer";

    private final BatchCopy copy;
    private final Target target;
    private final boolean possible;
    private final String digests = "pg_temp." + TableName.quote("lode digests");
    private final String found = "pg_temp." + TableName.quote("lode found");
    private @Nullable DigestRowEncoder encoder;
    private int skip;
    private int backOff = 1;

    /// @param way how records travel: only who may send binary rows may send digests of them
    UnchangedRows(BatchCopy copy, Target target, CopyWay way) {
        this.copy = copy;
        this.target = target;
        this.possible =
                way == CopyWay.BINARY
                        && target.mode() == LoadMode.UPSERT
                        && !target.payload().isEmpty()
                        && BinaryRowEncoder.supports(target.columns());
    }

    /// Whether there may be batches worth a look.
    boolean possible() {
        return possible;
    }

    /// Looks for the open records whose rows are there. Records that no row can be made of are kept
    /// as rejects; nothing else in `outcome` changes.
    ///
    /// @return whether any was found
    boolean look(Connection connection, BatchOutcome outcome) throws SQLException {
        int records = outcome.open().cardinality();
        if (!possible
                || records == 0
                || outcome.batch().length() / outcome.batch().count() < WORTHWHILE
                || longest(outcome) > LONGEST) {
            return false;
        }
        if (skip > 0) {
            skip--;
            return false;
        }
        long same = 0;
        try {
            same = Savepoints.attempt(connection, () -> find(connection, outcome));
        } catch (SQLException e) {
            // A value that the server does not take, or a row that is too long to be hashed: the
            // staged way tells.
            if (!PostgresErrors.isData(e)) {
                throw e;
            }
        }
        if (2 * same >= records) {
            backOff = 1;
        } else {
            skip = backOff;
            backOff = Math.min(MOST_SKIPPED, 2 * backOff);
        }
        return same > 0;
    }

    /// Takes the records out of `outcome` that the last [#look] on this connection found, and whose
    /// rows nobody has written since; keeps their keys where `trace` says so.
    ///
    /// @return how many
    long takeOut(Connection connection, BatchOutcome outcome, MergeTrace trace)
            throws SQLException {
        var same =
                Sql.list(
                        connection,
                        "SELECT f."
                                + TableName.quote(ORDINAL)
                                + " FROM "
                                + found
                                + " f, LATERAL (SELECT FROM "
                                + target.table().sql()
                                + " t WHERE t.ctid = f."
                                + TableName.quote(PLACE)
                                + " AND "
                                + target.keysEqual("t", "f")
                                + " AND t.tableoid = f."
                                + TableName.quote(TABLE)
                                + " AND t.xmin = f."
                                + TableName.quote(WRITER)
                                // Row by row at its place: no plan reads the whole table.
                                + " OFFSET 0) t",
                        row -> row.getInt(1));
        if (trace.keepKeys() && !same.isEmpty()) {
            keepOnly(connection, outcome, same);
            SeenKeys.begin(connection, trace.item(), target.key(), target.table().sql());
            SeenKeys.add(
                    connection,
                    trace.item(),
                    target.key(),
                    digests,
                    new SeenKeys.Met(trace.at(), true));
        }
        same.forEach(outcome::settle);
        return same.size();
    }

    private static int longest(BatchOutcome outcome) {
        var batch = outcome.batch();
        return outcome.open().stream()
                .map(record -> batch.end(record) - batch.start(record))
                .max()
                .orElse(0);
    }

    private long find(Connection connection, BatchOutcome outcome) throws SQLException {
        Sql.run(connection, "DROP TABLE IF EXISTS " + digests + ", " + found);
        Sql.run(
                connection,
                "CREATE TEMPORARY TABLE "
                        + TableName.quote("lode digests")
                        + " AS SELECT "
                        + target.keyList("")
                        + ", 0 AS "
                        + TableName.quote(ORDINAL)
                        + ", ''::bytea AS "
                        + TableName.quote(DIGEST)
                        + " FROM "
                        + target.table().sql()
                        + " WITH NO DATA");
        var digest = encoder(connection);
        if (digest.isEmpty() || !send(connection, digest.get(), outcome)) {
            return 0;
        }
        Sql.run(connection, "ANALYZE " + digests + " (" + target.keyList("") + ")");
        if (new Supersession(target, digests, ORDINAL).sharedKeys(connection)) {
            return 0;
        }
        return Sql.update(
                connection,
                "CREATE TEMPORARY TABLE "
                        + TableName.quote("lode found")
                        + " AS SELECT "
                        + target.keyList("s.")
                        + ", s."
                        + TableName.quote(ORDINAL)
                        + ", t.tableoid AS "
                        + TableName.quote(TABLE)
                        + ", t.ctid AS "
                        + TableName.quote(PLACE)
                        + ", t.xmin AS "
                        + TableName.quote(WRITER)
                        + " FROM "
                        + digests
                        + " s JOIN "
                        + target.table().sql()
                        + " t ON "
                        + target.keysEqual("s", "t")
                        // Not an equality: nothing for a plan to hash the whole table by.
                        + " WHERE s."
                        + TableName.quote(DIGEST)
                        + " IS NOT DISTINCT FROM sha256(record_send(ROW("
                        + target.columns().stream()
                                .map(column -> "t." + TableName.quote(column.name()))
                                .collect(Collectors.joining(", "))
                        + ")))");
    }

    private boolean send(Connection connection, DigestRowEncoder digest, BatchOutcome outcome)
            throws SQLException {
        try {
            return copy.copyAll(
                    connection,
                    digests,
                    target.keyList("")
                            + ", "
                            + TableName.quote(ORDINAL)
                            + ", "
                            + TableName.quote(DIGEST),
                    digest,
                    outcome);
        } catch (CopyFailure failure) {
            throw failure.error();
        }
    }

    /// Empty where a column has gone since the table was looked at: the COPY into staging tells.
    private Optional<DigestRowEncoder> encoder(Connection connection) throws SQLException {
        if (encoder == null) {
            var names = target.columns().stream().map(TargetColumn::name).toList();
            var types =
                    Sql.list(
                            connection,
                            "SELECT a.atttypid::bigint FROM unnest(?::text[]) WITH ORDINALITY AS n"
                                + " (name, place) JOIN pg_attribute a ON a.attrelid = ?::regclass"
                                + " AND a.attname = n.name AND NOT a.attisdropped ORDER BY n.place",
                            row -> (int) row.getLong(1),
                            connection.createArrayOf("text", names.toArray()),
                            target.table().sql());
            if (types.size() < names.size()) {
                return Optional.empty();
            }
            encoder =
                    new DigestRowEncoder(
                            target.columns(),
                            types.stream().mapToInt(Integer::intValue).toArray(),
                            target.key().stream().mapToInt(names::indexOf).toArray());
        }
        return Optional.of(encoder);
    }

    /// The staged merge keeps the keys of the others, as far as they become rows.
    private void keepOnly(Connection connection, BatchOutcome outcome, List<Integer> same)
            throws SQLException {
        var others = (BitSet) outcome.open().clone();
        same.forEach(others::clear);
        Sql.update(
                connection,
                "DELETE FROM "
                        + digests
                        + " s USING unnest(?::integer[]) AS o (place) WHERE s."
                        + TableName.quote(ORDINAL)
                        + " = o.place",
                connection.createArrayOf("integer", others.stream().boxed().toArray()));
    }
}
