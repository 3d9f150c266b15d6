package dev.lode.engine.report;

import dev.lode.engine.load.LoadReport;
import dev.lode.store.AtomicFile;
import dev.lode.store.DataRoot;

/// Leaves a run's reports in `processed/<dataset>/<date>/`: `load_summary.json` and `validation_report.json`, each whole or
/// as it was.
public final class RunReports {
    private final DataRoot root;

    public RunReports(DataRoot root) {
        this.root = root;
    }

    public void write(LoadReport report) {
        var folder = root.processed(report.dataset(), report.snapshot());
        var files = AtomicFile.beside(root.disk());
        files.writeText(folder.resolve("load_summary.json"), SummaryJson.write(report) + "\n");
        files.writeText(folder.resolve("validation_report.json"), SummaryJson.validation(report) + "\n");
    }
}
