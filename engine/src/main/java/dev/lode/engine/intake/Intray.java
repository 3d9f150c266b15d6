package dev.lode.engine.intake;

import dev.lode.core.place.PlacedFile;
import dev.lode.postgres.intake.Lane;
import dev.lode.postgres.intake.Wanted;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// Files that were seen and are not done. Each key is in it once: waiting, in a hand, or put off
/// until a time. Thread safe.
final class Intray {
    private static final Duration RECENT = Duration.ofSeconds(3);
    private static final int MOST_RECENT = 10_000;

    private final int room;
    private final InstantSource clock;
    private final Map<String, Wanted> known = new HashMap<>();
    private final Map<String, Instant> putOff = new HashMap<>();
    private final Map<String, Recent> recent = new HashMap<>();
    private final Deque<Wanted> live = new ArrayDeque<>();
    private final Deque<Wanted> backload = new ArrayDeque<>();
    private final Deque<Wanted> suspects = new ArrayDeque<>();
    private final java.util.Set<String> suspectKeys = new java.util.HashSet<>();
    private boolean backloadHeld;
    private boolean allHeld;
    private long inHand;
    private long oldInHand;

    /// @param room for old files; live ones always find room
    Intray(int room, InstantSource clock) {
        this.room = room;
        this.clock = clock;
    }

    /// A listing may be older than what became of its files since.
    private record Recent(PlacedFile file, Instant until) {}

    /// @return false where there is no room
    synchronized boolean offer(PlacedFile file, Lane lane) {
        if (needless(file)) {
            return true;
        }
        putOff.remove(file.key());
        if (lane == Lane.BACKLOAD && backload.size() >= room) {
            return false;
        }
        var wanted = new Wanted(file, lane);
        known.put(file.key(), wanted);
        (lane == Lane.LIVE ? live : backload).addLast(wanted);
        notifyAll();
        return true;
    }

    /// Whether an offer would be taken, or is needless.
    synchronized boolean hasRoom(PlacedFile file, Lane lane) {
        return lane == Lane.LIVE || backload.size() < room || needless(file);
    }

    /// Whether it is in already, waits for its time, or was dealt with a moment ago.
    private boolean needless(PlacedFile file) {
        var later = putOff.get(file.key());
        return (later != null && later.isAfter(clock.instant()))
                || known.containsKey(file.key())
                || justDone(file);
    }

    private boolean justDone(PlacedFile file) {
        var done = recent.get(file.key());
        return done != null
                && done.file().sameVersion(file)
                && done.until().isAfter(clock.instant());
    }

    /// A group for a worker; empty when there was nothing within the time.
    ///
    /// @param lane whose files come first; a worker for old files helps where live ones pile up
    synchronized List<Wanted> take(Lane lane, int files, long bytes, Duration within)
            throws InterruptedException {
        long end = System.nanoTime() + within.toNanos();
        while (true) {
            var group = group(lane, files, bytes);
            if (!group.isEmpty()) {
                inHand += group.size();
                oldInHand += old(group);
                return group;
            }
            long left = end - System.nanoTime();
            if (left <= 0) {
                return group;
            }
            wait(Math.max(1, left / 1_000_000));
        }
    }

    private List<Wanted> group(Lane lane, int files, long bytes) {
        if (allHeld) {
            return List.of();
        }
        boolean helps = live.size() > files;
        var queue = lane == Lane.LIVE || helps ? live : backload;
        if (queue == backload && backloadHeld) {
            return List.of();
        }
        var group = new ArrayList<Wanted>();
        long size = 0;
        while (!queue.isEmpty() && group.size() < files) {
            size += queue.getFirst().file().size();
            if (!group.isEmpty() && size > bytes) {
                break;
            }
            group.add(queue.removeFirst());
        }
        if (group.isEmpty()) {
            suspect(lane).ifPresent(group::add);
        }
        return group;
    }

    private Optional<Wanted> suspect(Lane lane) {
        for (var each = suspects.iterator(); each.hasNext(); ) {
            var one = each.next();
            if (one.lane() == lane) {
                each.remove();
                return Optional.of(one);
            }
        }
        return Optional.empty();
    }

    /// The worker is through with a group.
    synchronized void done(Collection<Wanted> group) {
        inHand -= group.size();
        oldInHand -= old(group);
        var now = clock.instant();
        if (recent.size() > MOST_RECENT) {
            recent.values().removeIf(done -> !done.until().isAfter(now));
        }
        if (putOff.size() > MOST_RECENT) {
            // Others may have dealt with them: then they are never offered again.
            putOff.values().removeIf(until -> !until.isAfter(now));
        }
        for (var one : group) {
            if (suspectKeys.remove(one.file().key())) {
                // Waits again, alone.
                continue;
            }
            if (known.remove(one.file().key(), one)) {
                recent.put(one.file().key(), new Recent(one.file(), now.plus(RECENT)));
            }
        }
        notifyAll();
    }

    /// Not before that time.
    synchronized void putOff(String key, Instant until) {
        putOff.put(key, until);
    }

    /// To be tried alone. Called while its group is in hand.
    synchronized void suspect(Wanted one) {
        suspectKeys.add(one.file().key());
        suspects.addLast(one);
        notifyAll();
    }

    /// Nothing is given out, or no old files.
    synchronized void hold(boolean all, boolean old) {
        allHeld = all;
        backloadHeld = old;
        notifyAll();
    }

    synchronized long waiting(Lane lane) {
        return (lane == Lane.LIVE ? live.size() : backload.size())
                + suspects.stream().filter(one -> one.lane() == lane).count();
    }

    /// Whether nothing is in hand, and nothing waits that may be taken now.
    synchronized boolean idle() {
        boolean held = allHeld || (backloadHeld && live.isEmpty());
        return inHand == 0
                && (held || (live.isEmpty() && backload.isEmpty() && suspects.isEmpty()));
    }

    private static long old(Collection<Wanted> group) {
        return group.stream().filter(one -> one.lane() == Lane.BACKLOAD).count();
    }

    /// Bytes of old files that wait.
    synchronized long waitingBytes() {
        return backload.stream().mapToLong(one -> one.file().size()).sum();
    }

    /// Whether old files wait or are in a hand.
    synchronized boolean busyWithOld() {
        return oldInHand > 0 || waiting(Lane.BACKLOAD) > 0;
    }

    /// Files that wait for a later attempt, here or with another watcher; empty when the time of
    /// one has come since a look that went past it.
    ///
    /// @param looked when that look began
    synchronized OptionalLong postponed(Instant looked) {
        var now = clock.instant();
        putOff.values().removeIf(until -> !until.isAfter(looked));
        return putOff.values().stream().allMatch(until -> until.isAfter(now))
                ? OptionalLong.of(putOff.size())
                : OptionalLong.empty();
    }

    synchronized Optional<Instant> oldest() {
        return known.values().stream()
                .map(one -> one.file().modified())
                .min(java.util.Comparator.naturalOrder());
    }
}
