package dev.lode.postgres.swap;

import dev.lode.core.TableName;

/// A table that is filled beside the one whose place it will take.
///
/// @param oid what the ledger knows it by: a name alone proves nothing
/// @param target the table it will replace
/// @param targetOid which the target had when the shadow was made
/// @param item of the ledger that fills it
record Shadow(long oid, TableName name, TableName target, long targetOid, long item) {}
