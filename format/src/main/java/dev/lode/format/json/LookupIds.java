package dev.lode.format.json;

import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/// The numbers of texts in lookup tables, as far as they are known. Thread safe.
public final class LookupIds {
    private static final long NONE = Long.MIN_VALUE;

    private final Map<LookupTexts, Long> known = new ConcurrentHashMap<>();

    /// Remembers a number; empty where the texts have none and get none.
    public void put(LookupTexts texts, OptionalLong id) {
        known.put(texts, id.orElse(NONE));
    }

    /// Whether it was asked for before, whatever the answer.
    boolean knows(LookupTexts texts) {
        return known.containsKey(texts);
    }

    OptionalLong id(LookupTexts texts) {
        long id = known.getOrDefault(texts, NONE);
        return id == NONE ? OptionalLong.empty() : OptionalLong.of(id);
    }

    /// How many texts are remembered.
    public int size() {
        return known.size();
    }

    /// Forgets everything: after a lookup table may have lost rows.
    public void clear() {
        known.clear();
    }
}
