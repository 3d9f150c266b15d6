package dev.lode.cli.progress;

import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// A line for each item in flight and one for the whole, painted over at most ten times a second;
/// lasting lines scroll above them. Thread safe.
public final class TerminalProgress implements RunListener {
    private static final long FRAME_NANOS = Duration.ofMillis(100).toNanos();
    private static final long ARCHIVES_NANOS = 5_000_000_000L;

    /// More items in flight than this are only counted.
    private static final int MAX_LINES = 12;

    private final PrintWriter out;
    private final int width;
    private final Map<String, ItemLine> lines = new LinkedHashMap<>();
    private long totalSize;
    private long finishedSize;
    private int finished;
    private int items;
    private int painted;
    private long lastFrame;
    private long lastArchives;
    private final long started = System.nanoTime();

    /// @param width columns of the terminal
    public TerminalProgress(PrintWriter out, int width) {
        this.out = out;
        this.width = width;
    }

    @Override
    public synchronized void on(RunEvent event) {
        long now = System.nanoTime();
        switch (event) {
            case RunEvent.RunStarted run -> items = run.items();
            case RunEvent.FetchProgress fetch ->
                    line(fetch.item(), fetch.size(), true)
                            .advance(now, fetch.bytes(), fetch.bytes(), 0, 0);
            case RunEvent.ItemStarted item -> {
                lines.remove(item.item());
                line(item.item(), item.size(), false).advance(now, 0, 0, item.records(), 0);
            }
            case RunEvent.ItemProgress item ->
                    line(item.item(), item.size(), false)
                            .advance(
                                    now,
                                    item.stored(),
                                    item.decoded(),
                                    item.counts().read(),
                                    item.counts().rejected());
            case RunEvent.Fetched fetched -> end(fetched.item());
            case RunEvent.ItemLoaded item -> end(item.item());
            case RunEvent.ItemSkipped item -> end(item.item());
            case RunEvent.ItemFailed item -> end(item.item());
            case RunEvent.StageStarted _ -> {
                finished = 0;
                finishedSize = 0;
                totalSize = 0;
            }
            case RunEvent.KeyBuilt _, RunEvent.Note _, RunEvent.RunFinished _ -> {}
            case RunEvent.PublishStage _, RunEvent.PublishProgress _ -> {}
            case RunEvent.FileStep _, RunEvent.IntakeProgress _, RunEvent.CopyProgress _ -> {}
        }
        var lasting =
                event instanceof RunEvent.PublishProgress published
                        ? nowAndThen(published, now)
                        : PlainProgress.text(event);
        if (lasting != null) {
            erase();
            out.println(lasting);
            paint();
        } else if (now - lastFrame > FRAME_NANOS) {
            lastFrame = now;
            erase();
            paint();
        }
        out.flush();
    }

    private @org.jspecify.annotations.Nullable String nowAndThen(
            RunEvent.PublishProgress published, long now) {
        if (now - lastArchives < ARCHIVES_NANOS) {
            return null;
        }
        lastArchives = now;
        return PlainProgress.words(published);
    }

    /// Takes the moving lines away; what scrolled stays.
    public synchronized void end() {
        erase();
        lines.clear();
        out.flush();
    }

    private ItemLine line(String name, long size, boolean fetching) {
        return lines.computeIfAbsent(
                name,
                _ -> {
                    totalSize += size;
                    return new ItemLine(name, size, fetching);
                });
    }

    private void end(String name) {
        var line = lines.remove(name);
        finished++;
        if (line != null) {
            finishedSize += line.size;
        }
    }

    private void erase() {
        if (painted > 0) {
            out.print("\u001b[" + painted + "F\u001b[J");
            painted = 0;
        }
    }

    private void paint() {
        if (lines.isEmpty()) {
            return;
        }
        long done = finishedSize;
        double rate = 0;
        for (var line : lines.values()) {
            done += line.done();
            rate += line.rate();
            if (painted < MAX_LINES) {
                out.println(line.show(width - 1));
                painted++;
            }
        }
        var total =
                "total: "
                        + finished
                        + (items > 0 ? " of " + items : "")
                        + " items done, "
                        + lines.size()
                        + " in flight, "
                        + Words.size(done)
                        + " of "
                        + Words.size(totalSize)
                        + " known, "
                        + Words.rate(rate)
                        + ", "
                        + Words.time(Duration.ofNanos(System.nanoTime() - started));
        out.println(total.length() >= width ? total.substring(0, width - 1) : total);
        painted++;
    }
}
