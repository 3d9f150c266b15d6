package dev.lode.postgres.publish;

import java.util.List;

/// Which state of the database a generation holds.
///
/// @param generation its number
/// @param content of its manifest
/// @param definition of the publication then
/// @param cluster whose transactions are meant
/// @param snapshot the transactions it saw
/// @param oldest when the oldest transaction began that ran then, as the server writes times
/// @param openTables that a load was filling then
record PublishedState(
        long generation,
        String content,
        String definition,
        String cluster,
        String snapshot,
        String oldest,
        List<String> openTables) {
    PublishedState {
        openTables = List.copyOf(openTables);
    }
}
