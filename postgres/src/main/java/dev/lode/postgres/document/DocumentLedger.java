package dev.lode.postgres.document;

import dev.lode.core.ContentId;
import dev.lode.format.json.DocumentMapping;
import dev.lode.format.json.DocumentReject;
import dev.lode.format.json.Drift;
import dev.lode.format.json.EncodedDocument;
import dev.lode.postgres.Sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The lines of documents in the ledger. Every call is part of the caller's transaction.
final class DocumentLedger {
    private static final int STATEMENT_ROWS = 1000;

    private final DocumentTarget target;

    DocumentLedger(DocumentTarget target) {
        this.target = target;
    }

    /// A file whose content is in the tables.
    record Holder(long id, String name, long fileId, Optional<Long> time) {}

    /// Those of the contents, by the hash of their stored bytes, that are loaded.
    Map<String, Holder> loaded(Connection connection, Collection<ContentId> contents)
            throws SQLException {
        return holders(
                connection,
                "content_id",
                contents.stream().map(ContentId::hex).distinct().toList());
    }

    /// Those of the hashes that are loaded.
    Map<String, Holder> holders(Connection connection, Collection<String> hashes)
            throws SQLException {
        return holders(connection, "hash", hashes.stream().map(DocumentLedger::marked).toList());
    }

    private Map<String, Holder> holders(Connection connection, String column, List<String> values)
            throws SQLException {
        var found = new HashMap<String, Holder>();
        for (var row :
                Sql.list(
                        connection,
                        "SELECT "
                                + column
                                + ", id, name, file_id, time_millis FROM lode.document WHERE"
                                + " dataset = ? AND target_oid = ? AND state = 'loaded' AND "
                                + column
                                + " = ANY (?)",
                        row -> {
                            long time = row.getLong(5);
                            boolean none = row.wasNull();
                            return Map.entry(
                                    row.getString(1),
                                    new Holder(
                                            row.getLong(2),
                                            row.getString(3),
                                            row.getLong(4),
                                            none ? Optional.empty() : Optional.of(time)));
                        },
                        target.pack().dataset(),
                        target.oid(),
                        connection.createArrayOf("text", values.toArray()))) {
            found.put(row.getKey(), row.getValue());
        }
        return found;
    }

    /// A hash as the ledger has it: with the way it was computed.
    static String marked(String hash) {
        return DocumentMapping.hashAlgorithm() + ":" + hash;
    }

    /// Numbers that nobody else gets: of ledger lines, or of files.
    static List<Long> numbers(Connection connection, Optional<String> sequence, int count)
            throws SQLException {
        return Sql.list(
                connection,
                "SELECT nextval("
                        + (sequence.isPresent()
                                ? "?::regclass"
                                : "pg_get_serial_sequence('lode.document', 'id')::regclass")
                        + ") FROM generate_series(1, "
                        + count
                        + ")",
                row -> row.getLong(1),
                sequence.stream().toArray());
    }

    /// Writes the lines of files as loaded, in the order of their hashes; waits where another
    /// transaction has one of them.
    ///
    /// @return numbers of the lines that were written: the others' contents are loaded
    Set<Long> claim(Connection connection, List<Attempt> attempts) throws SQLException {
        var written = new HashSet<Long>();
        // A statement takes at most 65,535 parameters.
        for (int i = 0; i < attempts.size(); i += STATEMENT_ROWS) {
            written.addAll(
                    claimed(
                            connection,
                            attempts.subList(i, Math.min(attempts.size(), i + STATEMENT_ROWS))));
        }
        return written;
    }

