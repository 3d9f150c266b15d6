package dev.lode.postgres.load;

import dev.lode.core.ByteSize;
import dev.lode.core.LodeException;
import dev.lode.core.RowCounts;
import dev.lode.format.csv.CutSettings;
import dev.lode.format.csv.Dialect;
import dev.lode.format.csv.RecordBatch;
import dev.lode.format.csv.RecordCutter;
import dev.lode.postgres.ledger.ItemRow;
import dev.lode.postgres.ledger.KeptRecord;
import dev.lode.postgres.ledger.Ledger;
import dev.lode.postgres.ledger.Rejects;
import dev.lode.postgres.vanish.SeenKeys;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Loads rejects of one item again, in the caller's transaction: what gets its row is resolved and
/// counted as if it had been loaded with its split, what does not keeps its record and gets the new
/// reason. Belongs to one thread.
final class RecordRetry {
    private final Ledger ledger;
    private final Rejects rejects = new Rejects();
    private final Dialect dialect;
    private final int fields;
    private final StagedMerge staged;
    private final LoadLimits limits;
    private final boolean versioned;
    private final Optional<RefusedKeys> keys;

    RecordRetry(Ledger ledger, Target target, Dialect dialect, int fields, LoadLimits limits) {
        this.ledger = ledger;
        this.dialect = dialect;
        this.fields = fields;
        this.staged = new StagedMerge(new BatchCopy(target), target);
        this.limits = limits;
        this.versioned = target.version().isPresent();
        this.keys = RefusedKeys.of(target);
    }

    /// @param records all at once, so that they may refer to each other
    Retried load(Connection connection, ItemRow item, long run, List<KeptRecord> records)
            throws SQLException {
        var sound = new ArrayList<KeptRecord>();
        for (var record : records) {
            var trouble = trouble(record.raw());
            if (trouble.isEmpty()) {
                sound.add(record);
            } else {
                rejects.still(connection, record.id(), Optional.empty(), trouble.get());
            }
        }
        if (sound.isEmpty()) {
            return new Retried(records.size(), RowCounts.ZERO);
        }
        var batch = batch(sound);
        if (batch.count() != sound.size() || !batch.badRecords().isEmpty()) {
            throw LodeException.bug(
                    item.name()
                            + ": "
                            + sound.size()
                            + " rejects read back as "
                            + batch.count()
                            + " records; nothing was changed",
                    null);
        }
        var outcome = new BatchOutcome(batch, limits.rejectBytes());
        var since =
                versioned ? ledger.firstWriter(connection, item.id()) : Optional.<String>empty();
        var counts =
                staged.load(
                        connection,
                        outcome,
                        since,
                        IntStream.range(0, sound.size())
                                .mapToObj(record -> later(batch, record, sound.get(record)))
                                .toList(),
                        // Of several splits: later than none of them.
                        new MergeTrace(
                                item.id(), run, 0, SeenKeys.collecting(connection, item.id())));
        var left = new HashSet<Long>();
        for (var reject : outcome.rejects()) {
            var known = sound.get((int) reject.record());
            left.add(known.id());
            rejects.still(connection, known.id(), reject.column(), reject.reason());
        }
        var loaded = new HashMap<Long, @Nullable String>();
        for (int record = 0; record < sound.size(); record++) {
            long id = sound.get(record).id();
            if (!left.contains(id)) {
                loaded.put(id, key(batch, record).orElse(null));
            }
        }
        rejects.resolved(connection, loaded);
        ledger.correct(
                connection,
                item.id(),
                run,
                counts.plus(new RowCounts(0, 0, 0, 0, 0, 0, 0, -loaded.size())));
        return new Retried(records.size(), counts);
    }

    private Optional<String> key(RecordBatch batch, int record) {
        return keys.flatMap(some -> some.text(batch, record));
    }

    /// A corrected key is not the one that was followed.
    private Supersession.Later later(RecordBatch batch, int record, KeptRecord kept) {
        var key = key(batch, record);
        return new Supersession.Later(
                kept.offset(),
                kept.later(),
                kept.followed() && key.isPresent() && key.equals(kept.key()),
                key);
    }

    /// What keeps these bytes from being one record.
    private Optional<String> trouble(byte[] raw) {
        try (var decoder = new DecodedBytes(ended(raw))) {
            var cutter = RecordCutter.at(decoder, dialect, cutting(), fields, 0);
            var first = cutter.next();
            if (first.isEmpty()) {
                return Optional.of("holds no record");
            }
            var batch = first.get();
            if (!batch.badRecords().isEmpty()) {
                return Optional.of(batch.badRecords().getFirst().reason());
            }
            return batch.count() == 1 && cutter.next().isEmpty()
                    ? Optional.empty()
                    : Optional.of("holds " + batch.count() + " records where one is expected");
        } catch (IOException e) {
            throw LodeException.bug("reading from memory failed", e);
        }
    }

    private RecordBatch batch(List<KeptRecord> records) {
        var bytes = new ByteArrayOutputStream();
        records.forEach(record -> bytes.writeBytes(ended(record.raw())));
        try (var decoder = new DecodedBytes(bytes.toByteArray())) {
            return RecordCutter.at(decoder, dialect, cutting(), fields, 0)
                    .next()
                    .orElseThrow(() -> LodeException.bug("rejects without a record", null));
        } catch (IOException e) {
            throw LodeException.bug("reading from memory failed", e);
        }
    }

    private static byte[] ended(byte[] raw) {
        if (raw.length > 0 && raw[raw.length - 1] == '\n') {
            return raw;
        }
        byte[] ended = java.util.Arrays.copyOf(raw, raw.length + 1);
        ended[raw.length] = '\n';
        return ended;
    }

    /// All of them in one batch, however many there are.
    private static CutSettings cutting() {
        return new CutSettings(
                ByteSize.mebibytes(512),
                CutSettings.DEFAULT.maxRecord(),
                CutSettings.DEFAULT.lookAhead(),
                CutSettings.DEFAULT.keptRaw(),
                CutSettings.DEFAULT.maxDamage());
    }
}
