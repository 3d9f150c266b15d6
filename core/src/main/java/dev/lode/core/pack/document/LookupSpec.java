package dev.lode.core.pack.document;

import java.util.List;

/// A table that gives numbers to texts.
///
/// @param name as columns refer to it
/// @param id column of the number, which the database gives to new rows
/// @param key columns of the texts
/// @param create whether texts that are not there yet get a row; otherwise their id is NULL
public record LookupSpec(String name, String table, String id, List<String> key, boolean create) {
    public LookupSpec {
        key = List.copyOf(key);
    }
}
