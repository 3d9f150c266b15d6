package dev.lode.format.csv;

import java.util.Optional;

/// What sound records showed about how a file is written, and what damaged ones showed against it.
/// Adds up over batches in any order.
///
/// A contradiction is a record that cannot be read in the declared dialect but can, with exactly
/// the right number of fields, in another one: `""` followed by text inside quotes where a
/// backslash should escape, `\"` followed by text where quotes should be doubled, text quoted by
/// another character. Damage that no dialect explains is not counted here.
///
/// @param records sound records seen
/// @param quotedFields fields in the dialect's quotes
/// @param plainFields fields without quotes that are not empty
/// @param foreignFields those of `plainFields` that begin with the other of the two quotes known,
///   `"` and the backtick
/// @param doubledQuotes quotes inside quotes, written twice
/// @param backslashQuotes quotes inside quotes, written after a backslash
/// @param backslashPairs backslashes inside quotes, written twice
/// @param loneBackslashes backslashes inside quotes before any other byte
/// @param contradictions records that only another dialect can read
/// @param firstContradiction decoded offset of the first of them, or -1
/// @param otherReading the dialect that can read it
public record DialectEvidence(
        long records,
        long quotedFields,
        long plainFields,
        long foreignFields,
        long doubledQuotes,
        long backslashQuotes,
        long backslashPairs,
        long loneBackslashes,
        long contradictions,
        long firstContradiction,
        Optional<Dialect> otherReading) {
    public static final DialectEvidence NONE =
            new DialectEvidence(0, 0, 0, 0, 0, 0, 0, 0, 0, -1, Optional.empty());

    /// What the evidence comes to.
    public sealed interface Verdict {
        /// Something only this dialect writes was seen, and nothing stronger against it.
        record Confirmed() implements Verdict {}

        /// Nothing seen tells this dialect from its neighbours.
        record Neutral() implements Verdict {}

        /// The file is written otherwise.
        ///
        /// @param sentence what was seen and which dialect it points to, to be put after a place:
        ///   no item, no remedy
        record Contradicted(String sentence) implements Verdict {}
    }

    /// One contradiction.
    static DialectEvidence against(long offset, Dialect otherReading) {
        return new DialectEvidence(0, 0, 0, 0, 0, 0, 0, 0, 1, offset, Optional.of(otherReading));
    }

    /// The sum of both.
    public DialectEvidence plus(DialectEvidence other) {
        boolean otherFirst =
                other.firstContradiction >= 0
                        && (firstContradiction < 0
                                || other.firstContradiction < firstContradiction);
        return new DialectEvidence(
                records + other.records,
                quotedFields + other.quotedFields,
                plainFields + other.plainFields,
                foreignFields + other.foreignFields,
                doubledQuotes + other.doubledQuotes,
                backslashQuotes + other.backslashQuotes,
                backslashPairs + other.backslashPairs,
                loneBackslashes + other.loneBackslashes,
                contradictions + other.contradictions,
                otherFirst ? other.firstContradiction : firstContradiction,
                otherFirst ? other.otherReading : otherReading);
    }

    /// Weighs the evidence. One damaged record does not outweigh many sound ones: contradictions
    /// count when there are more of them than of escapes that only the declared dialect writes.
    public Verdict verdict(Dialect declared) {
        if (foreignFields * 2 > quotedFields + plainFields) {
            return new Verdict.Contradicted(
                    "%,d of %,d fields begin with the other quote character: not %s"
                            .formatted(foreignFields, quotedFields + plainFields, declared));
        }
        boolean backslash = declared.escape() == Dialect.Escape.BACKSLASH;
        long support = backslash ? backslashQuotes : doubledQuotes;
        if (contradictions > support && otherReading.isPresent()) {
            return new Verdict.Contradicted(
                    "%s at byte %d, can be read only with %s: not %s"
                            .formatted(
                                    contradictions == 1
                                            ? "1 record,"
                                            : "%,d records, the first".formatted(contradictions),
                                    firstContradiction,
                                    otherReading.get(),
                                    declared));
        }
        if (backslash && backslashQuotes == 0 && backslashPairs > 0 && loneBackslashes > 0) {
            return new Verdict.Contradicted(
                    "%,d backslashes inside quotes stand alone and none escapes a quote, as where quotes are doubled: not %s"
                            .formatted(loneBackslashes, declared));
        }
        return support > 0 ? new Verdict.Confirmed() : new Verdict.Neutral();
    }
}
