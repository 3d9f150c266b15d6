package dev.lode.engine.load;

import dev.lode.core.LodeException;
import dev.lode.core.RowCounts;
import dev.lode.postgres.ledger.ChunkDigests;
import dev.lode.postgres.load.SplitLoader;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Loads the batches of one item over several connections at once. Splits commit in any order;
/// their results come back in the order of the file, so that limits count as if they had come one
/// after another.
///
/// With one stream a batch is loaded on the caller's thread, and commits after all before it. With
/// more, each has a thread and a connection:
/// - where any order will do, a batch that finds that order matters (two records share a key) is
///   put back until all before it are committed, and from then on the item has one stream;
/// - where order matters from the start, batches of a table that has rows are compared with it side
///   by side, and written one after another; others have one stream.
///
/// Belongs to one thread.
final class SplitStreams implements AutoCloseable {
    /// How many batches may be committed before one that is not, for each stream.
    private static final int AHEAD = 4;

    private enum Manner {
        /// Batches commit in any order.
        BESIDE,
        /// They are compared with the table beside each other, and written one after another.
        IN_TURN,
        /// One after another, on the caller's thread.
        ALONE
    }

    /// A committed batch.
    ///
    /// @param stored stored bytes used up to its end
    /// @param end decoded offset of its end
    /// @param size decoded bytes
    record Loaded(long stored, long end, long size, RowCounts counts) {
        static Loaded of(Cut cut, RowCounts counts) {
            long end = cut.end().decodedOffset();
            return new Loaded(cut.stored(), end, end - cut.batch().offset(), counts);
        }
    }

    private record Handed(long place, Cut cut, ChunkDigests chunks) {}

    /// @param counts empty when order matters
    private record Done(Handed handed, Optional<RowCounts> counts, @Nullable Throwable failure) {}

    private final Supplier<SplitLoader> loaders;
    private final java.util.function.Consumer<Cut> release;
    private final ExecutorService threads;
    private final Deque<SplitLoader> idle = new ArrayDeque<>();
    private final BlockingQueue<Done> done = new LinkedBlockingQueue<>();
    private final TreeMap<Long, Loaded> results = new TreeMap<>();
    private final List<Handed> postponed = new ArrayList<>();
    private final Turns turns = new Turns();
    private long handedOut;
    private long reported;
    private int running;

    // Loaders that are idle or at work; guarded by `idle`. One whose batch was not taken yet is
    // idle already.
    private int made;
    private Manner manner;

    /// @param loaders makes a loader with a connection of its own
    /// @param release is told of each batch that is not needed any more
    /// @param inOrder whether batches are written one after another
    SplitStreams(
            String item,
            Supplier<SplitLoader> loaders,
            java.util.function.Consumer<Cut> release,
            boolean inOrder) {
        this.loaders = loaders;
        this.release = release;
        this.manner = inOrder ? Manner.IN_TURN : Manner.BESIDE;
        this.threads =
                Executors.newCachedThreadPool(
                        Thread.ofPlatform().daemon().name("copy-" + item + "-", 1).factory());
    }

    /// Hands a batch on as soon as fewer than `streams` are under way.
    ///
    /// @return batches that are committed by now with all before them, in order
    /// @throws LodeException what the first batch that failed, failed of
    List<Loaded> load(Cut cut, ChunkDigests chunks, int streams) throws InterruptedException {
        var handed = new Handed(handedOut++, cut, chunks);
        int most = most(streams);
        while (running >= most
                || (running > 0 && handed.place() - reported > AHEAD * (long) most)) {
            take();
            most = most(streams);
        }
        takeAll();
        if (most(streams) == 1) {
            settle();
            loadHere(handed);
        } else if (manner == Manner.BESIDE) {
            loadBeside(handed);
        } else {
            loadInTurn(handed);
        }
        return inOrder();
    }

    /// Gives connections back that have nothing to do, as far as there are more than `streams`:
    /// other items may wait for one.
    void keep(int streams) {
        var extra = new ArrayList<SplitLoader>();
        synchronized (idle) {
            while (!idle.isEmpty() && made > Math.max(1, most(streams))) {
                extra.add(idle.removeLast());
                made--;
            }
        }
        extra.forEach(SplitLoader::close);
    }

    private int most(int streams) {
        return manner == Manner.ALONE ? 1 : streams;
    }

    /// Waits for the batches under way.
    ///
    /// @return the rest of them
    List<Loaded> finish() throws InterruptedException {
        settle();
        return inOrder();
    }

