package dev.lode.postgres.ledger;

import dev.lode.core.ContentId;
import dev.lode.core.Fingerprint;
import dev.lode.core.TableName;
import dev.lode.core.pack.LoadMode;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/// What the ledger knows an application of an item to a table by.
///
/// @param tableOid of the target: a table that was dropped and made again has another, so its
///   entries are void
/// @param mapping fingerprint of everything that decides how records become rows
/// @param content empty for an item that was not read whole yet
/// @param snapshot date of the snapshot, where there is one
/// @param fingerprint what its source knows the version by; empty for files of unknown origin
/// @param header columns of the file
public record ItemKey(
        String dataset,
        TableName table,
        long tableOid,
        String mapping,
        LoadMode mode,
        String name,
        long size,
        Optional<ContentId> content,
        Optional<LocalDate> snapshot,
        Optional<Fingerprint> fingerprint,
        List<String> header) {
    public ItemKey {
        header = List.copyOf(header);
    }

    /// The same, of known content.
    public ItemKey withContent(ContentId known) {
        return new ItemKey(
                dataset,
                table,
                tableOid,
                mapping,
                mode,
                name,
                size,
                Optional.of(known),
                snapshot,
                fingerprint,
                header);
    }
}
