package dev.lode.format.bzip2;

import dev.lode.core.LodeException;
import dev.lode.format.ResumePoint;

import java.util.ArrayDeque;

/// Where the blocks began that a resume point may still be asked for.
///
/// Bounded: when more than [#MAX_POINTS] have gathered since the last question, every second one is
/// forgotten, which makes later resume points skip more and not less right. Not thread safe.
final class ResumeLog {
    static final int MAX_POINTS = 1 << 14;

    private ArrayDeque<ResumePoint> points = new ArrayDeque<>();
    private long asked;

    /// @param start where decoding begins
    ResumeLog(ResumePoint start) {
        points.add(
                new ResumePoint(
                        start.storedBit(),
                        0,
                        start.decodedOffset() - start.skip(),
                        start.stream(),
                        start.level(),
                        start.streamCrc()));
        asked = start.decodedOffset();
    }

    /// A point without skip at which decoding could begin. Their decoded offsets never decrease;
    /// the last of several with the same one is kept.
    void add(ResumePoint point) {
        if (points.getLast().decodedOffset() == point.decodedOffset()) {
            points.removeLast();
        } else if (points.size() >= MAX_POINTS) {
            thin();
        }
        points.add(point);
    }

    private void thin() {
        var kept = new ArrayDeque<ResumePoint>(points.size());
        boolean keep = true;
        for (var point : points) {
            if (keep) {
                kept.add(point);
            }
            keep = !keep;
        }
        points = kept;
    }

    /// The point for an offset that is not before the last one asked for and not behind `position`.
    ResumePoint at(long decodedOffset, long position) {
        if (decodedOffset < asked || decodedOffset > position) {
            throw LodeException.bug(
                    "resume point asked for offset "
                            + decodedOffset
                            + ", expected "
                            + asked
                            + " to "
                            + position,
                    null);
        }
        asked = decodedOffset;
        var best = points.remove();
        while (!points.isEmpty() && points.getFirst().decodedOffset() <= decodedOffset) {
            best = points.remove();
        }
        points.addFirst(best);
        return new ResumePoint(
                best.storedBit(),
                decodedOffset - best.decodedOffset(),
                decodedOffset,
                best.stream(),
                best.level(),
                best.streamCrc());
    }
}
