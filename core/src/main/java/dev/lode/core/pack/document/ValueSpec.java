package dev.lode.core.pack.document;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/// What a column is filled with.
public sealed interface ValueSpec {
    /// A field of the document.
    ///
    /// @param from where it lies; of several spellings the first one that is there
    /// @param as how it is read
    /// @param map texts that stand for others, and what they become
    /// @param absent what stands in for a value that is missing or null
    /// @param min the least number allowed
    /// @param max the greatest number allowed
    /// @param notBelow another field that must not be greater
    record Field(
            List<FieldPath> from,
            Reading as,
            Map<String, String> map,
            Optional<String> absent,
            OptionalDouble min,
            OptionalDouble max,
            Optional<FieldPath> notBelow)
            implements ValueSpec {
        public Field {
            from = List.copyOf(from);
            map = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(map));
        }

        /// A field read as its column is.
        public static Field of(FieldPath path) {
            return new Field(
                    List.of(path),
                    Reading.COLUMN,
                    Map.of(),
                    Optional.empty(),
                    OptionalDouble.empty(),
                    OptionalDouble.empty(),
                    Optional.empty());
        }
    }

    /// The same text in every row.
    record Constant(String text) implements ValueSpec {}

    /// What Lode knows.
    record Known(Fact fact) implements ValueSpec {}

    /// `less` where the second number is less than the first, `more` where it is more, NULL where
    /// they are equal or one is missing.
    record Compare(FieldPath first, FieldPath second, String less, String more)
            implements ValueSpec {}

    /// The id of a row of a lookup table that has these texts; NULL where one of them is missing.
    ///
    /// @param key in the order of the lookup's key columns
    record Lookup(String lookup, List<Field> key) implements ValueSpec {
        public Lookup {
            key = List.copyOf(key);
        }
    }

    /// How a field is read.
    enum Reading {
        /// As the type of its column asks.
        COLUMN,
        /// The JSON text itself, whatever it is.
        JSON,
        /// Milliseconds since 1970 in UTC, as a timestamp.
        UTC_MILLIS,
        /// Seconds since 1970 in UTC, as a timestamp.
        UTC_SECONDS,
        /// The day of the week of milliseconds since 1970 in UTC: 0 is Sunday, 6 Saturday.
        WEEKDAY
    }

    /// What Lode knows of a row and its file.
    enum Fact {
        /// 40 hexadecimal digits that no other row of the table has: [DocumentSpec].
        ID("$id"),
        /// The `$id` of the row above.
        PARENT_ID("$parent.id"),
        /// Place among its siblings, from 1.
        POSITION("$position"),
        /// Number of the file: from the sequence of the file table's column where it has one, else
        /// its number in the ledger.
        FILE_ID("$file.id"),
        FILE_NAME("$file.name"),
        /// Hash of the content that does not depend on the order of keys and records: 32
        /// hexadecimal digits. Known only when the document was read: for the file's row alone.
        FILE_HASH("$file.hash"),
        /// SHA-256 of the stored bytes, as Lode's ledger has it: 64 hexadecimal digits.
        FILE_CONTENT("$file.content");

        private final String word;

        Fact(String word) {
            this.word = word;
        }

        /// As a pack spells it.
        public String word() {
            return word;
        }
    }
}
