package dev.lode.postgres.document;

import dev.lode.core.ErrorKind;
import dev.lode.format.json.Drift;

import java.util.List;

/// What became of a file. In each case the ledger agrees.
public sealed interface FileResult {
    /// As it was given to the loader.
    String name();

    /// Its rows are committed.
    ///
    /// @param document number in `lode.document`
    /// @param drift fields that the mapping does not know
    record Loaded(String name, long document, FileCounts counts, List<Drift> drift)
            implements FileResult {
        public Loaded {
            drift = List.copyOf(drift);
        }
    }

    /// The same content is loaded already; nothing was written but the fact.
    ///
    /// @param document number of the file that holds the content
    /// @param of its name
    record Duplicate(String name, long document, String of) implements FileResult {}

    /// Nothing of it was written.
    ///
    /// @param kind DATA: the same bytes will fail again; RESOURCE and REMOTE: a later attempt may
    ///   do; BUG: Lode is wrong
    /// @param reason a sentence for people
    record Failed(String name, ErrorKind kind, String reason) implements FileResult {}
}
