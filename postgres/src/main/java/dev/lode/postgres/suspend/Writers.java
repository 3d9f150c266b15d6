package dev.lode.postgres.suspend;

import dev.lode.core.LodeException;

/// Who else may write the tables while something is suspended.
public sealed interface Writers {
    /// Others write on: foreign keys must stay, and indexes come back without blocking them.
    record Live() implements Writers {}

    /// A fence keeps everybody out but the dataset's runs.
    ///
    /// @param prefix sessions whose `application_name` begins so are let through too; empty for
    ///   none
    record Fenced(String prefix) implements Writers {
        public Fenced {
            if (prefix.length() > 40) {
                throw LodeException.usage(
                        "writer \""
                                + prefix
                                + "\": "
                                + prefix.length()
                                + " characters, expected at most 40");
            }
        }
    }

    /// The user's word that nobody else writes: no fence is put up.
    record Stopped() implements Writers {}

    /// Whether foreign keys may be suspended.
    default boolean exclusive() {
        return !(this instanceof Live);
    }
}
