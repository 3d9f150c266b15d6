package dev.lode.postgres.verify;

import dev.lode.core.TableName;
import dev.lode.postgres.Sql;
import dev.lode.postgres.catalog.TableFacts;
import dev.lode.postgres.verify.SequenceReport.Outcome;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A sequence behind a column.
///
/// @param increment what it steps by; may be negative
/// @param usable whether the role may read and set it
/// @param role the current one
record NumberSource(
        TableName table,
        String column,
        TableName sequence,
        String owner,
        long increment,
        long least,
        long most,
        boolean usable,
        String role) {
    /// Base types of columns that take whole numbers.
    static final Set<String> TYPES = Set.of("int2", "int4", "int8", "numeric");

    /// The number a sequence gives next, in a query on the sequence; takes the increment as its
    /// parameter.
    private static final String NEXT =
            "CASE WHEN is_called THEN last_value::numeric + ? ELSE last_value END";

    /// Those of identities and of `serial` depend on the column; a default that calls `nextval`
    /// depends on its sequence.
    static List<NumberSource> of(Connection connection, TableFacts table) throws SQLException {
        String sql =
                """
                WITH source AS (
                    SELECT d.objid AS sequence, d.refobjsubid AS attnum
                    FROM pg_depend d
                    WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
                      AND d.deptype IN ('a', 'i') AND d.refobjid = ?::bigint::oid AND d.refobjsubid > 0
                    UNION
                    SELECT d.refobjid, f.adnum
                    FROM pg_attrdef f
                    JOIN pg_depend d ON d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid
                        AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid = 0
                    WHERE f.adrelid = ?::bigint::oid
                )
                SELECT a.attname::text, n.nspname::text, c.relname::text, pg_get_userbyid(c.relowner)::text,
                       s.seqincrement, s.seqmin, s.seqmax,
                       has_sequence_privilege(c.oid, 'UPDATE') AND has_sequence_privilege(c.oid, 'SELECT')
                           AND has_schema_privilege(n.oid, 'USAGE'),
                       current_user::text
                FROM source
                JOIN pg_sequence s ON s.seqrelid = source.sequence
                JOIN pg_class c ON c.oid = source.sequence
                JOIN pg_namespace n ON n.oid = c.relnamespace
                JOIN pg_attribute a ON a.attrelid = ?::bigint::oid AND a.attnum = source.attnum
                WHERE NOT a.attisdropped
                ORDER BY a.attnum, n.nspname, c.relname
                """;
        return Sql.list(
                connection,
                sql,
                row ->
                        new NumberSource(
                                table.name(),
                                row.getString(1),
                                new TableName(row.getString(2), row.getString(3)),
                                row.getString(4),
                                row.getLong(5),
                                row.getLong(6),
                                row.getLong(7),
                                row.getBoolean(8),
                                row.getString(9)),
                table.oid(),
                table.oid(),
                table.oid());
    }

    SequenceReport set(Connection connection) throws SQLException {
        Optional<BigDecimal> last = last(connection);
        if (!usable) {
            return report(
                    Outcome.BEHIND,
                    BigDecimal.ZERO,
                    "role '"
                            + role
                            + "' may not set it; left as it was; run as '"
                            + owner
                            + "': GRANT SELECT, UPDATE ON"
                            + " SEQUENCE "
                            + sequence.sql()
                            + " TO "
                            + TableName.quote(role));
        }
        BigDecimal next = next(connection);
        boolean behind =
                last.map(
                                value ->
                                        increment > 0
                                                ? value.compareTo(next) >= 0
                                                : value.compareTo(next) <= 0)
                        .orElse(false);
        if (last.isEmpty() || !behind) {
            return report(Outcome.AHEAD, next, "gives " + next.toPlainString() + " next");
        }
        BigDecimal value = last.get();
        if (value.compareTo(BigDecimal.valueOf(least)) < 0
                || value.compareTo(BigDecimal.valueOf(most)) > 0) {
            return report(
                    Outcome.BEHIND,
                    next,
                    "the column holds "
                            + value.toPlainString()
                            + ", outside of the sequence's "
                            + least
                            + " to "
                            + most
                            + "; left as it was; widen it by ALTER SEQUENCE "
                            + sequence.sql());
        }
        // Asked again in the statement that sets it: others may have taken numbers meanwhile.
        Sql.list(
                connection,
                "SELECT setval(format('%I.%I', ?::text, ?::text)::regclass, ?) FROM "
                        + sequence.sql()
                        + " WHERE "
                        + NEXT
                        + (increment > 0 ? " <= ?" : " >= ?"),
                row -> 0,
                sequence.schema(),
                sequence.name(),
                value.longValue(),
                increment,
                value);
        return report(
                Outcome.SET,
                value,
                "would have given "
                        + next.toPlainString()
                        + ", set to "
                        + value.toPlainString()
                        + ", the last in the table");
    }

    /// The last number in the direction of the sequence; NaN and infinities of a numeric column
    /// count for nothing.
    private Optional<BigDecimal> last(Connection connection) throws SQLException {
        String extreme = (increment > 0 ? "max(" : "min(") + TableName.quote(column) + ")::text";
        return Sql.list(
                        connection,
                        "SELECT " + extreme + " FROM " + table.sql(),
                        row -> Optional.ofNullable(row.getString(1)))
                .getFirst()
                .filter(text -> text.matches("-?[0-9.]+"))
                .map(BigDecimal::new);
    }

    private BigDecimal next(Connection connection) throws SQLException {
        return Sql.list(
                        connection,
                        "SELECT " + NEXT + " FROM " + sequence.sql(),
                        row -> row.getBigDecimal(1),
                        increment)
                .getFirst();
    }

    private SequenceReport report(Outcome outcome, BigDecimal value, String sentence) {
        return new SequenceReport(
                sequence,
                table,
                column,
                outcome,
                value.longValue(),
                "sequence '" + sequence + "' of " + table + "." + column + ": " + sentence);
    }
}
