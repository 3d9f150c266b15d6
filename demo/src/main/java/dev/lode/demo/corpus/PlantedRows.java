package dev.lode.demo.corpus;

import dev.lode.core.LodeException;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;

/// Where in a table's file records are planted, and what they look like. The rows themselves stay
/// as they are: planted records come on top, with ids of their own, or as losers against a row of
/// the same id.
final class PlantedRows {
    /// Ids at and above are no row's: what keys "above the highest" refer to.
    static final long ABOVE_ALL = 1_400_000_000L;

    private static final long ORPHAN_IDS = 1_500_000_000L;
    private static final long BAD_IDS = 1_600_000_000L;
    private static final byte[] LONG_AGO = Lexicon.utf8("1999-12-31 00:00:00+00");
    private static final byte[] ZERO = {'0'};

    /// @param at how many rows stand before it
    /// @param number of the fault in this table, from 0
    record Plant(long at, Fault fault, int number) {}

    /// What a bad record is about.
    ///
    /// @param column index, or empty where the record as a whole is bad
    record Spoilt(OptionalInt column) {}

    private final TableShape shape;
    private final Corpus corpus;
    private final List<Plant> plants = new ArrayList<>();
    private int next;
    private int spoilt;

    PlantedRows(TableRows table, Corpus corpus, List<PlantedFault> faults, Era era) {
        this.shape = table.shape();
        this.corpus = corpus;
        var here =
                faults.stream()
                        .filter(planted -> planted.fault().group() == Fault.Group.RECORDS)
                        .filter(planted -> planted.table().equals(shape.table()))
                        .toList();
        long rows = here.isEmpty() ? 0 : table.count();
        for (var planted : here) {
            var fault = planted.fault();
            possible(fault, era, rows);
            for (int i = 0; i < planted.count(); i++) {
                plants.add(new Plant((i + 1) * rows / (planted.count() + 1), fault, i));
            }
        }
        plants.sort(Comparator.comparingLong(Plant::at));
    }

    private void possible(Fault fault, Era era, long rows) {
        if (rows == 0) {
            throw LodeException.usage(
                    "fault "
                            + fault.word()
                            + ": "
                            + shape.table()
                            + " has no rows to plant it among; name another table");
        }
        if (fault == Fault.UNTERMINATED_QUOTE && !era.quotesAll()) {
            throw LodeException.usage(
                    "fault "
                            + fault.word()
                            + ": where quotes stand only where needed, as until "
                            + era.until()
                            + ", nobody can tell where the record ends; choose a later date");
        }
        if (fault == Fault.DANGLING_KEYS && shape.references().length == 0) {
            throw LodeException.usage(
                    "fault " + fault.word() + ": " + shape.table() + " refers to no table");
        }
        if (column(fault, 0).isEmpty() && needsColumn(fault)) {
            throw LodeException.usage(
                    "fault "
                            + fault.word()
                            + ": "
                            + shape.table()
                            + " has no column that could be spoilt so");
        }
    }

    private static boolean needsColumn(Fault fault) {
        return switch (fault) {
            case BAD_DATE, BAD_INTEGER, TOO_LONG, BAD_NULL, INVALID_UTF8, NUL_BYTE -> true;
            default -> false;
        };
    }

    /// Those that stand before the row with so many rows before it; each is given once.
    List<Plant> due(long rowsBefore) {
        int from = next;
        while (next < plants.size() && plants.get(next).at() <= rowsBefore) {
            next++;
        }
        return plants.subList(from, next);
    }

    /// Those that no row came for.
    List<Plant> rest() {
        return due(Long.MAX_VALUE);
    }

    boolean hasVersion() {
        return shape.indexOf("date_modified").isPresent();
    }

    /// Makes the row an older version of itself; false where the table has nothing that could be
    /// older.
    boolean age(Row row) {
        var modified = shape.indexOf("date_modified");
        if (modified.isPresent()) {
            row.replace(modified.getAsInt(), LONG_AGO);
            return true;
        }
        for (int i = 1; i < shape.columns().size(); i++) {
            var column = shape.columns().get(i);
            boolean number =
                    column.type() == ColumnShape.Type.INT
                            || column.type() == ColumnShape.Type.SHORT
                            || column.type() == ColumnShape.Type.FLOAT;
            if (number && column.references().isEmpty() && !column.name().endsWith("_id")) {
                row.replace(i, ZERO);
                return true;
            }
        }
        return false;
    }

