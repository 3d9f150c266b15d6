package dev.lode.engine.budget;

import dev.lode.core.ByteSize;
import dev.lode.core.LodeException;
import dev.lode.core.TableName;
import dev.lode.core.pack.Pack;
import dev.lode.engine.load.DatasetLoad;
import dev.lode.engine.load.Dialects;
import dev.lode.engine.load.LocalItem;
import dev.lode.engine.load.LocalSnapshot;
import dev.lode.format.Decoder;
import dev.lode.format.Decoders;
import dev.lode.format.csv.CutSettings;
import dev.lode.format.csv.RecordBatch;
import dev.lode.format.csv.RecordCutter;
import dev.lode.postgres.TargetDatabase;
import dev.lode.postgres.load.SampleRows;
import dev.lode.postgres.load.SampledSize;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Estimates what a snapshot takes in the database, from the beginning of every item: its ratio of
/// compression, and what its first records take in a table of the target's shape. Reads at most
/// [#sample] decoded bytes of an item (one batch), and a bzip2 block more.
///
/// @param sample decoded bytes of an item that are loaded for it
public record GrowthEstimate(
        Pack pack, TargetDatabase database, Decoders decoders, ByteSize sample) {
    /// Enough for a bzip2 block or two.
    public static final ByteSize SAMPLE = ByteSize.mebibytes(2);

    /// Decoded bytes that are read for the end of a block, at most.
    private static final long MOST_BLOCK = 50L << 20;

    /// What an item's beginning shows.
    ///
    /// @param ratio decoded bytes for each stored byte
    private record Head(Optional<RecordBatch> batch, double ratio, List<String> header) {}

    /// @return an estimate for each item, in their order
    public List<Growth> of(LocalSnapshot snapshot) throws InterruptedException {
        var growths = new ArrayList<Growth>();
        // One after another: a sample of each at once would take too much memory.
        for (var item : snapshot.items()) {
            growths.add(one(snapshot, item));
        }
        return growths;
    }

    private Growth one(LocalSnapshot snapshot, LocalItem item) throws InterruptedException {
        try {
            var head = head(snapshot, item);
            if (head.batch().isEmpty()) {
                return new Growth(item.name(), ByteSize.of(0), ByteSize.of(0), "no records");
            }
            try (var batch = head.batch().get()) {
                var rows =
                        new SampleRows(
                                item.spec(),
                                new TableName(pack.schema(), item.spec().table()),
                                item.name(),
                                head.header(),
                                Dialects.of(pack.dialect(snapshot.date())),
                                batch);
                var size = database.sample(DatasetLoad.script(pack), List.of(rows)).getFirst();
                return estimate(item, head.ratio(), batch.endOffset(), size);
            }
        } catch (LodeException | IOException e) {
            return new Growth(
                    item.name(),
                    ByteSize.of(item.bytes().size()),
                    ByteSize.of(item.bytes().size()),
                    "unknown (" + e.getMessage() + "); its stored size stands in");
        }
    }

    /// @param sampled decoded bytes of the sample
    private static Growth estimate(LocalItem item, double ratio, long sampled, SampledSize size) {
        long decoded = Math.max(sampled, Math.round(item.bytes().size() * ratio));
        if (!size.trouble().isEmpty()) {
            return new Growth(
                    item.name(),
                    ByteSize.of(decoded),
                    ByteSize.of(decoded),
                    "unknown (" + size.trouble() + "); its decoded size stands in");
        }
        double perByte = (size.table() + size.indexes()) / (double) Math.max(1, sampled);
        return new Growth(
                item.name(),
                ByteSize.of(decoded),
                ByteSize.of(Math.round(decoded * perByte)),
                size.rows()
                        + " rows of "
                        + ByteSize.of(sampled)
                        + " took "
                        + ByteSize.of(size.table())
                        + " and "
                        + ByteSize.of(size.indexes())
                        + " of indexes");
    }

    private Head head(LocalSnapshot snapshot, LocalItem item) throws IOException {
        var settings = CutSettings.DEFAULT.withBatchSize(sample);
        var dialect = Dialects.of(pack.dialect(snapshot.date()));
        try (var decoder = decoders.openHead(item.bytes(), item.compression())) {
            var cutter = RecordCutter.withHeader(decoder, dialect, settings);
            var header = cutter.readHeader();
            var batch = cutter.next();
            return new Head(batch, ratio(decoder), header);
        }
    }

    /// Stored bytes are counted by the block: reads to the end of the one that it stands in.
    private static double ratio(Decoder decoder) throws IOException {
        long before = decoder.storedPosition();
        byte[] dropped = new byte[1 << 16];
        for (long read = 0; read < MOST_BLOCK && decoder.storedPosition() == before; ) {
            int count = decoder.read(dropped, 0, dropped.length);
            if (count < 0) {
                break;
            }
            read += count;
        }
        return decoder.position() / (double) Math.max(1, decoder.storedPosition());
    }
}
