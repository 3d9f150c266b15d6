package dev.lode.postgres.intake;

import dev.lode.core.FittingName;
import dev.lode.core.place.PlacedFile;

/// A file in the hands of a watcher.
///
/// @param id in `lode.intake_file`
/// @param attempts how often it was claimed, this time included
/// @param deaths how many watchers died with it in hand
/// @param date today, by the server, in UTC
/// @param ordinal which version of its key it is, from 1
/// @param arrivals how often this very version arrived, from 1
public record Claim(
        long id,
        PlacedFile file,
        Lane lane,
        int attempts,
        int deaths,
        String date,
        int ordinal,
        int arrivals) {
    /// Key among the processed ones: those of one day lie together.
    public String processedKey() {
        return date + "/" + apart();
    }

    /// Key among the failed ones.
    public String failedKey() {
        return apart();
    }

    /// The key, with a mark where another file of that name came before: `a.json`, `a~2.json`.
    private String apart() {
        if (ordinal == 1 && arrivals == 1) {
            return file.key();
        }
        return FittingName.marked(
                file.key(), "~" + ordinal + (arrivals == 1 ? "" : "." + arrivals));
    }
}
