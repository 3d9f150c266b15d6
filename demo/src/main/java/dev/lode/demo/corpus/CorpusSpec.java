package dev.lode.demo.corpus;

import dev.lode.core.ByteSize;
import dev.lode.core.LodeException;
import dev.lode.core.Suggestion;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What the generator is to make. The same spec gives the same bytes, on any machine.
///
/// @param seed of all that looks random
/// @param size of the data before compression; the corpus comes within a tenth of it from 100 MB on
/// @param date of the snapshot; decides the dialect
/// @param tables whose files are written; empty for all
/// @param decoys whether schema, load script and a few keys that are no items lie beside the files
/// @param hugeField bytes of one more text, full of what looks like record ends, in one opinion; 0
///   for none
/// @param threads that compress; they do not change the bytes
public record CorpusSpec(
        long seed,
        ByteSize size,
        LocalDate date,
        Packing packing,
        Set<String> tables,
        List<PlantedFault> faults,
        Optional<NextSnapshot> next,
        boolean decoys,
        ByteSize hugeField,
        int threads) {
    private static final ByteSize LEAST = ByteSize.of(200_000);
    private static final ByteSize MOST = ByteSize.of(400_000_000_000L);

    public CorpusSpec {
        tables = Set.copyOf(new TreeSet<>(tables));
        faults = List.copyOf(faults);
        if (size.compareTo(LEAST) < 0 || size.compareTo(MOST) > 0) {
            throw LodeException.usage(
                    "corpus size " + size + ": expected " + LEAST + " to " + MOST);
        }
        if (threads < 1) {
            throw LodeException.usage("corpus threads " + threads + ": expected 1 or more");
        }
        if (next.isPresent() && !next.get().after().isBefore(date)) {
            throw LodeException.usage(
                    "corpus date "
                            + date
                            + ": a next snapshot must be later than the first one of "
                            + next.get().after());
        }
        var known = TableShape.all();
        for (var table : tables) {
            known(table, known.keySet());
        }
        for (var fault : faults) {
            if (!fault.table().isEmpty()) {
                known(fault.table(), known.keySet());
            }
        }
    }

    /// All tables, compressed, without faults.
    public static CorpusSpec of(long seed, ByteSize size, LocalDate date) {
        return new CorpusSpec(
                seed,
                size,
                date,
                Packing.BZIP2,
                Set.of(),
                List.of(),
                Optional.empty(),
                true,
                ByteSize.of(0),
                Runtime.getRuntime().availableProcessors());
    }

    public CorpusSpec with(Packing packing) {
        return new CorpusSpec(
                seed, size, date, packing, tables, faults, next, decoys, hugeField, threads);
    }

    public CorpusSpec withTables(Set<String> tables) {
        return new CorpusSpec(
                seed, size, date, packing, tables, faults, next, decoys, hugeField, threads);
    }

    /// With these faults on top of those it has.
    public CorpusSpec withFaults(List<PlantedFault> more) {
        var all = new ArrayList<>(faults);
        all.addAll(more);
        return new CorpusSpec(
                seed, size, date, packing, tables, all, next, decoys, hugeField, threads);
    }

    CorpusSpec withoutFaults() {
        return new CorpusSpec(
                seed, size, date, packing, tables, List.of(), next, decoys, hugeField, threads);
    }

    /// Like [#withFaults(List)], each in its usual places.
    public CorpusSpec withFaults(Fault... more) {
        return withFaults(
                Arrays.stream(more).flatMap(fault -> PlantedFault.usual(fault).stream()).toList());
    }

    /// The snapshot that follows this one.
    public CorpusSpec next(LocalDate date, double changed, double added, double vanished) {
        var next = new NextSnapshot(this.date, changed, added, vanished);
        return new CorpusSpec(
                seed,
                size,
                date,
                packing,
                tables,
                faults,
                Optional.of(next),
                decoys,
                hugeField,
                threads);
    }

    public CorpusSpec withDecoys(boolean decoys) {
        return new CorpusSpec(
                seed, size, date, packing, tables, faults, next, decoys, hugeField, threads);
    }

    public CorpusSpec withHugeField(ByteSize hugeField) {
        return new CorpusSpec(
                seed, size, date, packing, tables, faults, next, decoys, hugeField, threads);
    }

    public CorpusSpec withThreads(int threads) {
        return new CorpusSpec(
                seed, size, date, packing, tables, faults, next, decoys, hugeField, threads);
    }

    /// The dialect of the files that are not spoilt.
    public Era era() {
        return Era.of(date);
    }

    /// Date of the first snapshot: its own date unless it follows another.
    LocalDate firstDate() {
        return next.map(NextSnapshot::after).orElse(date);
    }

    Optional<PlantedFault> fault(Fault fault, String table) {
        return faults.stream()
                .filter(planted -> planted.fault() == fault && planted.table().equals(table))
                .findFirst();
    }

    private static void known(String table, Set<String> known) {
        if (!known.contains(table)) {
            throw LodeException.usage(
                    "table \""
                            + table
                            + "\": unknown"
                            + Suggestion.hint(table, known)
                            + "; nothing was written");
        }
    }
}
