package dev.lode.store;

import dev.lode.core.LodeException;

import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;

/// One dated fetch of a dataset.
///
/// @param dataset lower-case letters, digits, dots, dashes and underscores; begins with a letter or
///   digit
public record SnapshotId(String dataset, LocalDate date) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,99}");

    public SnapshotId {
        if (!NAME.matcher(dataset).matches()) {
            throw LodeException.usage(
                    "dataset \""
                            + dataset
                            + "\": not a dataset's name, expected up to 100 lower-case"
                            + " letters, digits, dots, dashes and underscores");
        }
    }

    /// The date as folders are named: `20260630`.
    public String day() {
        return DateTimeFormatter.BASIC_ISO_DATE.format(date);
    }

    @Override
    public String toString() {
        return dataset + " " + date;
    }
}
