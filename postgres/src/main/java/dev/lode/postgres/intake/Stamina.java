package dev.lode.postgres.intake;

import dev.lode.postgres.Endurance;

import java.time.Duration;

/// How a watcher meets a server that is full or away.
///
/// @param away how long a lost server is waited for
record Stamina(Endurance endurance, Duration away) {
    static final Stamina NONE = new Stamina(Endurance.NONE, Duration.ZERO);

    Endurance.Trial trial(String doing) {
        return endurance.trial(doing, away);
    }
}
