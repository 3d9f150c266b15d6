package dev.lode.postgres.ledger;

import dev.lode.core.ContentId;
import dev.lode.core.TableName;
import dev.lode.core.pack.LoadMode;

import java.time.LocalDate;
import java.util.Optional;

/// What the ledger knows an application of an item to a table by.
///
/// @param tableOid of the target: a table that was dropped and made again has another, so its
///   entries are void
/// @param mapping fingerprint of everything that decides how records become rows
/// @param snapshot date of the snapshot, where there is one
public record ItemKey(
        String dataset,
        TableName table,
        long tableOid,
        String mapping,
        LoadMode mode,
        String name,
        long size,
        ContentId content,
        Optional<LocalDate> snapshot) {}
