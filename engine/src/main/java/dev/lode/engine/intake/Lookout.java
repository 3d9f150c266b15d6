package dev.lode.engine.intake;

import dev.lode.core.pack.intake.IntakeSpec;
import dev.lode.core.place.Place;
import dev.lode.core.place.PlacedFile;
import dev.lode.postgres.intake.Lane;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// Looks at the incoming place. Listings are in the order of keys, and a backload of years lies
/// before the file that arrives now; so each look begins with the tail, where live files are, and
/// goes on with a bounded piece of a sweep through everything. Belongs to one thread.
///
/// A file of a folder may still be being written: it is passed on when a second look, `settle`
/// after the first, finds size and time as they were.
final class Lookout {
    private static final int PAGE = 1000;
    private static final int TAIL_PAGES = 3;
    private static final int SWEEP_PAGES = 10;
    private static final int MOST_SEEN = 100_000;

    private final Place place;
    private final IntakeSpec spec;
    private final Lanes lanes;
    private final Intray intray;
    private final Duration settle;
    private final Duration sweepEvery;
    private final InstantSource clock;
    private Map<String, Seen> seen = new HashMap<>();
    private Map<String, Seen> sweepSeen = new HashMap<>();
    private String sweepAfter = "";
    private String highest = "";
    private volatile Instant swept = Instant.EPOCH;
    private boolean wholeSwept;
    private long young;
    private OptionalLong beyond = OptionalLong.of(0);
    private final Beyond rest;

    private record Seen(PlacedFile file, Instant at) {}

    /// @param settle zero where files appear whole
    /// @param sweepEvery time between two sweeps; zero to sweep with every look
    Lookout(
            Place place,
            IntakeSpec spec,
            Lanes lanes,
            Intray intray,
            Duration settle,
            Duration sweepEvery,
            InstantSource clock) {
        this.place = place;
        this.spec = spec;
        this.lanes = lanes;
        this.intray = intray;
        this.settle = settle;
        this.sweepEvery = sweepEvery;
        this.clock = clock;
        this.rest = new Beyond(place, PAGE, SWEEP_PAGES);
    }

    /// Looks once.
    ///
    /// @return whether the look reached the end of a sweep, and no file is left that is not known
    ///   or has to settle
    boolean look() throws InterruptedException {
        if (!sweepEvery.isZero()) {
            tail();
        }
        boolean due =
                !sweepAfter.isEmpty()
                        || !wholeSwept
                        || !clock.instant().isBefore(swept.plus(sweepEvery));
        return due && sweep() && young == 0;
    }

    /// Old files beyond those that there is room for, as of the last look; empty where they are not
    /// counted yet.
    OptionalLong beyond() {
        return beyond;
    }

    /// The next look sweeps through everything. May be called by any thread.
    void sweepSoon() {
        swept = Instant.EPOCH;
    }

    private void tail() throws InterruptedException {
        String after = lanes.beforeLive().orElse(wholeSwept ? highest : null);
        if (after == null) {
            return;
        }
        for (int page = 0; page < TAIL_PAGES; page++) {
            var files = place.list(after, PAGE);
            for (var file : files) {
                // Old files wait for their turn in the sweep.
                if (lanes.of(file) == Lane.LIVE) {
                    consider(file);
                }
            }
            if (files.size() < PAGE) {
                return;
            }
            after = files.getLast().key();
        }
    }

    private boolean sweep() throws InterruptedException {
        if (sweepAfter.isEmpty()) {
            sweepSeen = new HashMap<>();
            young = 0;
            rest.forget();
        }
        // A folder is walked through at once: live files may stand behind more old ones than there
        // is room for, and no tail is listed.
        boolean whole = sweepEvery.isZero();
        long without = 0;
        for (int page = 0; whole || page < SWEEP_PAGES; page++) {
            var files = place.list(sweepAfter, PAGE);
            for (var file : files) {
                boolean taken = consider(file);
                without += taken ? 0 : 1;
                if (!taken && !whole) {
                    beyond = rest.count(sweepAfter);
                    return false;
                }
                sweepAfter = file.key();
                rest.passed(sweepAfter);
            }
            if (files.size() < PAGE) {
                sweepAfter = "";
                wholeSwept = true;
                swept = clock.instant();
                // What was not seen in this sweep is gone.
                seen = sweepSeen;
                beyond = OptionalLong.of(without);
                rest.forget();
                return without == 0;
            }
        }
        beyond = rest.known();
        return false;
    }

    /// @return false where there is no room for it now
    private boolean consider(PlacedFile file) {
        if (file.key().compareTo(highest) > 0) {
            highest = file.key();
        }
        if (spec.ignores(file.name())) {
            return true;
        }
        var lane = lanes.of(file);
        // What finds no room is not remembered either: there may be millions of them.
        return intray.hasRoom(file, lane) && (!settled(file) || intray.offer(file, lane));
    }

    private boolean settled(PlacedFile file) {
        if (settle.isZero()) {
            return true;
        }
        var now = clock.instant();
        var before = Optional.ofNullable(seen.get(file.key()));
        boolean same = before.isPresent() && before.get().file().sameVersion(file);
        var first = same ? before.get() : new Seen(file, now);
        if (same || seen.size() < MOST_SEEN) {
            seen.put(file.key(), first);
            sweepSeen.put(file.key(), first);
        }
        boolean settled = same && !now.isBefore(first.at().plus(settle));
        young += settled ? 0 : 1;
        return settled;
    }
}