    private void settle() throws InterruptedException {
        while (running > 0) {
            take();
        }
        postponed.sort(Comparator.comparingLong(Handed::place));
        for (var handed : postponed) {
            loadHere(handed);
        }
        postponed.clear();
    }

    private void loadHere(Handed handed) throws InterruptedException {
        var loader = loader();
        try {
            var cut = handed.cut();
            var counts = loader.load(cut.batch(), cut.end(), handed.chunks());
            results.put(handed.place(), Loaded.of(cut, counts));
            turns.passed(handed.place());
            release.accept(cut);
        } finally {
            synchronized (idle) {
                idle.addFirst(loader);
            }
        }
    }

    private void loadBeside(Handed handed) {
        var loader = loader();
        var cut = handed.cut();
        beside(handed, loader, () -> loader.loadApart(cut.batch(), cut.end(), handed.chunks()));
    }

    /// Compares the batch beside others; it is written when those before it are.
    private void loadInTurn(Handed handed) throws InterruptedException {
        var loader = loader();
        if (loader.looks() && loader.connect()) {
            beside(handed, loader, () -> compared(loader, handed));
            return;
        }
        manner = Manner.ALONE;
        synchronized (idle) {
            idle.addLast(loader);
        }
        settle();
        loadHere(handed);
    }

    @FunctionalInterface
    private interface Loading {
        /// @return empty when nothing of the batch was written
        Optional<RowCounts> load() throws InterruptedException;
    }

    private void beside(Handed handed, SplitLoader loader, Loading loading) {
        running++;
        threads.execute(
                () -> {
                    Done result;
                    try {
                        result = new Done(handed, loading.load(), null);
                    } catch (InterruptedException | RuntimeException | Error e) {
                        result = new Done(handed, Optional.empty(), e);
                    }
                    synchronized (idle) {
                        // One that got no connection is used last.
                        if (result.counts().isPresent()) {
                            idle.addFirst(loader);
                        } else {
                            idle.addLast(loader);
                        }
                    }
                    done.add(result);
                    if (result.failure() != null) {
                        turns.end();
                    }
                });
    }

    /// @return empty when a batch before this one failed
    private Optional<RowCounts> compared(SplitLoader loader, Handed handed)
            throws InterruptedException {
        var cut = handed.cut();
        loader.look(cut.batch());
        if (!turns.await(handed.place())) {
            return Optional.empty();
        }
        var counts = loader.load(cut.batch(), cut.end(), handed.chunks());
        turns.passed(handed.place());
        return Optional.of(counts);
    }

    private SplitLoader loader() {
        synchronized (idle) {
            if (!idle.isEmpty()) {
                return idle.pop();
            }
            made++;
        }
        return loaders.get();
    }

    private void takeAll() throws InterruptedException {
        while (!done.isEmpty()) {
            take();
        }
    }

    private void take() throws InterruptedException {
        Done result;
        try {
            result = done.take();
        } catch (InterruptedException e) {
            threads.shutdownNow();
            throw e;
        }
        running--;
        var failure = result.failure();
        if (failure != null) {
            throw explain(failure);
        }
        if (result.counts().isPresent()) {
            results.put(
                    result.handed().place(),
                    Loaded.of(result.handed().cut(), result.counts().get()));
            release.accept(result.handed().cut());
        } else {
            manner = Manner.ALONE;
            postponed.add(result.handed());
        }
    }

    private static LodeException explain(Throwable failure) throws InterruptedException {
        return switch (failure) {
            case LodeException known -> known;
            case InterruptedException _ -> throw new InterruptedException("a stream was stopped");
            case Error error -> throw error;
            default -> LodeException.bug("a COPY stream broke", failure);
        };
    }

    private List<Loaded> inOrder() {
        var ready = new ArrayList<Loaded>();
        for (var next = results.remove(reported); next != null; next = results.remove(reported)) {
            ready.add(next);
            reported++;
        }
        return ready;
    }

    /// Batches under way end first: by themselves, or cut short when this thread is interrupted.
    @Override
    public void close() {
        boolean interrupted = Thread.interrupted();
        turns.end();
        threads.shutdown();
        if (interrupted) {
            threads.shutdownNow();
        }
        boolean ended = false;
        while (!ended) {
            try {
                ended = threads.awaitTermination(1, TimeUnit.HOURS);
            } catch (InterruptedException e) {
                interrupted = true;
                threads.shutdownNow();
            }
        }
        synchronized (idle) {
            idle.forEach(SplitLoader::close);
            idle.clear();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
