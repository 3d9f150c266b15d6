package dev.lode.format.json;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/// What a document became.
///
/// @param hash of the content, whatever the order of its keys and records: 32 hexadecimal digits
/// @param time of the document in milliseconds since 1970, where the mapping names its field
/// @param records read, by their array
/// @param read records in all
/// @param tables rows by table, in the order of the mapping's tables, those without rows too
/// @param rejects in the order of the document
/// @param drift fields that the mapping does not know
/// @param missing texts that have no number yet: where it is not empty the rows are of no use; put
///   the numbers into the [LookupIds] and encode again
public record EncodedDocument(
        String hash,
        OptionalLong time,
        Map<String, Long> records,
        long read,
        List<EncodedRows> tables,
        List<DocumentReject> rejects,
        List<Drift> drift,
        Set<LookupTexts> missing) {
    public EncodedDocument {
        records = Map.copyOf(records);
        tables = List.copyOf(tables);
        rejects = List.copyOf(rejects);
        drift = List.copyOf(drift);
        missing = Set.copyOf(missing);
    }

    /// Records that became rows.
    public long loaded() {
        return read - rejects.size();
    }

    /// Rows in all tables.
    public long rows() {
        return tables.stream().mapToLong(EncodedRows::rows).sum();
    }

    /// Bytes of the rows: what this value holds in memory.
    public long bytes() {
        return tables.stream().mapToLong(EncodedRows::bytes).sum();
    }
}
