package dev.lode.format.bzip2;

import static dev.lode.format.bzip2.Bzip2Samples.compress;
import static dev.lode.format.bzip2.Bzip2Samples.concat;
import static dev.lode.format.bzip2.Bzip2Samples.noise;
import static dev.lode.format.bzip2.Bzip2Samples.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lode.core.ByteSize;
import dev.lode.format.Drained;
import dev.lode.format.MemoryBytes;
import dev.lode.format.ResumePoint;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

final class Bzip2DecoderTest {
    private static final BlockPool POOL = new BlockPool(2, 4);
    private static final byte[] EMPTY = compress(new byte[0], 9);

    @AfterAll
    static void closePool() {
        POOL.close();
    }

    private static Drained drain(byte[] stored) throws IOException {
        var decoder = Bzip2Decoder.open(new MemoryBytes(stored), POOL, ResumePoint.START);
        return Drained.of(decoder, 100_003);
    }

    private static Drained whole(byte[] content) {
        return new Drained(Drained.Content.of(content), null);
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                0, 1, 2, 3, 4, 5, 49, 50, 51, 899_980, 899_981, 899_982, 900_000, 900_001, 2_000_000
            })
    void readsEverySize(int size) throws IOException {
        byte[] content = text(size, size);
        assertThat(drain(compress(content, 9))).isEqualTo(whole(content));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9})
    void readsEveryLevel(int level) throws IOException {
        byte[] content = text(350_000, level);
        assertThat(drain(compress(content, level))).isEqualTo(whole(content));
    }

    @Test
    void readsIncompressibleContent() throws IOException {
        byte[] content = noise(1_500_000, 4);
        assertThat(drain(compress(content, 9))).isEqualTo(whole(content));
    }

    @Test
    void readsContentOfOneByteValue() throws IOException {
        byte[] content = new byte[5_000_000];
        assertThat(drain(compress(content, 1))).isEqualTo(whole(content));
    }

    @Test
    void readsContentInWhichEveryPairOfBytesOccurs() throws IOException {
        byte[] content = new byte[1 << 18];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) ((i & 1) == 0 ? i >>> 9 : i >>> 1);
        }
        assertThat(drain(compress(content, 9))).isEqualTo(whole(content));
    }

    @ParameterizedTest
    @ValueSource(
            ints = {1, 2, 3, 4, 5, 6, 254, 255, 256, 257, 258, 259, 260, 510, 511, 514, 70_000})
    void readsRunsOfEveryLength(int run) throws IOException {
        byte[] content =
                concat(
                        "a".getBytes(StandardCharsets.US_ASCII),
                        new byte[run],
                        text(10, 1),
                        new byte[run]);
        assertThat(drain(compress(content, 1))).isEqualTo(whole(content));
        assertThat(drain(compress(new byte[run], 1))).isEqualTo(whole(new byte[run]));
    }

    @Test
    void readsRunsAcrossTheEndOfABlock() throws IOException {
        for (int before = 99_960; before < 100_000; before += 3) {
            byte[] content = concat(noise(before, before), new byte[600], text(50, 1));
            assertThat(drain(compress(content, 1)))
                    .as("run from " + before)
                    .isEqualTo(whole(content));
        }
    }

    @Test
    void readsStreamsOneAfterAnother() throws IOException {
        byte[] a = text(250_000, 1);
        byte[] b = text(10, 2);
        byte[] c = noise(120_000, 3);
        byte[] stored = concat(compress(a, 1), compress(b, 9), EMPTY, EMPTY, compress(c, 2), EMPTY);
        assertThat(drain(stored)).isEqualTo(whole(concat(a, b, c)));
        assertThat(drain(concat(EMPTY, stored))).isEqualTo(whole(concat(a, b, c)));
    }

    @Test
    void readsTheSmallestFile() throws IOException {
        assertThat(EMPTY).hasSize(14);
        assertThat(drain(EMPTY)).isEqualTo(whole(new byte[0]));
        assertThat(drain(concat(EMPTY, EMPTY, EMPTY))).isEqualTo(whole(new byte[0]));
    }

    @Test
    void readsThousandsOfTinyStreams() throws IOException {
        byte[][] streams = new byte[5000][];
        Arrays.setAll(streams, i -> i % 7 == 0 ? EMPTY : TINY[i % TINY.length]);
        byte[] content = Bzip2Samples.decompressWithCommons(concat(streams));
        assertThat(drain(concat(streams))).isEqualTo(whole(content));
    }

    private static final byte[][] TINY = {
        compress(text(1, 1), 1), compress(text(30, 2), 9), compress(text(77, 3), 5)
    };

    @Test
    void readsWithEveryNumberOfLanesAndLittleAhead() throws IOException {
        byte[] content = concat(text(1_300_000, 6), noise(150_000, 7), new byte[1_000_000]);
        byte[] stored = compress(content, 1);
        for (int lanes = 1; lanes <= BlockPool.MAX_LANES; lanes += 3) {
            for (int ahead : new int[] {0, 1, 5_000_000, 40_000_000}) {
                try (var pool = new BlockPool(3, lanes, ByteSize.of(ahead))) {
                    var decoder =
                            Bzip2Decoder.open(new MemoryBytes(stored), pool, ResumePoint.START);
                    assertThat(Drained.of(decoder, 70_001))
                            .as(lanes + " lanes, " + ahead + " bytes ahead")
                            .isEqualTo(whole(content));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void readsRandomMixtures(long seed) throws IOException {
        var random = new Random(seed);
        byte[][] contents = new byte[1 + random.nextInt(4)][];
        byte[][] streams = new byte[contents.length][];
        for (int i = 0; i < contents.length; i++) {
            contents[i] = mixture(random);
            streams[i] = compress(contents[i], 1 + random.nextInt(9));
        }
        assertThat(drain(concat(streams))).isEqualTo(whole(concat(contents)));
    }

    private static byte[] mixture(Random random) {
        byte[] content = new byte[random.nextInt(400_000)];
        int symbols = 1 + random.nextInt(256);
        for (int at = 0; at < content.length; ) {
            int length = Math.min(1 + random.nextInt(1 << random.nextInt(12)), content.length - at);
            byte value = (byte) random.nextInt(symbols);
            boolean run = random.nextInt(4) == 0;
            for (int i = 0; i < length; i++) {
                content[at + i] = run ? value : (byte) random.nextInt(symbols);
            }
            at += length;
        }
        return content;
    }

    /// As lbzip2 writes them: every second block is tiny, and others end at odd lengths.
    @Test
    void readsBlocksOfVeryDifferentLengthsInOneBatch() throws IOException {
        int[] sizes = {
            90_001, 3, 100_000, 70_002, 1, 66_000, 81_003, 65_535, 65_536, 65_537, 2, 99_000, 77_777
        };
        byte[][] contents = new byte[3 * sizes.length][];
        byte[][] streams = new byte[contents.length][];
        for (int i = 0; i < contents.length; i++) {
            contents[i] = text(Math.max(1, sizes[i % sizes.length] - i / sizes.length), i);
            streams[i] = compress(contents[i], 9);
        }
        for (int lanes = 1; lanes <= BlockPool.MAX_LANES; lanes += 3) {
            try (var pool = new BlockPool(1, lanes)) {
                var decoder =
                        Bzip2Decoder.open(
                                new MemoryBytes(concat(streams)), pool, ResumePoint.START);
                assertThat(Drained.of(decoder, 50_000))
                        .as(lanes + " lanes")
                        .isEqualTo(whole(concat(contents)));
            }
        }
    }

    @Test
    void readsWhatTheCommandWrites(@TempDir Path folder) throws IOException, InterruptedException {
        assumeTrue(Bzip2Samples.commandExists(), "no bzip2 command here");
        byte[] content =
                concat(text(1_200_000, 1), noise(300_000, 2), new byte[2_000_000], text(100, 3));
        assertThat(drain(Bzip2Samples.compressWithCommand(content, folder, 9)))
                .isEqualTo(whole(content));
        assertThat(drain(Bzip2Samples.compressWithCommand(content, folder, 1)))
                .isEqualTo(whole(content));
    }
}
