package dev.lode.postgres.query;

import dev.lode.core.LodeException;
import dev.lode.core.RowCounts;
import dev.lode.core.Suggestion;
import dev.lode.postgres.ledger.RejectFilter;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What people ask the ledger. Each method streams one table of text; a database without a ledger
/// has nothing to tell, which [#present] says.
public final class LedgerQueries {
    private final Queries queries;

    public LedgerQueries(Queries queries) {
        this.queries = queries;
    }

    /// Whether the database has a ledger.
    public boolean present() {
        return column("SELECT to_regclass('lode.migration') IS NOT NULL").contains("t");
    }

    /// The datasets that have a run, by name.
    public List<String> datasets() {
        return column("SELECT DISTINCT dataset FROM lode.run ORDER BY 1");
    }

    /// Of a dataset that somebody asks about.
    ///
    /// @throws LodeException of kind USAGE when it has no run
    public void checkDataset(String dataset) {
        var known = datasets();
        if (!known.contains(dataset)) {
            throw LodeException.usage(
                    "dataset '"
                            + dataset
                            + "': no run in "
                            + queries.where()
                            + Suggestion.hint(dataset, known)
                            + "; lode runs shows all runs, lode sync "
                            + dataset
                            + " makes the first");
        }
    }

    /// Of a run that somebody asks about.
    ///
    /// @throws LodeException of kind USAGE when there is none of that number
    public void checkRun(long run) {
        if (column("SELECT 1 FROM lode.run WHERE id = ?", run).isEmpty()) {
            throw LodeException.usage(
                    "run " + run + ": is not in " + queries.where() + "; lode runs shows all runs");
        }
    }

    /// State of a dataset's last run, as [#runs] shows it.
    public String lastState(String dataset) {
        var state = new ArrayList<String>();
        runs(
                Optional.of(dataset),
                1,
                new RowSink() {
                    @Override
                    public void columns(List<String> names) {}

                    @Override
                    public void row(List<@Nullable String> values) {
                        state.add(String.valueOf(values.get(4)));
                    }
                });
        return state.isEmpty() ? "" : state.getFirst();
    }

    /// The counts of the item applied last, by table name.
    public Map<String, RowCounts> lastCounts(String dataset) {
        var counts = new LinkedHashMap<String, RowCounts>();
        queries.run(
                "SELECT DISTINCT ON (table_schema, table_name) table_name, records, inserted,"
                        + " updated, unchanged, superseded, duplicate, filtered, rejected FROM"
                        + " lode.item WHERE dataset = ? AND state = 'done' ORDER BY table_schema,"
                        + " table_name, id DESC",
                0,
                new RowSink() {
                    @Override
                    public void columns(List<String> names) {}

                    @Override
                    public void row(List<@Nullable String> values) {
                        var numbers =
                                values.subList(1, values.size()).stream()
                                        .mapToLong(value -> Long.parseLong(String.valueOf(value)))
                                        .toArray();
                        counts.put(
                                String.valueOf(values.getFirst()),
                                new RowCounts(
                                        numbers[0],
                                        numbers[1],
                                        numbers[2],
                                        numbers[3],
                                        numbers[4],
                                        numbers[5],
                                        numbers[6],
                                        numbers[7]));
                    }
                },
                dataset);
        return counts;
    }

    private List<String> column(String sql, @Nullable Object... values) {
        var column = new ArrayList<String>();
        queries.run(sql, 0, new OneColumn(column), values);
        return column;
    }

    /// The runs, newest first. A running row whose lease is gone is shown as interrupted.
    public long runs(Optional<String> dataset, int limit, RowSink sink) {
        return queries.run(
                """
                SELECT r.id AS run, r.dataset, r.operation, r.snapshot,
                       CASE WHEN r.state = 'running' AND NOT EXISTS (
                                SELECT FROM lode.heartbeat h JOIN pg_stat_activity a
                                  ON a.pid = h.backend AND (a.backend_start IS NULL OR a.backend_start = h.backend_start)
                                WHERE h.dataset = coalesce(r.lease, r.dataset) AND h.token = r.token)
                             AND NOT EXISTS (
                                SELECT FROM lode.watcher w JOIN lode.watcher_beat b ON b.watcher_id = w.id JOIN pg_stat_activity a
                                  ON a.pid = b.backend AND (a.backend_start IS NULL OR a.backend_start = b.backend_start)
                                WHERE w.run_id = r.id AND w.ended_at IS NULL)
                            THEN 'interrupted' ELSE r.state END AS state,
                       to_char(r.started_at, 'YYYY-MM-DD HH24:MI:SS') AS started,
                       round(extract(epoch FROM coalesce(r.ended_at, clock_timestamp()) - r.started_at), 1) AS seconds,
                       coalesce(r.message, '') AS message
                FROM lode.run r WHERE (?::text IS NULL OR r.dataset = ?)
                ORDER BY r.id DESC
                """,
                limit,
                sink,
                dataset.orElse(null),
                dataset.orElse(null));
    }

    /// For each table of a dataset the item applied last, with its counts.
    public long tables(String dataset, RowSink sink) {
        return queries.run(
                """
                SELECT DISTINCT ON (i.table_schema, i.table_name) i.table_name AS table, i.snapshot, i.state,
                       greatest(c.reltuples, 0)::bigint AS rows_estimated, i.records, i.inserted, i.updated, i.unchanged,
                       i.superseded, i.rejected, coalesce(i.message, '') AS message
                FROM lode.item i LEFT JOIN pg_class c ON c.oid = i.table_oid
                WHERE i.dataset = ? ORDER BY i.table_schema, i.table_name, i.id DESC
                """,
                0,
                sink,
                dataset);
    }

