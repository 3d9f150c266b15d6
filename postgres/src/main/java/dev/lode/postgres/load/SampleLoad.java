package dev.lode.postgres.load;

import dev.lode.core.TableName;
import dev.lode.postgres.PostgresErrors;
import dev.lode.postgres.Sql;
import dev.lode.postgres.catalog.CatalogReader;
import dev.lode.postgres.catalog.TableFacts;
import dev.lode.postgres.preflight.Finding;
import dev.lode.postgres.preflight.Preflight;
import dev.lode.postgres.schema.ApplySettings;
import dev.lode.postgres.schema.SchemaApplier;
import dev.lode.postgres.schema.SchemaScript;
import dev.lode.postgres.schema.SchemaStatement;

import java.io.Serial;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Measures what records take in the database: loads samples into temporary tables of the targets'
/// shape, in one transaction that also makes what the pack's schema lacks, and is rolled back. What
/// is there is neither written nor locked but for reading.
public final class SampleLoad {
    private static final String TABLE = "lode_sample";

    /// Bad records that are left out of one sample.
    private static final int MOST_BAD = 50;

    /// Bytes of an entry of an index that is not there yet: a key of eight bytes with its pointer
    /// and header, in pages filled to nine tenths.
    private static final int INDEX_ENTRY = 24;

    private final SchemaScript script;
    private final ApplySettings settings;

    public SampleLoad(SchemaScript script, ApplySettings settings) {
        this.script = script;
        this.settings = settings;
    }

    /// @param connection in auto-commit
    /// @return a size for each sample, in their order
    public List<SampledSize> run(Connection connection, List<SampleRows> samples)
            throws SQLException, InterruptedException {
        try {
            new SchemaApplier(script, settings)
                    .createTables(
                            connection,
                            (transaction, made) -> {
                                throw new Measured(all(transaction, samples));
                            });
        } catch (Measured e) {
            return e.sizes;
        }
        throw new SQLException(
                "the transaction of the sample ended before it was measured", "XX000");
    }

    /// Ends the transaction: it must not be committed.
    private static final class Measured extends RuntimeException {
        @Serial private static final long serialVersionUID = 1L;

        private final transient List<SampledSize> sizes;

        Measured(List<SampledSize> sizes) {
            super("measured", null, false, false);
            this.sizes = sizes;
        }
    }

    private List<SampledSize> all(Connection connection, List<SampleRows> samples)
            throws SQLException {
        var facts =
                CatalogReader.tables(connection, samples.stream().map(SampleRows::table).toList());
        var sizes = new ArrayList<SampledSize>();
        for (var sample : samples) {
            sizes.add(one(connection, sample, facts));
        }
        return sizes;
    }

    private SampledSize one(
            Connection connection, SampleRows sample, Map<TableName, TableFacts> facts)
            throws SQLException {
        var table = facts.get(sample.table());
        if (table == null) {
            return SampledSize.failed("there is no table " + sample.table());
        }
        var check =
                new Preflight(Map.of(sample.table(), table), Map.of())
                        .check(
                                sample.spec(),
                                table,
                                sample.file(),
                                sample.header(),
                                sample.dialect());
        if (check.target().isEmpty()) {
            return SampledSize.failed(
                    check.findings().stream()
                            .filter(finding -> finding.severity() == Finding.Severity.ERROR)
                            .map(Finding::toString)
                            .collect(Collectors.joining("; ")));
        }
        try {
            return Savepoints.attempt(
                    connection, () -> measure(connection, sample, check.target().get()));
        } catch (SQLException e) {
            if (PostgresErrors.isLost(e)) {
                throw e;
            }
            return SampledSize.failed(PostgresErrors.text(e));
        }
    }

    private SampledSize measure(Connection connection, SampleRows sample, Target target)
            throws SQLException {
        Sql.run(
                connection,
                "CREATE TEMPORARY TABLE "
                        + TABLE
                        + " (LIKE "
                        + sample.table().sql()
                        + " INCLUDING ALL) ON COMMIT DROP");
        long tableBefore = number(connection, "pg_table_size");
        long indexesBefore = number(connection, "pg_indexes_size");
        long rows = load(connection, sample, target);
        long later =
                script.late().stream()
                        .filter(SchemaStatement.IndexDeclaration.class::isInstance)
                        .map(SchemaStatement.IndexDeclaration.class::cast)
                        .filter(index -> index.table().equals(sample.table()))
                        .filter(index -> !exists(connection, sample.table().schema(), index.name()))
                        .count();
        var size =
                new SampledSize(
                        rows,
                        number(connection, "pg_table_size") - tableBefore,
                        number(connection, "pg_indexes_size")
                                - indexesBefore
                                + later * rows * INDEX_ENTRY,
                        "");
        Sql.run(connection, "DROP TABLE pg_temp." + TABLE);
        return size;
    }

    private static boolean exists(Connection connection, String schema, String index) {
        try {
            return Sql.number(
                            connection,
                            "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid ="
                                    + " c.relnamespace WHERE n.nspname = ? AND c.relname = ?",
                            schema,
                            index)
                    > 0;
        } catch (SQLException e) {
            throw PostgresErrors.explain(schema, "looking for index " + index, e);
        }
    }

    private static long load(Connection connection, SampleRows sample, Target target)
            throws SQLException {
        var copy = new BatchCopy(target);
        var outcome = new BatchOutcome(sample.batch(), 0);
        sample.batch()
                .badRecords()
                .forEach(
                        bad ->
                                outcome.reject(
                                        bad.index(),
                                        Optional.empty(),
                                        bad.reason(),
                                        Optional.empty(),
                                        false));
        for (int bad = 0; ; bad++) {
            try {
                return Savepoints.attempt(
                        connection,
                        () -> {
                            try {
                                return copy.copy(
                                        connection,
                                        "pg_temp." + TABLE,
                                        0,
                                        sample.batch().count(),
                                        outcome);
                            } catch (CopyFailure e) {
                                throw new BadRecord(e);
                            }
                        });
            } catch (BadRecord e) {
                if (e.failure.record() < 0 || bad >= MOST_BAD) {
                    throw e.failure.error();
                }
                outcome.reject(
                        e.failure.record(),
                        Optional.empty(),
                        PostgresErrors.text(e.failure.error()),
                        Optional.empty(),
                        false);
            }
        }
    }

    /// Carries a failure through a savepoint.
    private static final class BadRecord extends SQLException {
        @Serial private static final long serialVersionUID = 1L;

        private final transient CopyFailure failure;

        BadRecord(CopyFailure failure) {
            super(failure.error());
            this.failure = failure;
        }
    }

    private static long number(Connection connection, String function) throws SQLException {
        return Sql.number(connection, "SELECT " + function + "('pg_temp." + TABLE + "'::regclass)");
    }
}