    /// Makes the row a new one that refers to nothing; returns the column.
    int orphan(Row row, int number) {
        identify(row, ORPHAN_IDS + number);
        var references = shape.references();
        int column = references[number % references.length];
        boolean above = number / references.length % 2 == 0;
        var target = shape.columns().get(column);
        row.replace(
                column,
                target.type() == ColumnShape.Type.TEXT
                        ? Lexicon.utf8("nocourt" + number)
                        : Lexicon.utf8(
                                Long.toString(
                                        corpus.missingId(target.references(), above, number))));
        return column;
    }

    /// Makes the row a new one that cannot be loaded.
    Spoilt spoil(Row row, Fault fault, int number) {
        identify(row, BAD_IDS + spoilt++);
        var column = column(fault, number);
        if (column.isPresent()) {
            int i = column.getAsInt();
            switch (fault) {
                case BAD_DATE -> row.replace(i, Lexicon.utf8("2021-02-30"));
                case BAD_INTEGER ->
                        row.replace(i, Lexicon.utf8(number % 2 == 0 ? "12a4" : "99999999999"));
                case TOO_LONG ->
                        row.replace(
                                i, Lexicon.utf8("x".repeat(shape.columns().get(i).maxChars() + 1)));
                case BAD_NULL -> row.replaceByNull(i);
                case INVALID_UTF8 ->
                        row.replace(
                                i, new byte[] {'c', 'a', 'f', (byte) 0xe9, ' ', (byte) 0xc3, '('});
                case NUL_BYTE -> row.replace(i, new byte[] {'n', 'u', 'l', 0, 'l'});
                default -> {}
            }
        }
        return new Spoilt(column);
    }

    /// The column that a fault spoils.
    private OptionalInt column(Fault fault, int number) {
        return switch (fault) {
            case BAD_DATE -> find(number, ColumnShape.Type.DATE, ColumnShape.Type.TIME);
            case BAD_INTEGER -> find(number, ColumnShape.Type.INT, ColumnShape.Type.SHORT);
            case TOO_LONG, INVALID_UTF8, NUL_BYTE -> {
                var found = new ArrayList<Integer>();
                for (int i = 1; i < shape.columns().size(); i++) {
                    var column = shape.columns().get(i);
                    if (column.type() == ColumnShape.Type.TEXT
                            && column.references().isEmpty()
                            && (fault != Fault.TOO_LONG || column.maxChars() > 0)) {
                        found.add(i);
                    }
                }
                yield one(found, number);
            }
            case BAD_NULL -> {
                var found = new ArrayList<Integer>();
                for (int i = 1; i < shape.columns().size(); i++) {
                    if (!shape.columns().get(i).nullable()) {
                        found.add(i);
                    }
                }
                yield one(found, number);
            }
            default -> OptionalInt.empty();
        };
    }

    private OptionalInt find(int number, ColumnShape.Type first, ColumnShape.Type second) {
        var found = new ArrayList<Integer>();
        for (int i = 1; i < shape.columns().size(); i++) {
            var column = shape.columns().get(i);
            boolean fits = column.type() == first || column.type() == second;
            if (fits && column.references().isEmpty()) {
                found.add(i);
            }
        }
        return one(found, number);
    }

    private static OptionalInt one(List<Integer> found, int number) {
        return found.isEmpty()
                ? OptionalInt.empty()
                : OptionalInt.of(found.get(number % found.size()));
    }

    /// Gives the row an id of its own, and values of its own where the table demands them.
    private void identify(Row row, long id) {
        row.replace(
                0,
                Lexicon.utf8(
                        shape.columns().getFirst().type() == ColumnShape.Type.TEXT
                                ? "planted" + id % 10_000_000
                                : Long.toString(id)));
        switch (shape.table()) {
            case "people_db_person" -> nothing(row, "fjc_id");
            case "search_court" -> own(row, "position", Long.toString(id));
            case "search_docket" -> {
                nothing(row, "pacer_case_id");
                nothing(row, "idb_data_id");
                nothing(row, "originating_court_information_id");
            }
            case "disclosures_financialdisclosure" -> own(row, "sha1", "planted " + id);
            default -> {}
        }
    }

    private void nothing(Row row, String column) {
        row.replaceByNull(shape.indexOf(column).orElseThrow());
    }

    private void own(Row row, String column, String value) {
        row.replace(shape.indexOf(column).orElseThrow(), Lexicon.utf8(value));
    }
}
