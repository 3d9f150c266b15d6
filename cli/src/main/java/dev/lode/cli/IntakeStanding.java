package dev.lode.cli;

import dev.lode.cli.output.TableFormat;
import dev.lode.cli.progress.Words;
import dev.lode.postgres.intake.IntakeLedger;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// What `lode status` says of a dataset's intake.
final class IntakeStanding {
    private static final int MOST = 100;

    private final IntakeLedger ledger;
    private final String dataset;

    IntakeStanding(IntakeLedger ledger, String dataset) {
        this.ledger = ledger;
        this.dataset = dataset;
    }

    /// @param sentences whether lines for people follow the table
    void print(PrintWriter out, TableFormat format, boolean sentences) {
        var failed = ledger.failed(MOST);
        if (!failed.isEmpty()) {
            var sink = format.sink(out);
            sink.columns(List.of("failed file", "kind", "attempts", "reason"));
            for (var file : failed) {
                sink.row(
                        List.of(
                                file.key(),
                                file.kind(),
                                String.valueOf(file.attempts()),
                                file.reason()));
            }
            sink.finish();
        }
        if (sentences) {
            out.println(sentence(ledger.standing()));
        }
    }

    private String sentence(IntakeLedger.Standing standing) {
        return "intake of "
                + dataset
                + ": "
                + watched(standing)
                + Words.count(standing.inHand())
                + " in hand, "
                + Words.count(standing.retrying())
                + " to be tried again, "
                + Words.count(standing.failed())
                + " failed, "
                + String.format(Locale.ROOT, "%.1f files/s", standing.filesPerSecond())
                + standing.oldest()
                        .map(
                                seconds ->
                                        ", the oldest waits for "
                                                + Words.time(
                                                        Duration.ofMillis(
                                                                Math.round(seconds * 1000))))
                        .orElse("")
                + standing.paused().map(what -> ", paused (" + what + ")").orElse("")
                + standing.notes().map(notes -> "; " + notes).orElse("")
                + (standing.failed() > 0
                        ? "; lode retry " + dataset + " --files '*' takes failed files again"
                        : "");
    }

    /// Watchers count what waits in the incoming place; without one nobody has looked.
    private static String watched(IntakeLedger.Standing standing) {
        return standing.watchers() == 0
                ? "no watcher, so nobody counts what waits, "
                : Words.count(standing.watchers())
                        + (standing.watchers() == 1 ? " watcher, " : " watchers, ")
                        + Words.count(standing.listed())
                        + " files wait, ";
    }

    /// Waits until nothing waits and nothing is in hand.
    void await(Duration pause) throws InterruptedException {
        while (ledger.standing().busy()) {
            Thread.sleep(pause);
        }
    }
}
