package dev.lode.postgres.ledger;

import dev.lode.core.ContentId;
import dev.lode.core.Fingerprint;
import dev.lode.core.RowCounts;

/// An item as the ledger holds it.
///
/// @param content its content id; empty while that is not known
/// @param fingerprint empty where there is none
/// @param fresh whether the table was empty when the item began, so that every row in it came with
///   this item
/// @param state loading, done, failed or superseded
public record ItemRow(
        long id,
        String name,
        String mapping,
        String content,
        String fingerprint,
        boolean fresh,
        String state,
        RowCounts counts) {
    /// Whether it is of the same bytes: by their content ids where both are known, else by their
    /// fingerprints.
    public boolean sameBytes(ItemKey key) {
        return (key.content().isPresent() && !content.isEmpty())
                ? content.equals(key.content().get().hex())
                : key.fingerprint().filter(known -> known.text().equals(fingerprint)).isPresent();
    }

    /// Whether the item has everything that `key` knows of those bytes, so that nothing is to be
    /// written down.
    public boolean knows(ItemKey key) {
        return key.fingerprint().map(Fingerprint::text).orElse(fingerprint).equals(fingerprint)
                && key.content().map(ContentId::hex).orElse(content).equals(content);
    }

    /// Rows that it must have left in its table.
    public long rows() {
        return counts.inserted() + counts.updated() + counts.unchanged();
    }
}
