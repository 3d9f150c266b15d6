package dev.lode.demo.corpus;

import java.time.LocalDate;

/// When rows were created and modified: in a few import batches, all before the snapshot that first
/// holds them; rows that changed or are new in the next snapshot fall between the two.
final class Timeline {
    private static final int BATCHES = 24;
    private static final int BATCH_DAYS = 230;

    /// 1900-01-01.
    private static final int EARLIEST = -25_567;

    private final long firstDay;
    private final long nextDay;

    Timeline(LocalDate first, LocalDate snapshot) {
        firstDay = first.toEpochDay();
        nextDay = Math.max(snapshot.toEpochDay(), firstDay + 2);
    }

    /// Appends `date_created` and `date_modified`.
    void stamps(Row row) {
        var draw = row.draw;
        long micros = draw.below(CivilDay.MICROS_PER_DAY - 1);
        int batch = draw.below(BATCHES);
        boolean same = draw.below(10) == 0;
        double later = draw.unit();
        long created =
                row.fresh()
                        ? between(micros)
                        : batchDay(batch) * CivilDay.MICROS_PER_DAY + micros / 8;
        row.moment(created);
        row.moment(modified(row, created, same, later, micros));
    }

    /// Appends `date_modified` alone.
    void modified(Row row) {
        var draw = row.draw;
        long micros = draw.below(CivilDay.MICROS_PER_DAY - 1);
        long created = batchDay(draw.below(BATCHES)) * CivilDay.MICROS_PER_DAY;
        row.moment(
                modified(row, row.fresh() ? between(micros) : created, false, draw.unit(), micros));
    }

    /// Appends the stamps of rows that one migration wrote: the same moment for very many.
    void migrated(Row row) {
        int batch = row.draw.below(3);
        long micros = row.draw.below(CivilDay.MICROS_PER_DAY - 1);
        long created =
                row.fresh()
                        ? between(micros)
                        : batchDay(batch) * CivilDay.MICROS_PER_DAY + 18_764_120_843L;
        row.moment(created);
        row.moment(row.changed() ? between(micros) : created);
    }

    /// A moment some time before the first snapshot.
    long moment(Draw draw) {
        return batchDay(draw.below(BATCHES)) * CivilDay.MICROS_PER_DAY
                + draw.below(CivilDay.MICROS_PER_DAY / 1000) * 1000;
    }

    /// A day from 1900 on; late ones are likelier.
    int day(Draw draw) {
        double back = draw.unit();
        return (int) (firstDay - 20 - (long) (back * back * (firstDay - EARLIEST)));
    }

    int year(Draw draw) {
        return (int) (1970 + (day(draw) / 365.25));
    }

    private long modified(Row row, long created, boolean same, double later, long micros) {
        if (row.changed()) {
            return between(micros);
        }
        if (same || row.fresh()) {
            return created;
        }
        long most = firstDay * CivilDay.MICROS_PER_DAY - 3_600_000_000L;
        return created + (long) (later * (most - created));
    }

    /// A moment between the two snapshots.
    private long between(long micros) {
        long span = (nextDay - firstDay - 1) * CivilDay.MICROS_PER_DAY;
        return firstDay * CivilDay.MICROS_PER_DAY
                + 7_200_000_000L
                + (long) ((double) micros / CivilDay.MICROS_PER_DAY * span);
    }

    private long batchDay(int batch) {
        return firstDay - 31 - (long) batch * BATCH_DAYS;
    }
}
