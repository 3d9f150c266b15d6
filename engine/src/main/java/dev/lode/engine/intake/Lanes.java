package dev.lode.engine.intake;

import dev.lode.core.pack.intake.IntakeSpec;
import dev.lode.core.place.PlacedFile;
import dev.lode.postgres.intake.Lane;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/// Tells live files from old ones: by a prefix of their keys, by the time in their names, or, where
/// names hold none, by when the place got them. A copied file's date is when it was copied, so that
/// without a time in the name a backload wants its prefix.
final class Lanes {
    private final IntakeSpec spec;
    private final InstantSource clock;

    Lanes(IntakeSpec spec, InstantSource clock) {
        this.spec = spec;
        this.clock = clock;
    }

    Lane of(PlacedFile file) {
        if (spec.backload().filter(file.key()::startsWith).isPresent()) {
            return Lane.BACKLOAD;
        }
        var time =
                spec.nameTime().flatMap(pattern -> pattern.of(file.name())).orElse(file.modified());
        return time.isBefore(oldest()) ? Lane.BACKLOAD : Lane.LIVE;
    }

    private Instant oldest() {
        return clock.instant().minus(spec.liveWithin());
    }

    /// A key that lies before those of all live files, where names tell the time.
    Optional<String> beforeLive() {
        return spec.nameTime().map(pattern -> pattern.begin(oldest()));
    }
}
