package dev.lode.demo.corpus;

import dev.lode.core.LodeException;

import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What was written, and what a loader should make of it. The same stands in `expected-<date>.json`
/// beside the files.
///
/// @param expected the file that holds the same
public record CorpusReport(
        LocalDate date, Era era, List<Table> tables, Path expected, Duration elapsed) {
    public CorpusReport {
        tables = List.copyOf(tables);
    }

    /// Bytes of all files before compression.
    public long decodedBytes() {
        return tables.stream().mapToLong(Table::decodedBytes).sum();
    }

    /// Bytes of all files on disk.
    public long storedBytes() {
        return tables.stream().mapToLong(Table::storedBytes).sum();
    }

    public Table table(String name) {
        return tables.stream()
                .filter(table -> table.table().equals(name))
                .findFirst()
                .orElseThrow(
                        () -> LodeException.usage("corpus of " + date + ": has no table " + name));
    }

    /// One file and its table.
    ///
    /// @param file name in the folder
    /// @param damage what is wrong with the file as a whole; the other values then say what it
    ///   would hold if whole, but for empty files, which hold nothing
    /// @param records in the file, good and bad; the header is none
    /// @param rows in the table after a load: records less rejects and less those that lose against
    ///   another of the same key
    /// @param duplicates records beyond the first for their keys
    /// @param rejects bad records by what is wrong with them
    /// @param rejected where they are
    /// @param orphans rows that refer to nothing, by column
    /// @param digest of the rows after a load; empty where a column is missing. See [#digestSql]
    /// @param decodedBytes before compression
    /// @param storedBytes on disk
    /// @param changes against the snapshot before; empty for a first one
    /// @param digestSql the query that gives the same digest in PostgreSQL, in a session with
    ///   `TimeZone` UTC
    public record Table(
            String table,
            String item,
            String file,
            List<Fault> damage,
            long records,
            long rows,
            Duplicates duplicates,
            Map<Fault, Integer> rejects,
            List<Rejected> rejected,
            Map<String, Integer> orphans,
            Optional<Long> digest,
            long decodedBytes,
            long storedBytes,
            Optional<Changes> changes,
            String digestSql) {}

    /// Records whose key came before.
    ///
    /// @param exact records equal to the one that is kept
    /// @param stale records older than the one that is kept
    /// @param keys that come more than once
    public record Duplicates(int exact, int stale, int keys) {}

    /// A bad record.
    ///
    /// @param record number in the file, from 1, the header not counted
    /// @param offset of its first byte in the decoded file
    /// @param column that is bad; empty where the record as a whole is
    public record Rejected(long record, long offset, Fault fault, String column) {}

    /// Rows against the first snapshot.
    public record Changes(long unchanged, long changed, long added, long vanished) {}
}
