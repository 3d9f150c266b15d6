package dev.lode.engine.load;

import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;
import dev.lode.postgres.TargetDatabase;
import dev.lode.postgres.schema.LateReport;
import dev.lode.postgres.schema.SchemaScript;

import java.util.List;

/// Makes the indexes and foreign keys of a pack after the rows are there: many times cheaper than
/// keeping them while rows come in. What a crash left undone is what the catalog lacks, so the next
/// run goes on by itself.
final class KeysStage {
    private final TargetDatabase database;
    private final SchemaScript script;
    private final RunListener listener;
    private final int workers;

    /// @param workers indexes and keys at the same time
    KeysStage(TargetDatabase database, SchemaScript script, RunListener listener, int workers) {
        this.database = database;
        this.script = script;
        this.listener = listener;
        this.workers = workers;
    }

    /// Indexes first: a key is checked faster with them.
    ///
    /// @return one report for each key that was missing
    List<LateReport> make() throws InterruptedException {
        var missing = database.missingKeys(script);
        if (missing.isEmpty()) {
            return List.of();
        }
        listener.on(new RunEvent.StageStarted("indexes and keys"));
        return database.makeKeys(script, missing, workers, this::tell);
    }

    private void tell(LateReport report) {
        boolean worthALine =
                report.outcome() != LateReport.Outcome.CREATED || report.took().toMillis() > 1000;
        if (worthALine) {
            listener.on(
                    new RunEvent.KeyBuilt(
                            report.object().name(),
                            report.object().table().toString(),
                            report.sentence(),
                            report.took()));
        }
    }
}
