package dev.lode.demo.corpus;

import dev.lode.core.LodeException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;

/// Writes a CourtListener-shaped snapshot into a folder: `<item>-<date>.csv.bz2` for each table,
/// and `expected-<date>.json` with what a loader should make of it.
/// 1. Every row is a function of the seed, its table and its index; nothing but lists of blocks is
///    kept in memory, however large the corpus.
/// 2. Keys refer to rows that are there, unless planted otherwise.
/// 3. A file carries its name only once it is whole; an unfinished `.part` file is removed on
///    failure.
///
/// A generator holds no state; any number may run at once, in different folders.
public final class CorpusGenerator {
    private CorpusGenerator() {}

    /// Writes the files, over those of the same names. The calling thread makes the rows,
    /// `spec.threads()` more compress.
    ///
    /// @param folder is created where absent
    /// @throws LodeException of kind USAGE when a fault cannot be planted where the spec says,
    ///   RESOURCE when the folder cannot be written or the thread was interrupted; files already
    ///   finished stay
    public static CorpusReport write(CorpusSpec spec, Path folder, CorpusProgress progress) {
        long start = System.nanoTime();
        var pool =
                Executors.newFixedThreadPool(
                        spec.threads(), Thread.ofPlatform().daemon().name("corpus-", 0).factory());
        try {
            Files.createDirectories(folder);
            return new Writing(
                            spec,
                            folder,
                            progress,
                            Compressing.of(spec.packing(), pool, spec.threads()))
                    .all(start);
        } catch (IOException e) {
            throw unwritable(folder, e);
        } catch (UncheckedIOException e) {
            throw unwritable(folder, Objects.requireNonNull(e.getCause()));
        } finally {
            pool.shutdownNow();
        }
    }

    private static LodeException unwritable(Path folder, IOException e) {
        return LodeException.resource(
                folder
                        + ": cannot write the corpus: "
                        + e.getMessage()
                        + "; finished files stay, the unfinished one was removed; make room or"
                        + " choose another folder",
                e);
    }

    /// One call of [#write].
    private static final class Writing {
        private static final int PROGRESS_BYTES = 1 << 20;

        private final CorpusSpec spec;
        private final Path folder;
        private final CorpusProgress progress;
        private final Compressing compressing;
        private long finishedBytes;
        private long toldBytes;

        Writing(CorpusSpec spec, Path folder, CorpusProgress progress, Compressing compressing) {
            this.spec = spec;
            this.folder = folder;
            this.progress = progress;
            this.compressing = compressing;
        }

        CorpusReport all(long start) throws IOException {
            var corpus = new Corpus(spec);
            var reports = new ArrayList<CorpusReport.Table>();
            for (var table : corpus.tables()) {
                if (spec.tables().isEmpty() || spec.tables().contains(table.shape().table())) {
                    reports.add(file(corpus, table));
                }
            }
            var shapes = corpus.tables().stream().map(TableRows::shape).toList();
            var others = new Decoys(spec, shapes, folder, compressing).write();
            var expected = folder.resolve("expected-" + spec.date() + ".json");
            Files.writeString(expected, Expectations.json(spec, spec.era(), reports, others));
            return new CorpusReport(
                    spec.date(),
                    spec.era(),
                    reports,
                    expected,
                    Duration.ofNanos(System.nanoTime() - start));
        }

        private CorpusReport.Table file(Corpus corpus, TableRows table) throws IOException {
            var shape = table.shape();
            var damage = damage(shape.table());
            var name = shape.item() + "-" + spec.date() + spec.packing().suffix();
            var part = folder.resolve(name + ".part");
            try {
                TableFile content;
                var era = era(damage);
                var sink = new FileSink[1];
                try (var open =
                        new FileSink(part, compressing, era, () -> told(name, sink[0].offset()))) {
                    sink[0] = open;
                    content = new TableFile(table, corpus, spec, era, open);
                    content.write(headerOnly(damage));
                }
                spoil(part, damage);
                long stored = Files.size(part);
                Files.move(part, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
                var report = content.report(name, damage, stored);
                finishedBytes += report.decodedBytes();
                return report;
            } finally {
                Files.deleteIfExists(part);
            }
        }

        private void told(String name, long bytes) {
            if (Thread.currentThread().isInterrupted()) {
                throw LodeException.resource(
                        folder
                                + ": interrupted while writing "
                                + name
                                + "; finished files stay, this one was removed; run again to go"
                                + " on");
            }
            long all = finishedBytes + bytes;
            if (all - toldBytes >= PROGRESS_BYTES) {
                toldBytes = all;
                progress.wrote(name, all, spec.size().bytes());
            }
        }

        private List<Fault> damage(String table) {
            return spec.faults().stream()
                    .filter(planted -> planted.table().equals(table))
                    .map(PlantedFault::fault)
                    .filter(
                            fault ->
                                    fault.group() == Fault.Group.FILES
                                            || fault.group() == Fault.Group.HEADERS)
                    .toList();
        }

        private Era era(List<Fault> damage) {
            if (damage.contains(Fault.RFC4180_FILE)) {
                return Era.DOUBLED_QUOTES;
            }
            return damage.contains(Fault.BACKTICK_FILE) ? Era.BACKTICK : spec.era();
        }

        private static boolean headerOnly(List<Fault> damage) {
            return damage.contains(Fault.HEADER_ONLY)
                    || damage.contains(Fault.ZERO_BYTES)
                    || damage.contains(Fault.PLACEHOLDER);
        }

        /// Spoils a file that is whole so far.
        private static void spoil(Path file, List<Fault> damage) throws IOException {
            for (var fault : damage) {
                switch (fault) {
                    case ZERO_BYTES -> Files.write(file, new byte[0]);
                    case PLACEHOLDER -> Files.write(file, Decoys.PLACEHOLDER);
                    case TRUNCATED -> {
                        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                            channel.truncate(channel.size() * 3 / 5);
                        }
                    }
                    case BIT_FLIP -> {
                        try (var channel =
                                FileChannel.open(
                                        file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                            var one = ByteBuffer.allocate(1);
                            long middle = channel.size() / 2;
                            channel.read(one, middle);
                            one.put(0, (byte) (one.get(0) ^ 0x10)).flip();
                            channel.write(one, middle);
                        }
                    }
                    default -> {}
                }
            }
        }
    }
}
