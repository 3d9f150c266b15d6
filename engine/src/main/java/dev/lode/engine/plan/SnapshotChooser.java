package dev.lode.engine.plan;

import dev.lode.core.LodeException;
import dev.lode.core.pack.Pack;
import dev.lode.core.pack.TableSpec;
import dev.lode.format.Compression;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Chooses the newest date for which every wanted table has a file that is more than an empty
/// placeholder.
public final class SnapshotChooser {
    /// Bytes of a compressed file that holds nothing; a file no longer than that is a placeholder.
    private static final Map<Compression, Integer> EMPTY =
            Map.of(
                    Compression.NONE,
                    0,
                    Compression.BZIP2,
                    14,
                    Compression.GZIP,
                    20,
                    Compression.ZSTD,
                    13);

    private static final int EXPLAINED_DATES = 5;

    private final Pack pack;
    private final NamePattern pattern;
    private final List<Pattern> ignored;

    public SnapshotChooser(Pack pack) {
        this.pack = pack;
        this.pattern = new NamePattern(pack.snapshot());
        this.ignored = pack.ignore().stream().map(SnapshotChooser::glob).toList();
    }

    /// @param wanted tables that must be there
    /// @param date the only date to look at, if the user named one
    /// @param place what was listed, for messages
    /// @throws LodeException of kind DATA when no date is complete: it says what the newest lacks
    public Chosen choose(
            Collection<Listed> listing,
            Collection<TableSpec> wanted,
            Optional<LocalDate> date,
            String place) {
        var byDate = byDate(listing);
        var candidates =
                date.map(only -> Map.of(only, byDate.getOrDefault(only, Map.of())))
                        .orElseGet(() -> byDate);
        var skipped = new ArrayList<String>();
        var leaveOut = List.<String>of();
        for (var entry :
                candidates.entrySet().stream()
                        .sorted(
                                Map.Entry.<LocalDate, Map<String, Listed>>comparingByKey()
                                        .reversed())
                        .toList()) {
            var missing =
                    wanted.stream()
                            .map(table -> lack(table, entry.getValue()))
                            .flatMap(Optional::stream)
                            .toList();
            if (missing.isEmpty()) {
                var parts =
                        wanted.stream()
                                .map(
                                        table ->
                                                new Chosen.Part(
                                                        table,
                                                        java.util.Objects.requireNonNull(
                                                                entry.getValue()
                                                                        .get(table.item()))))
                                .toList();
                return new Chosen(entry.getKey(), parts, skipped);
            }
            // A date with none of the wanted files is no snapshot of them: nothing to explain.
            if (date.isPresent() || hasAny(wanted, entry.getValue())) {
                if (skipped.isEmpty()) {
                    leaveOut = lacking(wanted, entry.getValue());
                }
                skipped.add(entry.getKey() + " is not complete: " + shorten(missing));
            }
        }
        throw LodeException.data(
                place
                        + ": no complete snapshot of "
                        + (wanted.size() == pack.tables().size() ? "all " : "")
                        + wanted.size()
                        + " wanted tables; "
                        + (skipped.isEmpty()
                                ? listing.size()
                                        + " keys listed, none is named like "
                                        + pack.snapshot()
                                        + " for a wanted table"
                                        + date.map(only -> " and date " + only).orElse("")
                                : skipped.stream()
                                        .limit(EXPLAINED_DATES)
                                        .collect(Collectors.joining("; ")))
                        + "; nothing was fetched; choose with --date or --tables"
                        + (leaveOut.isEmpty() || leaveOut.size() == wanted.size()
                                ? ""
                                : ", or leave tables out: --exclude "
                                        + String.join(",", leaveOut)));
    }

    /// The dates that the listing shows, newest first, with how many of the pack's tables each has.
    public List<DateSummary> dates(Collection<Listed> listing) {
        return byDate(listing).entrySet().stream()
                .map(
                        entry -> {
                            var complete =
                                    pack.tables().stream()
                                            .filter(
                                                    table ->
                                                            lack(table, entry.getValue()).isEmpty())
                                            .count();
                            return new DateSummary(
                                    entry.getKey(),
                                    (int) complete,
                                    entry.getValue().values().stream()
                                            .mapToLong(Listed::size)
                                            .sum());
                        })
                .filter(summary -> summary.tables() > 0)
                .sorted(Comparator.comparing(DateSummary::date).reversed())
                .toList();
    }

    /// @param tables of the pack that have more than a placeholder
    public record DateSummary(LocalDate date, int tables, long size) {}

    private Map<LocalDate, Map<String, Listed>> byDate(Collection<Listed> listing) {
        var byDate = new TreeMap<LocalDate, Map<String, Listed>>();
        var exact = new HashMap<Listed, Boolean>();
        for (var listed : listing) {
            if (ignored.stream().anyMatch(glob -> glob.matcher(listed.name()).matches())) {
                continue;
            }
            pattern.read(listed.name())
                    .ifPresent(
                            named -> {
                                exact.put(listed, named.exact());
                                // Of two forms of one item the one named exactly by the pattern is
                                // taken.
                                byDate.computeIfAbsent(named.date(), _ -> new HashMap<>())
                                        .merge(
                                                named.item(),
                                                listed,
                                                (a, b) ->
                                                        Boolean.TRUE.equals(exact.get(a)) ? a : b);
                            });
        }
        return byDate;
    }

    /// Placeholders count: who has nothing but them is to read that they are empty.
    private static boolean hasAny(Collection<TableSpec> wanted, Map<String, Listed> files) {
        return wanted.stream().anyMatch(table -> files.containsKey(table.item()));
    }

    private static List<String> lacking(Collection<TableSpec> wanted, Map<String, Listed> files) {
        return wanted.stream()
                .filter(table -> lack(table, files).isPresent())
                .map(TableSpec::table)
                .toList();
    }

    private static Optional<String> lack(TableSpec table, Map<String, Listed> files) {
        var file = files.get(table.item());
        if (file == null) {
            return Optional.of(table.item() + " is missing");
        }
        int empty = EMPTY.getOrDefault(Compression.ofName(file.name()), 0);
        return file.size() <= empty
                ? Optional.of(
                        table.item() + " is an empty placeholder of " + file.size() + " bytes")
                : Optional.empty();
    }

    private static String shorten(List<String> missing) {
        return missing.stream().limit(3).collect(Collectors.joining(", "))
                + (missing.size() > 3 ? " and " + (missing.size() - 3) + " more" : "");
    }

    private static Pattern glob(String glob) {
        return Pattern.compile(
                java.util.Arrays.stream(glob.split("\\*", -1))
                        .map(Pattern::quote)
                        .collect(Collectors.joining(".*")));
    }
}
