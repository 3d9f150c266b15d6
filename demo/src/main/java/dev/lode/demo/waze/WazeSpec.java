package dev.lode.demo.waze;

import java.time.Instant;

/// What to generate.
///
/// @param start of the first file, UTC
/// @param files how many, two minutes apart
/// @param odd whether odd files are among them: needs 40 files or more
public record WazeSpec(long seed, WazeTier tier, Instant start, int files, boolean odd) {
    /// A city of tier S in November 2017.
    public static WazeSpec of(int files) {
        return new WazeSpec(1, WazeTier.S, Instant.parse("2017-11-01T03:00:00Z"), files, false);
    }

    public WazeSpec with(WazeTier changed) {
        return new WazeSpec(seed, changed, start, files, odd);
    }

    public WazeSpec withOdd() {
        return new WazeSpec(seed, tier, start, files, true);
    }
}
