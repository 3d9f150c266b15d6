package dev.lode.postgres.publish;

import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedSet;

/// What may have changed in a publication since the generation before.
public sealed interface Changed {
    /// Nothing did.
    record Nothing() implements Changed {}

    /// Nobody knows what: all items are to be compared.
    ///
    /// @param why for people
    record Everything(String why) implements Changed {}

    /// Items of these keys.
    ///
    /// @param places keys by the partition they are in now, in the order of keys
    /// @param elsewhere keys that other partitions may hold from before: of items that changed or
    ///   are gone, in the order of keys
    /// @param partitions that are listed or in `places`; others of before are there while they hold
    ///   an item
    /// @param keysUnknown whether rows may be gone without a word: keys have to be compared too
    /// @param why per table how many of its rows changed, for people
    record Items(
            NavigableMap<String, List<String>> places,
            List<String> elsewhere,
            SortedSet<String> partitions,
            boolean keysUnknown,
            Map<String, Long> why)
            implements Changed {}
}
