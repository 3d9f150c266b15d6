package dev.lode.format.bzip2;

import static dev.lode.format.bzip2.Bzip2Samples.compress;
import static dev.lode.format.bzip2.Bzip2Samples.concat;
import static dev.lode.format.bzip2.Bzip2Samples.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.core.ByteSource;
import dev.lode.core.ErrorKind;
import dev.lode.core.LodeException;
import dev.lode.format.Drained;
import dev.lode.format.MemoryBytes;
import dev.lode.format.ResumePoint;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

final class ResumeTest {
    private static final BlockPool POOL = new BlockPool(2, 4);

    /// Three streams of several blocks, an empty one between them.
    private static final byte[] CONTENT = text(760_000, 21);

    private static final byte[] STORED =
            concat(
                    compress(Arrays.copyOf(CONTENT, 350_000), 1),
                    compress(new byte[0], 9),
                    compress(Arrays.copyOfRange(CONTENT, 350_000, 700_000), 2),
                    compress(Arrays.copyOfRange(CONTENT, 700_000, 760_000), 9));

    @AfterAll
    static void closePool() {
        POOL.close();
    }

    private static Bzip2Decoder open(byte[] stored, ResumePoint from) throws IOException {
        return Bzip2Decoder.open(new MemoryBytes(stored), POOL, from);
    }

    private static Drained rest(byte[] content, long from) {
        return new Drained(
                Drained.Content.of(Arrays.copyOfRange(content, (int) from, content.length)), null);
    }

    /// Points at every block boundary, and one byte before and after each.
    private static List<ResumePoint> points() throws IOException {
        var points = new ArrayList<ResumePoint>();
        byte[] buffer = new byte[1];
        long lastBit = -1;
        try (var decoder = open(STORED, ResumePoint.START)) {
            ResumePoint before = decoder.resumeAt(0);
            for (long at = 0; at <= CONTENT.length; at++) {
                var point = decoder.resumeAt(at);
                if (point.storedBit() != lastBit) {
                    points.add(before);
                    points.add(point);
                } else if (point.skip() == 1) {
                    points.add(point);
                }
                lastBit = point.storedBit();
                before = point;
                decoder.read(buffer, 0, 1);
            }
        }
        return points;
    }

    @Test
    void goesOnAtEveryBlockAndBesideIt() throws IOException {
        var points = points();
        assertThat(points).hasSizeGreaterThan(20);
        for (var point : points) {
            assertThat(Drained.of(open(STORED, point), 50_000))
                    .as(point.text())
                    .isEqualTo(rest(CONTENT, point.decodedOffset()));
        }
    }

    @Test
    void aPointIsTheBlockThatHoldsTheByteAndWhatLiesBeforeItThere() throws IOException {
        try (var decoder = open(STORED, ResumePoint.START)) {
            assertThat(decoder.resumeAt(0)).isEqualTo(ResumePoint.START);
            byte[] buffer = new byte[760_000];
            readFully(decoder, buffer, 360_000);
            var first = decoder.resumeAt(0);
            assertThat(first).isEqualTo(new ResumePoint(32, 0, 0, 0, 1, 0));
            var second = decoder.resumeAt(350_001);
            assertThat(second.stream()).isEqualTo(2);
            assertThat(second.level()).isEqualTo(2);
            assertThat(second.skip()).isEqualTo(1);
            assertThat(second.streamCrc()).isZero();
        }
    }

    @Test
    void startsReadingStoredBytesAtTheBlock() throws IOException {
        var point = points().stream().filter(p -> p.stream() == 2).findFirst().orElseThrow();
        var opened = new ArrayList<Long>();
        var source =
                new ByteSource() {
                    @Override
                    public String name() {
                        return "recorded.bz2";
                    }

                    @Override
                    public long size() {
                        return STORED.length;
                    }

                    @Override
                    public InputStream open(long offset) {
                        opened.add(offset);
                        return new MemoryBytes(STORED).open(offset);
                    }
                };
        var decoder = Bzip2Decoder.open(source, POOL, point);
        assertThat(Drained.of(decoder, 50_000)).isEqualTo(rest(CONTENT, point.decodedOffset()));
        assertThat(opened).containsExactly(point.storedBit() >>> 3);
    }

    @Test
    void checksTheRestOfTheStreamAgainstTheBlocksBefore() throws IOException {
        for (var point : points()) {
            var other =
                    new ResumePoint(
                            point.storedBit(),
                            point.skip(),
                            point.decodedOffset(),
                            point.stream(),
                            point.level(),
                            point.streamCrc() ^ 0x100);
            if (point.level() > 0) {
                assertThat(Drained.of(open(STORED, other), 50_000).error())
                        .hasMessageContaining("found a stream that ends with checksum");
            }
        }
    }

    @Test
    void aPointWhereNoBlockBeginsIsDamage() throws IOException {
        var point = points().get(10);
        var moved =
                new ResumePoint(
                        point.storedBit() + 1,
                        point.skip(),
                        point.decodedOffset(),
                        0,
                        point.level(),
                        point.streamCrc());
        assertThat(Drained.of(open(STORED, moved), 50_000).error())
                .hasMessageContaining("expected the beginning of a block or the end of the stream");
    }

    @Test
    void aPointOfAnotherFormatIsABug() {
        assertThatThrownBy(() -> open(STORED, new ResumePoint(800, 0, 100, 0, 0, 0)))
                .isInstanceOf(LodeException.class)
                .extracting("kind")
                .isEqualTo(ErrorKind.BUG);
    }

    @Test
    void offsetsBehindThePositionOrBeforeTheLastOneAskedForAreABug() throws IOException {
        try (var decoder = open(STORED, ResumePoint.START)) {
            readFully(decoder, new byte[1000], 1000);
            decoder.resumeAt(500);
            assertThatThrownBy(() -> decoder.resumeAt(499))
                    .hasMessageContaining("expected 500 to 1000");
            assertThatThrownBy(() -> decoder.resumeAt(1001))
                    .hasMessageContaining("expected 500 to 1000");
        }
    }

    @Test
    void forgettingEverySecondBlockKeepsPointsRight() {
        var log = new ResumeLog(ResumePoint.START);
        int blocks = 5 * ResumeLog.MAX_POINTS + 3;
        for (int i = 0; i < blocks; i++) {
            log.add(new ResumePoint(32 + 1000L * i, 0, 10L * i, 0, 9, i));
        }
        for (long offset = 0; offset < 10L * blocks; offset += 977) {
            var point = log.at(offset, 10L * blocks);
            assertThat(point.decodedOffset()).isEqualTo(offset);
            assertThat(point.storedBit()).isEqualTo(32 + 100 * (offset - point.skip()));
            assertThat(point.streamCrc()).isEqualTo((int) ((offset - point.skip()) / 10));
            assertThat(point.skip()).isLessThan(10L * blocks);
        }
    }

    private static void readFully(Bzip2Decoder decoder, byte[] into, int length)
            throws IOException {
        for (int done = 0; done < length; ) {
            done += decoder.read(into, done, length - done);
        }
    }
}
