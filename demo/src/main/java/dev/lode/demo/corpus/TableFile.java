package dev.lode.demo.corpus;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The records of one table's file: the rows, and what is planted among them. It counts what a
/// loader should find. Used once; not thread safe.
final class TableFile {
    private final TableRows table;
    private final TableShape shape;
    private final FileSink sink;
    private final int[] order;
    private final PlantedRows planted;
    private final RowDigest digest;
    private final boolean next;
    private final boolean twoStreams;
    private final Row row = new Row();

    private long rows;
    private long records;
    private long changed;
    private long added;
    private long vanished;
    private int exact;
    private int stale;
    private int duplicateKeys;
    private long last = -1;
    private final Map<Fault, Integer> rejects = new EnumMap<>(Fault.class);
    private final List<CorpusReport.Rejected> rejected = new ArrayList<>();
    private final Map<String, Integer> orphans = new TreeMap<>();

    TableFile(TableRows table, Corpus corpus, CorpusSpec spec, Era era, FileSink sink) {
        this.table = table;
        this.shape = table.shape();
        this.sink = sink;
        this.order = HeaderOrder.of(shape, spec);
        this.planted = new PlantedRows(table, corpus, spec.faults(), era);
        this.digest = new RowDigest(shape, !era.quotesAll());
        this.next = spec.next().isPresent();
        this.twoStreams = spec.fault(Fault.MULTI_STREAM, shape.table()).isPresent();
    }

    /// Writes header and records.
    void write(boolean headerOnly) {
        HeaderOrder.write(shape, order, sink.buffer());
        if (headerOnly) {
            return;
        }
        var population = table.rows();
        long half = population.span(true) / 2;
        Scramble.each(
                population.key(),
                population.span(true),
                index -> {
                    if (!population.exists(index, true)) {
                        return;
                    }
                    if (population.vanished(index)) {
                        vanished++;
                        return;
                    }
                    if (twoStreams && rows == half) {
                        sink.nextStream();
                    }
                    row(index);
                });
        if (last >= 0) {
            for (var plant : planted.rest()) {
                plant(plant, last);
            }
        }
    }

    private void row(long index) {
        last = index;
        boolean duplicated = false;
        boolean older = false;
        for (var plant : planted.due(rows)) {
            if (plant.fault() == Fault.DUPLICATE_KEYS) {
                duplicated = true;
                older |= !before(plant, index);
            } else {
                plant(plant, index);
            }
        }
        table.fill(index, row);
        record();
        digest.add(row);
        rows++;
        if (row.fresh()) {
            added++;
        } else if (row.changed()) {
            changed++;
        }
        if (duplicated) {
            duplicateKeys++;
        }
        if (older) {
            stale(index);
        }
    }

    /// Writes a duplicate in front of its row; false when it is to come after it.
    private boolean before(PlantedRows.Plant plant, long index) {
        table.fill(index, row);
        boolean ages = plant.number() % 3 > 0 && planted.age(row);
        if (ages && plant.number() % 3 == 2 && planted.hasVersion()) {
            return false;
        }
        record();
        if (ages) {
            stale++;
        } else {
            exact++;
        }
        return true;
    }

    private void stale(long index) {
        table.fill(index, row);
        planted.age(row);
        record();
        stale++;
    }

    private void plant(PlantedRows.Plant plant, long index) {
        table.fill(index, row);
        switch (plant.fault()) {
            case DUPLICATE_KEYS -> {
                record();
                exact++;
                duplicateKeys++;
            }
            case DANGLING_KEYS -> {
                table.fillLasting(plant.number(), row);
                int column = planted.orphan(row, plant.number());
                orphans.merge(shape.columns().get(column).name(), 1, Integer::sum);
                record();
                digest.add(row);
                rows++;
            }
            default -> bad(plant);
        }
    }

    private void bad(PlantedRows.Plant plant) {
        var fault = plant.fault();
        var spoilt = planted.spoil(row, fault, plant.number());
        long offset = sink.offset();
        switch (fault) {
            case UNTERMINATED_QUOTE ->
                    sink.encoder()
                            .unterminated(row, order, unterminated(plant.number()), sink.buffer());
            case FIELD_COUNT ->
                    sink.encoder().record(row, otherCount(plant.number()), sink.buffer());
            default -> sink.encoder().record(row, order, sink.buffer());
        }
        sink.recordDone();
        records++;
        rejects.merge(fault, 1, Integer::sum);
        var column =
                spoilt.column().isPresent()
                        ? shape.columns().get(spoilt.column().getAsInt()).name()
                        : "";
        rejected.add(new CorpusReport.Rejected(records, offset, fault, column));
    }

    /// The field that lacks its closing quote: the last one with a value, or one in the middle
    /// before another value.
    private int unterminated(int number) {
        int at = order.length - 1;
        while (at > 0 && empty(at)) {
            at--;
        }
        if (number % 2 == 0) {
            return at;
        }
        for (int i = order.length / 2; i < at; i++) {
            if (!empty(i) && !empty(i + 1)) {
                return i;
            }
        }
        return at;
    }

    private boolean empty(int field) {
        int column = order[field];
        return column != HeaderOrder.EXTRA
                && (row.isNull(column) || row.start(column) == row.end(column));
    }

    private int[] otherCount(int number) {
        int columns = number % 2 == 0 ? order.length - 1 : order.length + 1;
        var other = new int[columns];
        for (int i = 0; i < columns; i++) {
            other[i] = i < order.length ? order[i] : HeaderOrder.EXTRA;
        }
        return other;
    }

    private void record() {
        sink.encoder().record(row, order, sink.buffer());
        sink.recordDone();
        records++;
    }

    CorpusReport.Table report(String file, List<Fault> damage, long storedBytes) {
        boolean complete = order.length >= shape.columns().size();
        return new CorpusReport.Table(
                shape.table(),
                shape.item(),
                file,
                damage,
                records,
                rows,
                new CorpusReport.Duplicates(exact, stale, duplicateKeys),
                rejects,
                rejected,
                orphans,
                complete ? Optional.of(digest.value()) : Optional.empty(),
                sink.offset(),
                storedBytes,
                next
                        ? Optional.of(
                                new CorpusReport.Changes(
                                        canonical() - added - changed, changed, added, vanished))
                        : Optional.empty(),
                RowDigest.sql(shape));
    }

    /// Rows that are not planted.
    private long canonical() {
        return rows - orphans.values().stream().mapToInt(Integer::intValue).sum();
    }
}
