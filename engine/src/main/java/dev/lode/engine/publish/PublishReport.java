package dev.lode.engine.publish;

import dev.lode.core.LodeException;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What came of publishing a dataset.
///
/// @param run its number in the ledger
/// @param place where the generations lie
public record PublishReport(
        long run,
        String dataset,
        String place,
        List<PublicationOutcome> publications,
        Duration took) {
    public PublishReport {
        publications = List.copyOf(publications);
    }

    /// The first failure.
    public Optional<LodeException> failure() {
        return publications.stream().flatMap(one -> one.failure().stream()).findFirst();
    }

    /// `completed`, `partial` or `failed`.
    public String state() {
        long failed = publications.stream().filter(one -> one.failure().isPresent()).count();
        return failed == 0 ? "completed" : failed < publications.size() ? "partial" : "failed";
    }

    public int exitCode() {
        return failure().map(failure -> failure.kind().exitCode()).orElse(0);
    }
}
