package dev.lode.postgres.ledger;

import java.util.List;

/// Items of a table that may be of the same bytes as one whose content is not known: of the same
/// size, under another fingerprint.
///
/// @param heads digests of their first chunks; an empty one where it is not known
public record Lookalikes(List<byte[]> heads) {
    public static final Lookalikes NONE = new Lookalikes(List.of());

    /// Whether the content must be known before a row is loaded.
    public boolean mayBe(byte[] head) {
        return heads.stream()
                .anyMatch(other -> other.length == 0 || java.util.Arrays.equals(other, head));
    }
}
