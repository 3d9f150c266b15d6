package dev.lode.postgres.publish;

import dev.lode.core.LodeException;
import dev.lode.postgres.PostgresErrors;

import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;

/// Reads the rows of a query by COPY in its binary form, one after another, without taking more of
/// them than are asked for. Belongs to one thread.
public final class ItemRows implements AutoCloseable {
    private static final byte[] SIGNATURE = {
        'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xFF, '\r', '\n', 0
    };

    private final ReadSnapshot snapshot;
    private final Connection connection;
    private final String where;
    private final String publication;
    private final CopyOut copy;
    private boolean begun;
    private boolean ended;
    private boolean broken;

    private ItemRows(
            ReadSnapshot snapshot,
            Connection connection,
            String where,
            String publication,
            CopyOut copy) {
        this.snapshot = snapshot;
        this.connection = connection;
        this.where = where;
        this.publication = publication;
        this.copy = copy;
    }

    static ItemRows open(ReadSnapshot snapshot, String where, String publication, String query)
            throws InterruptedException {
        var connection = snapshot.take();
        try {
            var copy =
                    connection
                            .unwrap(PGConnection.class)
                            .getCopyAPI()
                            .copyOut("COPY (" + query + ") TO STDOUT (FORMAT binary)");
            return new ItemRows(snapshot, connection, where, publication, copy);
        } catch (SQLException e) {
            snapshot.give(connection, false);
            throw PostgresErrors.explain(where, "reading items of " + publication, e);
        }
    }

    /// The next row; null at the end.
    public @Nullable ItemRow next() {
        if (ended) {
            return null;
        }
        try {
            byte[] bytes = copy.readFromCopy();
            if (bytes == null) {
                ended = true;
                return null;
            }
            return row(ByteBuffer.wrap(bytes));
        } catch (SQLException e) {
            broken = true;
            throw PostgresErrors.explain(where, "reading items of " + publication, e);
        }
    }

    private @Nullable ItemRow row(ByteBuffer bytes) {
        if (!begun) {
            begun = true;
            var signature = new byte[SIGNATURE.length];
            bytes.get(signature);
            if (!java.util.Arrays.equals(signature, SIGNATURE)) {
                throw LodeException.bug("COPY does not begin with its signature", null);
            }
            bytes.getInt();
            bytes.position(bytes.position() + 4 + bytes.getInt(bytes.position()));
            if (!bytes.hasRemaining()) {
                return next();
            }
        }
        int fields = bytes.getShort();
        if (fields < 0) {
            return next();
        }
        byte[] key = field(bytes);
        byte[] partition = field(bytes);
        if (key == null || partition == null) {
            throw LodeException.data(
                    "publication '"
                            + publication
                            + "': an item has no key; the generation was not made; leave such rows"
                            + " out in the query, or take another column as the key");
        }
        var values = new ArrayList<byte @Nullable []>(fields - 2);
        for (int i = 2; i < fields; i++) {
            values.add(field(bytes));
        }
        return new ItemRow(
                new String(key, StandardCharsets.UTF_8),
                new String(partition, StandardCharsets.UTF_8),
                Collections.unmodifiableList(values));
    }

    private static byte @Nullable [] field(ByteBuffer bytes) {
        int length = bytes.getInt();
        if (length < 0) {
            return null;
        }
        var value = new byte[length];
        bytes.get(value);
        return value;
    }

    @Override
    public void close() {
        if (!ended && !broken) {
            try {
                copy.cancelCopy();
            } catch (SQLException e) {
                // The connection is closed below, whatever state it is in.
            }
        }
        snapshot.give(connection, ended && !broken);
    }
}
