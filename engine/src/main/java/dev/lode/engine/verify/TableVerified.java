package dev.lode.engine.verify;

import java.util.ArrayList;
import java.util.List;

/// What verifying one table found.
///
/// @param rows in the table
/// @param expected rows that the records of the item call for: those inserted, updated or unchanged
/// @param failures what contradicts what was read
/// @param remarks what someone should know: orphans of keys that are NOT VALID, sequences that
///   could not be set
public record TableVerified(
        String table, long rows, long expected, List<String> failures, List<String> remarks) {
    public TableVerified {
        failures = List.copyOf(failures);
        remarks = List.copyOf(remarks);
    }

    /// With more remarks, which come first.
    TableVerified with(List<String> more) {
        var all = new ArrayList<>(more);
        all.addAll(remarks);
        return new TableVerified(table, rows, expected, failures, all);
    }
}
