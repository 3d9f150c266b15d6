package dev.lode.cli.progress;

import dev.lode.core.Count;
import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// One line for each thing worth keeping, and one every ten seconds for an item that takes long.
/// For pipes and logs. Thread safe.
public final class PlainProgress implements RunListener {
    private static final long EVERY_NANOS = Duration.ofSeconds(10).toNanos();

    private final PrintWriter out;
    private final boolean quiet;
    private final Map<String, Long> shown = new HashMap<>();

    /// @param quiet whether only failures and warnings are shown
    public PlainProgress(PrintWriter out, boolean quiet) {
        this.out = out;
        this.quiet = quiet;
    }

    @Override
    public synchronized void on(RunEvent event) {
        var line = line(event, System.nanoTime());
        if (line != null) {
            out.println(line);
            out.flush();
        }
    }

    private @org.jspecify.annotations.Nullable String line(RunEvent event, long now) {
        if (quiet) {
            return switch (event) {
                case RunEvent.ItemFailed failed -> text(failed);
                case RunEvent.Note note when note.warning() -> "warning: " + note.message();
                default -> null;
            };
        }
        return switch (event) {
            case RunEvent.FetchProgress fetch ->
                    due(fetch.item(), now)
                            ? fetch.item()
                                    + ": "
                                    + Words.size(fetch.bytes())
                                    + " of "
                                    + Words.size(fetch.size())
                                    + " fetched"
                            : null;
            case RunEvent.ItemProgress item ->
                    due(item.item(), now)
                            ? item.item()
                                    + ": "
                                    + Words.count(item.counts().read())
                                    + " records, "
                                    + Math.round(100.0 * item.stored() / Math.max(1, item.size()))
                                    + " %"
                            : null;
            case RunEvent.PublishProgress published ->
                    due(published.publication(), now) ? words(published) : null;
            default -> text(event);
        };
    }

    /// The lasting line of an event, or null for one that only moves a bar.
    static @org.jspecify.annotations.Nullable String text(RunEvent event) {
        return switch (event) {
            case RunEvent.RunStarted run ->
                    "run "
                            + run.run()
                            + ": "
                            + run.operation()
                            + " "
                            + run.dataset()
                            + (run.snapshot().isEmpty() ? "" : " " + run.snapshot())
                            + ", "
                            + Count.of(run.items(), "item");
            case RunEvent.StageStarted stage -> stage.stage();
            case RunEvent.FetchProgress _ -> null;
            case RunEvent.Fetched fetched ->
                    fetched.transferred() == 0
                            ? null
                            : fetched.item() + ": " + Words.size(fetched.size()) + " fetched";
            case RunEvent.ItemStarted item ->
                    item.records() == 0
                            ? null
                            : item.item()
                                    + ": goes on after "
                                    + Words.count(item.records())
                                    + " records";
            case RunEvent.ItemProgress _ -> null;
            case RunEvent.ItemLoaded item ->
                    item.table()
                            + ": "
                            + Words.counts(item.counts())
                            + " in "
                            + Words.time(item.took());
            case RunEvent.ItemSkipped item -> item.table() + ": " + item.reason();
            case RunEvent.ItemFailed item ->
                    (item.table().isEmpty() ? item.item() : item.table())
                            + ": failed: "
                            + item.reason();
            case RunEvent.KeyBuilt key -> key.outcome() + " in " + Words.time(key.took());
            case RunEvent.FileStep _ -> null;
            case RunEvent.IntakeProgress progress -> Words.intake(progress);
            case RunEvent.CopyProgress copy ->
                    Words.count(copy.listed())
                            + " files listed, "
                            + Words.count(copy.copied())
                            + " copied ("
                            + Words.size(copy.bytes())
                            + "), "
                            + Words.count(copy.skipped())
                            + " were there"
                            + (copy.failed() > 0
                                    ? ", " + Words.count(copy.failed()) + " failed"
                                    : "");
            case RunEvent.PublishStage stage -> stage.publication() + ": " + stage.stage();
            case RunEvent.PublishProgress _ -> null;
            case RunEvent.Note note -> (note.warning() ? "warning: " : "") + note.message();
            case RunEvent.RunFinished run ->
                    "run "
                            + run.run()
                            + " "
                            + run.state()
                            + ": "
                            + (run.counts().read() == 0 && run.state().equals("completed")
                                    ? "nothing new"
                                    : Words.count(run.counts().read())
                                            + " records, "
                                            + Words.counts(run.counts()))
                            + " in "
                            + Words.time(run.took());
        };
    }

    static String words(RunEvent.PublishProgress published) {
        return published.publication()
                + ": "
                + Words.count(published.archives())
                + " of "
                + Words.count(published.of())
                + " archives, "
                + Words.count(published.items())
                + " items";
    }

    private boolean due(String item, long now) {
        var before = shown.putIfAbsent(item, now);
        if (before != null && now - before > EVERY_NANOS) {
            shown.put(item, now);
            return true;
        }
        return false;
    }
}
