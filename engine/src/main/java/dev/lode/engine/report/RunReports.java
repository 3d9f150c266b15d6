package dev.lode.engine.report;

import dev.lode.engine.load.LoadReport;
import dev.lode.store.AtomicFile;
import dev.lode.store.DataRoot;
import dev.lode.store.SnapshotId;
import dev.lode.store.TempFiles;

/// Leaves a run's reports in `processed/<dataset>/<date>/`: `load_summary.json` and
/// `validation_report.json`, each whole or as it was.
public final class RunReports {
    private final DataRoot root;
    private final TempFiles temp;

    /// @param temp temporary files of this run, in the same root
    public RunReports(DataRoot root, TempFiles temp) {
        this.root = root;
        this.temp = temp;
    }

    public void write(LoadReport report) {
        var folder = root.processed(new SnapshotId(report.dataset(), report.snapshot()));
        var files = new AtomicFile(root.disk(), temp);
        files.write(folder.resolve("load_summary.json"), SummaryJson.write(report) + "\n");
        files.write(
                folder.resolve("validation_report.json"), SummaryJson.validation(report) + "\n");
    }
}
