package dev.lode.postgres.intake;

/// Another watcher gave this one up for dead and took its files: it has to begin again under a new
/// number.
public final class TakenOver extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TakenOver(long watcher) {
        super(
                "watcher "
                        + watcher
                        + ": was silent for so long that another took its files over; it begins"
                        + " again");
    }
}
