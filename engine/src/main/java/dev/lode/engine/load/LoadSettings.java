package dev.lode.engine.load;

import dev.lode.core.LodeException;
import dev.lode.format.csv.CutSettings;
import dev.lode.postgres.load.LoadLimits;

import java.time.Duration;

/// Bounds of a load that a user can change.
///
/// @param workers items loaded at the same time, each over a connection of its own
/// @param leaseTimeout how long a holder of the dataset may be silent before it counts as dead
/// @param again whether content that the ledger knows as applied is applied once more
/// @param suspend what of the tables is taken away while rows come in
/// @param acceptVanished whether more rows may vanish than the pack's limit allows
/// @param copy how rows travel to the server
/// @param acceptOlder whether a snapshot may replace a newer one
public record LoadSettings(
        int workers,
        CutSettings cut,
        LoadLimits limits,
        Duration leaseTimeout,
        boolean again,
        SuspendSettings suspend,
        boolean acceptVanished,
        CopySettings copy,
        boolean acceptOlder) {
    public LoadSettings {
        if (workers < 1 || workers > 64) {
            throw LodeException.usage(
                    "workers: \"" + workers + "\" is out of bounds: expected 1 to 64");
        }
    }

    /// With the usual ways of suspending and copying, no more vanished rows than the pack allows,
    /// and snapshots in any order.
    public LoadSettings(
            int workers, CutSettings cut, LoadLimits limits, Duration leaseTimeout, boolean again) {
        this(
                workers,
                cut,
                limits,
                leaseTimeout,
                again,
                SuspendSettings.STANDARD,
                false,
                CopySettings.STANDARD,
                true);
    }

    /// The same with another way of suspending.
    public LoadSettings with(SuspendSettings changed) {
        return new LoadSettings(
                workers,
                cut,
                limits,
                leaseTimeout,
                again,
                changed,
                acceptVanished,
                copy,
                acceptOlder);
    }

    /// The same with another way of copying.
    public LoadSettings with(CopySettings changed) {
        return new LoadSettings(
                workers,
                cut,
                limits,
                leaseTimeout,
                again,
                suspend,
                acceptVanished,
                changed,
                acceptOlder);
    }

    /// The same, whatever the limit for vanished rows is.
    public LoadSettings acceptingVanished(boolean accept) {
        return new LoadSettings(
                workers, cut, limits, leaseTimeout, again, suspend, accept, copy, acceptOlder);
    }

    /// The same, a snapshot that is older than what its tables hold being wanted or not.
    public LoadSettings acceptingOlder(boolean accept) {
        return new LoadSettings(
                workers, cut, limits, leaseTimeout, again, suspend, acceptVanished, copy, accept);
    }

    public static LoadSettings standard() {
        return new LoadSettings(
                2, CutSettings.DEFAULT, LoadLimits.DEFAULT, Duration.ofSeconds(60), false);
    }
}
