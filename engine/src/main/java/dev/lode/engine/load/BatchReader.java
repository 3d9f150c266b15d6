package dev.lode.engine.load;

import dev.lode.core.LodeException;
import dev.lode.core.event.Flight;
import dev.lode.format.Decoder;
import dev.lode.format.Decoders;
import dev.lode.format.csv.CutSettings;
import dev.lode.format.csv.RecordBatch;
import dev.lode.format.csv.RecordCutter;
import dev.lode.postgres.ledger.Position;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/// Reads an item on a thread of its own, ahead of the loader by a bounded number of batches, from
/// wherever its last committed split ended. One thread takes from it.
final class BatchReader implements AutoCloseable {
    /// Batches that wait between cutting and COPY.
    private static final int AHEAD = 1;

    private sealed interface Handed {
        record Ready(Cut cut) implements Handed {}

        record Failed(Throwable cause) implements Handed {}

        record End() implements Handed {}
    }

    private final BlockingQueue<Handed> queue = new ArrayBlockingQueue<>(AHEAD);
    private final ItemTask task;
    private final Decoders decoders;
    private final CutSettings settings;
    private final Position from;
    private final StreamBudget budget;
    private final AtomicLong held = new AtomicLong();
    private final Thread thread;

    BatchReader(
            ItemTask task,
            Decoders decoders,
            CutSettings settings,
            Position from,
            StreamBudget budget) {
        this.task = task;
        this.decoders = decoders;
        this.settings = settings;
        this.from = from;
        this.budget = budget;
        this.thread =
                Thread.ofPlatform().daemon().name("cut-" + task.key().name()).unstarted(this::read);
    }

    void start() {
        thread.start();
    }

    /// The next batch, or empty at the end of the item.
    ///
    /// @throws LodeException what the item's bytes are to blame for, or that they cannot be read
    Optional<Cut> next() throws InterruptedException {
        return switch (queue.take()) {
            case Handed.Ready ready -> Optional.of(ready.cut());
            case Handed.End _ -> Optional.empty();
            case Handed.Failed failed -> throw explain(failed.cause());
        };
    }

    /// The batch is not needed any more.
    void release(Cut cut) {
        long bytes = cut.batch().bytes().length;
        held.addAndGet(-bytes);
        budget.hold(-bytes);
        cut.batch().close();
    }

    /// Stops reading; waits until the thread has let go of the source.
    @Override
    public void close() {
        boolean interrupted = false;
        thread.interrupt();
        while (thread.isAlive()) {
            queue.clear();
            try {
                thread.join(20);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        // What was cut and never handed on, or failed, is given up with the reader.
        budget.hold(-held.getAndSet(0));
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        try {
            try (var decoder =
                    new TimedDecoder(
                            decoders.open(task.bytes(), task.compression(), from.resume()))) {
                var cutter = cutter(decoder);
                for (var batch = cut(cutter, decoder);
                        batch.isPresent();
                        batch = cut(cutter, decoder)) {
                    var end = decoder.resumeAt(batch.get().endOffset());
                    long bytes = batch.get().bytes().length;
                    held.addAndGet(bytes);
                    budget.hold(bytes);
                    var event = Flight.begun(HandOverEvent::new);
                    queue.put(
                            new Handed.Ready(new Cut(batch.get(), end, decoder.storedPosition())));
                    if (event != null && event.shouldCommit()) {
                        event.item = task.key().name();
                        event.commit();
                    }
                }
                queue.put(new Handed.End());
            } catch (IOException | RuntimeException | Error e) {
                queue.put(new Handed.Failed(e));
            }
        } catch (InterruptedException e) {
            // close() asked for it: nobody takes any more.
            Thread.currentThread().interrupt();
        }
    }

    private Optional<RecordBatch> cut(RecordCutter cutter, TimedDecoder decoder)
            throws IOException, InterruptedException {
        budget.awaitRoom(held::get);
        var event = Flight.begun(CutEvent::new);
        var batch = cutter.next(boundary(cutter.offset()));
        long decoding = decoder.taken();
        if (event != null && batch.isPresent() && event.shouldCommit()) {
            event.item = task.key().name();
            event.records = batch.get().count();
            event.bytes = batch.get().length();
            event.decoding = decoding;
            event.commit();
        }
        return batch;
    }

    /// Splits that are committed behind a gap are cut as they were then, whatever the size of
    /// splits is now: the ledger knows them by where they begin.
    private long boundary(long at) {
        long size = settings.batchSize().bytes();
        long boundary = (at / size + 1) * size;
        for (var range : from.beyond()) {
            if (range.start() == at) {
                return range.end();
            }
            if (range.start() > at) {
                return Math.min(boundary, range.start());
            }
        }
        return boundary;
    }

    private RecordCutter cutter(Decoder decoder) throws IOException {
        if (from.resume().decodedOffset() > 0 || !task.dialect().header()) {
            return RecordCutter.at(
                    decoder, task.dialect(), settings, task.fields(), from.records());
        }
        var cutter = RecordCutter.withHeader(decoder, task.dialect(), settings);
        int fields = cutter.readHeader().size();
        if (fields != task.fields()) {
            throw LodeException.data(
                    task.key().name()
                            + ": its header had "
                            + task.fields()
                            + " columns at the pre-flight and "
                            + fields
                            + " now; nothing was loaded; somebody writes to the file: wait, and"
                            + " start again");
        }
        return cutter;
    }

    private LodeException explain(Throwable cause) {
        return switch (cause) {
            case LodeException known -> known;
            case InterruptedIOException interrupted ->
                    LodeException.resource(
                            task.key().name() + ": reading was interrupted", interrupted);
            case IOException io ->
                    LodeException.resource(
                            task.key().name()
                                    + ": cannot be read ("
                                    + io.getMessage()
                                    + "); what was committed is safe, the same command goes on from"
                                    + " there",
                            io);
            case OutOfMemoryError memory ->
                    LodeException.resource(
                            task.key().name()
                                    + ": a record or batch does not fit into memory ("
                                    + memory.getMessage()
                                    + "); give more with LODE_HEAP=1g, or lower --max-record",
                            memory);
            default -> LodeException.bug(task.key().name() + ": reading broke", cause);
        };
    }
}
