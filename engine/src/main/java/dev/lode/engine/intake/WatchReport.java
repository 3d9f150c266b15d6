package dev.lode.engine.intake;

import java.util.LinkedHashMap;
import java.util.Map;

/// What a watch did.
///
/// @param run its number in the ledger
/// @param state completed, partial or interrupted
/// @param loaded files whose rows are in the tables now
/// @param duplicates files whose content was there already
/// @param failed files that went to the failed ones
/// @param moved files that lie at their new places
/// @param postponed files that wait for another attempt, or that another watcher has
/// @param rejects records of loaded files that could not become rows
/// @param rows of loaded files, in all tables
/// @param bytes of loaded files, as stored
/// @param drift fields of loaded files that the mapping does not know
public record WatchReport(
        long run,
        String state,
        long loaded,
        long duplicates,
        long failed,
        long moved,
        long postponed,
        long rejects,
        long rows,
        long bytes,
        long drift) {
    /// The same for programs and for the ledger.
    public Map<String, Object> summary() {
        var summary = new LinkedHashMap<String, Object>();
        summary.put("run", run);
        summary.put("state", state);
        summary.put("files_loaded", loaded);
        summary.put("files_duplicate", duplicates);
        summary.put("files_failed", failed);
        summary.put("files_moved", moved);
        summary.put("files_postponed", postponed);
        summary.put("rejects", rejects);
        summary.put("rows", rows);
        summary.put("bytes", bytes);
        summary.put("drift", drift);
        return summary;
    }

    /// 0 done; 1 files failed; 4 files wait for another attempt; 5 done with rejects.
    public int exitCode() {
        if (failed > 0) {
            return 1;
        }
        if (postponed > 0) {
            return 4;
        }
        return rejects > 0 ? 5 : 0;
    }
}
