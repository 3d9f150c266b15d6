package dev.lode.engine.intake;

import dev.lode.core.place.KeyRules.KeyPattern;
import dev.lode.core.place.Moved;
import dev.lode.postgres.intake.FailedFile;
import dev.lode.postgres.intake.IntakeLedger;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Files that could not be loaded, and their way back.
public final class FailedFiles {
    private static final int MOST = 100_000;

    private final IntakeLedger ledger;
    private final IntakePlaces places;

    public FailedFiles(IntakeLedger ledger, IntakePlaces places) {
        this.ledger = ledger;
        this.places = places;
    }

    /// Those that failed here, oldest first.
    ///
    /// @param pattern of their keys
    /// @param reason text that their reason holds, in whatever case
    public List<FailedFile> find(KeyPattern pattern, Optional<String> reason) {
        var wanted = reason.map(text -> text.toLowerCase(Locale.ROOT));
        return ledger.failed(MOST).stream()
                .filter(file -> file.place().equals(places.incoming().name()))
                .filter(file -> pattern.matches(file.key()))
                .filter(
                        file ->
                                wanted.map(file.reason().toLowerCase(Locale.ROOT)::contains)
                                        .orElse(true))
                .toList();
    }

    /// What became of files that were to be taken again.
    ///
    /// @param returned how many are back where they arrived
    /// @param left sentences about those that are not
    public record Returned(long returned, List<String> left) {
        public Returned {
            left = List.copyOf(left);
        }
    }

    /// Puts files back where they arrived; the next look of a watcher finds them. Their notes go.
    public Returned takeAgain(List<FailedFile> files) throws InterruptedException {
        long returned = 0;
        var left = new ArrayList<String>();
        for (var file : files) {
            var problem = takeAgain(file);
            if (problem.isEmpty()) {
                returned++;
            } else {
                left.add(file.key() + ": " + problem.get());
            }
        }
        return new Returned(returned, left);
    }

    private Optional<String> takeAgain(FailedFile failed) throws InterruptedException {
        var there = places.failed().find(failed.target());
        if (there.isPresent()) {
            var moved = places.failed().move(there.get(), places.incoming(), failed.key());
            if (moved != Moved.DONE) {
                return Optional.of(
                        "not taken again: "
                                + (moved == Moved.OCCUPIED
                                        ? "another file of that name is in "
                                                + places.incoming().name()
                                        : "it changed or went meanwhile"));
            }
        } else if (places.incoming().find(failed.key()).isEmpty()) {
            return Optional.of(
                    "is not in "
                            + places.failed().name()
                            + " as "
                            + failed.target()
                            + "; put it into "
                            + places.incoming().name()
                            + " by hand");
        }
        var note = places.failed().find(ErrorNote.key(failed.target()));
        if (note.isPresent()) {
            places.failed().remove(note.get());
        }
        ledger.returned(failed.id());
        return Optional.empty();
    }
}