    private List<Long> claimed(Connection connection, List<Attempt> attempts) throws SQLException {
        var sql =
                new StringBuilder(
                        "INSERT INTO lode.document (id, dataset, target_oid, mapping, name, size,"
                                + " content_id, hash, state, file_id, time_millis, records,"
                                + " inserted, rejected, row_count, drift) VALUES ");
        var values = new ArrayList<@org.jspecify.annotations.Nullable Object>();
        for (var attempt : attempts) {
            var encoded = attempt.encoded();
            sql.append(values.isEmpty() ? "" : ", ")
                    .append(
                            "(?, ?, ?, ?, ?, ?, ?, ?, 'loaded', ?, ?::bigint, ?, ?, ?, ?,"
                                    + " ?::jsonb)");
            values.add(attempt.line());
            values.add(target.pack().dataset());
            values.add(target.oid());
            values.add(target.mapping().fingerprint());
            values.add(attempt.file().name());
            values.add(attempt.file().size());
            values.add(attempt.file().content().hex());
            values.add(marked(encoded.hash()));
            values.add(attempt.fileId());
            values.add(encoded.time().isPresent() ? encoded.time().getAsLong() : null);
            values.add(encoded.read());
            values.add(encoded.loaded());
            values.add((long) encoded.rejects().size());
            values.add(encoded.rows());
            values.add(drift(encoded));
        }
        sql.append(
                " ON CONFLICT (dataset, target_oid, hash) WHERE state = 'loaded' DO NOTHING"
                        + " RETURNING id");
        return Sql.list(connection, sql.toString(), row -> row.getLong(1), values.toArray());
    }

    private static @org.jspecify.annotations.Nullable String drift(EncodedDocument encoded) {
        if (encoded.drift().isEmpty()) {
            return null;
        }
        var json = new StringBuilder("[");
        for (Drift one : encoded.drift()) {
            json.append(json.length() == 1 ? "" : ", ")
                    .append("{\"path\": ")
                    .append(quoted(one.path()))
                    .append(", \"count\": ")
                    .append(one.count())
                    .append(", \"example\": ")
                    .append(quoted(one.example()))
                    .append('}');
        }
        return json.append(']').toString();
    }

    private static String quoted(String text) {
        var json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < 0x20) {
                json.append(c == 0 ? "?" : String.format("\\u%04x", (int) c));
            } else if (Character.isSurrogate(c)) {
                boolean pair =
                        Character.isHighSurrogate(c)
                                && i + 1 < text.length()
                                && Character.isLowSurrogate(text.charAt(i + 1));
                json.append(pair ? text.substring(i, i + 2) : "?");
                i += pair ? 1 : 0;
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }

    /// Records that a file's content is loaded already.
    void duplicate(Connection connection, HeldFile file, long line, String hash, long of)
            throws SQLException {
        Sql.update(
                connection,
                "INSERT INTO lode.document (id, dataset, target_oid, mapping, name, size,"
                        + " content_id, hash, state, duplicate_of, file_id, records, inserted,"
                        + " rejected, row_count) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'duplicate', ?, 0,"
                        + " 0, 0, 0, 0)",
                line,
                target.pack().dataset(),
                target.oid(),
                target.mapping().fingerprint(),
                file.name(),
                file.size(),
                file.content().hex(),
                hash,
                of);
    }

    /// The rows of a file are replaced by those of another line.
    void replaced(Connection connection, long line) throws SQLException {
        Sql.update(connection, "UPDATE lode.document SET state = 'replaced' WHERE id = ?", line);
        Sql.update(
                connection,
                "UPDATE lode.document_reject SET state = 'resolved' WHERE document_id = ? AND state"
                        + " = 'open'",
                line);
    }

    void addRejects(Connection connection, long line, List<DocumentReject> rejects)
            throws SQLException {
        if (rejects.isEmpty()) {
            return;
        }
        try (var statement =
                connection.prepareStatement(
                        "INSERT INTO lode.document_reject (document_id, path, record, byte_offset,"
                                + " column_name, reason, raw, raw_length) VALUES (?, ?, ?, ?, ?, ?,"
                                + " ?, ?)")) {
            int waiting = 0;
            for (var reject : rejects) {
                statement.setLong(1, line);
                statement.setString(2, reject.path());
                statement.setLong(3, reject.record());
                statement.setLong(4, reject.offset());
                if (reject.column().isPresent()) {
                    statement.setString(5, storable(reject.column().get()));
                } else {
                    statement.setNull(5, Types.VARCHAR);
                }
                statement.setString(6, storable(reject.reason()));
                statement.setBytes(7, reject.raw());
                statement.setLong(8, reject.rawLength());
                statement.addBatch();
                if (++waiting == STATEMENT_ROWS) {
                    statement.executeBatch();
                    waiting = 0;
                }
            }
            if (waiting > 0) {
                statement.executeBatch();
            }
        }
    }

    /// A text quotes what the document holds, and PostgreSQL takes no NUL.
    private static String storable(String text) {
        return text.replace('\0', '?');
    }
}
