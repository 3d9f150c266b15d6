package dev.lode.postgres.load;

import dev.lode.core.TableName;
import dev.lode.core.pack.TableSpec;
import dev.lode.format.csv.Dialect;
import dev.lode.format.csv.RecordBatch;

import java.util.List;

/// The first records of an item, and the table they are for.
///
/// @param file as the snapshot calls the item
/// @param batch stays the caller's
public record SampleRows(
        TableSpec spec,
        TableName table,
        String file,
        List<String> header,
        Dialect dialect,
        RecordBatch batch) {
    public SampleRows {
        header = List.copyOf(header);
    }
}
