package dev.lode.engine.copy;

import dev.lode.core.ErrorKind;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a copy did, or, of a dry run, would do.
///
/// @param listed files that were looked at
/// @param copied files that are at the destination now
/// @param copiedBytes theirs
/// @param inStore those of them that the store copied itself: their bytes did not travel
/// @param skipped files that were there already, with the same bytes
/// @param skippedBytes theirs
/// @param gone files that were removed while the copy ran
/// @param failed files that could not be copied
/// @param reasons why, of the first ones
public record CopyReport(
        long listed,
        long copied,
        long copiedBytes,
        long inStore,
        long skipped,
        long skippedBytes,
        long gone,
        long failed,
        List<String> reasons) {
    public CopyReport {
        reasons = List.copyOf(reasons);
    }

    public int exitCode() {
        return failed == 0 ? 0 : ErrorKind.REMOTE.exitCode();
    }

    /// The same for programs.
    public Map<String, Object> summary() {
        var summary = new LinkedHashMap<String, Object>();
        summary.put("files_listed", listed);
        summary.put("files_copied", copied);
        summary.put("bytes_copied", copiedBytes);
        summary.put("files_in_store", inStore);
        summary.put("files_skipped", skipped);
        summary.put("bytes_skipped", skippedBytes);
        summary.put("files_gone", gone);
        summary.put("files_failed", failed);
        return summary;
    }
}