    /// The publications of a dataset: which generation lies where, and when it was looked at last.
    public long publications(String dataset, RowSink sink) {
        return queries.run(
                """
                SELECT name AS publication, generation, to_char(published_at, 'YYYY-MM-DD HH24:MI:SS') AS up_to, run_id AS run, place
                FROM lode.publication WHERE dataset = ? ORDER BY name, place
                """,
                0,
                sink,
                dataset);
    }

    /// Whether a dataset has been published.
    public boolean isPublished(String dataset) {
        return !column("SELECT 1 FROM lode.publication WHERE dataset = ? LIMIT 1", dataset)
                .isEmpty();
    }

    /// Records of files with rows and of documents, under the same names.
    private static final String OF_ALL =
            """
            FROM (SELECT r.id, i.dataset, i.name, i.table_name, i.table_name AS place, r.record, r.byte_offset,
                         r.column_name, r.reason, r.sqlstate, r.state, r.run_id, r.raw_length, r.raw
                  FROM lode.reject r JOIN lode.item i ON i.id = r.item_id
                  UNION ALL
                  SELECT x.id, d.dataset, d.name, split_part(x.path, '[', 1), x.path, x.record, x.byte_offset,
                         x.column_name, x.reason, NULL, x.state, NULL, x.raw_length, x.raw
                  FROM lode.document_reject x JOIN lode.document d ON d.id = x.document_id) r
            WHERE true\
            """;

    private static final String OF_ROWS =
            " FROM lode.reject r JOIN lode.item i ON i.id = r.item_id WHERE true";

    private static final String OF_DOCUMENTS =
            " FROM (SELECT d.dataset, d.name, split_part(x.path, '[', 1) AS table_name, x.state,"
                + " NULL::bigint AS run_id FROM lode.document_reject x JOIN lode.document d ON d.id"
                + " = x.document_id) r WHERE true";

    /// The rejects one by one, oldest first; of documents with the record's path in place of a
    /// table.
    public long rejects(RejectFilter filter, long limit, RowSink sink) {
        return filtered(
                "SELECT r.id, r.name AS item, r.place AS table, r.record, r.byte_offset,"
                    + " coalesce(r.column_name, '') AS column, r.reason, coalesce(r.sqlstate, '')"
                    + " AS sqlstate, r.state, r.run_id AS run, r.raw_length, encode(r.raw,"
                    + " 'escape') AS raw",
                OF_ALL,
                filter,
                " ORDER BY r.place LIKE '%[%', r.id",
                limit,
                sink);
    }

    /// The rejects in a form that a person can correct and `lode retry --from` reads: what the file
    /// held as text, or in base64 where it is not UTF-8. Records that are kept in part only are not
    /// among them.
    public long export(RejectFilter filter, RowSink sink) {
        return filtered(
                "SELECT r.id AS reject, i.name AS item, i.table_name AS \"table\", r.record,"
                        + " coalesce(r.column_name, '') AS \"column\", r.reason, encode(r.raw,"
                        + " 'hex')",
                OF_ROWS,
                filter,
                " AND octet_length(r.raw) = r.raw_length ORDER BY r.item_id, r.id",
                0,
                new RejectExport(sink));
    }

    /// How many rejects match.
    public long countRejects(RejectFilter filter) {
        return counted(filter, "");
    }

    /// How many of them are kept in part only.
    public long cutRejects(RejectFilter filter) {
        return counted(filter, " AND octet_length(r.raw) < r.raw_length");
    }

    /// How many rejects of documents match: neither exported nor loaded again one by one.
    public long countDocumentRejects(RejectFilter filter) {
        return counted(OF_DOCUMENTS, filter, "");
    }

    private long counted(RejectFilter filter, String rest) {
        return counted(OF_ROWS, filter, rest);
    }

    private long counted(String from, RejectFilter filter, String rest) {
        var count = new ArrayList<String>();
        filtered("SELECT count(*)", from, filter, rest, 0, new OneColumn(count));
        return Long.parseLong(count.getFirst());
    }

    /// How many rejects there are of each table, column and reason, with values taken out of the
    /// reasons.
    public long rejectGroups(RejectFilter filter, long limit, RowSink sink) {
        return filtered(
                "SELECT r.table_name AS table, coalesce(r.column_name, '') AS column,"
                        + " regexp_replace(regexp_replace(r.reason, '\"[^\"]*\"', '\"...\"', 'g'),"
                        + " '\\d+', 'N', 'g') AS reason, count(*) AS records, min(r.id) AS first ",
                OF_ALL,
                filter,
                " GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3",
                limit,
                sink);
    }

    private long filtered(
            String select,
            String from,
            RejectFilter filter,
            String rest,
            long limit,
            RowSink sink) {
        var sql = new StringBuilder(select).append(' ').append(from).append(' ');
        String item = from.equals(OF_ROWS) ? "i." : "r.";
        var values = new ArrayList<@Nullable Object>();
        filter.dataset().ifPresent(value -> condition(sql, values, item + "dataset = ?", value));
        filter.table().ifPresent(value -> condition(sql, values, item + "table_name = ?", value));
        filter.item().ifPresent(value -> condition(sql, values, item + "name = ?", value));
        filter.run().ifPresent(value -> condition(sql, values, "r.run_id = ?", value));
        filter.state().ifPresent(value -> condition(sql, values, "r.state = ?", value));
        return queries.run(sql + rest, limit, sink, values.toArray());
    }

    private static void condition(
            StringBuilder sql, List<@Nullable Object> values, String text, Object value) {
        sql.append(" AND ").append(text);
        values.add(value);
    }
}
