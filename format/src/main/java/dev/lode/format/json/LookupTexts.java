package dev.lode.format.json;

import java.util.List;

/// Texts that have no number yet.
///
/// @param lookup index among the mapping's lookups
/// @param texts in the order of its key columns
public record LookupTexts(int lookup, List<String> texts) {
    public LookupTexts {
        texts = List.copyOf(texts);
    }
}
