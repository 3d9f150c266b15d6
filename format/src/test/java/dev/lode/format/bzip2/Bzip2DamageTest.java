package dev.lode.format.bzip2;

import static dev.lode.format.bzip2.Bzip2Samples.compress;
import static dev.lode.format.bzip2.Bzip2Samples.concat;
import static dev.lode.format.bzip2.Bzip2Samples.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.core.ErrorKind;
import dev.lode.format.Drained;
import dev.lode.format.MemoryBytes;
import dev.lode.format.ResumePoint;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/// Damage to a file of several streams and blocks: always an error or no difference at all, and
/// never a wrong byte.
final class Bzip2DamageTest {
    private static final BlockPool POOL = new BlockPool(2, 4);
    private static final byte[] CONTENT = concat(repeated(text(700, 3), 250_000), text(9_000, 4));
    private static final byte[] STORED =
            concat(
                    compress(Arrays.copyOf(CONTENT, 250_000), 1),
                    compress(new byte[0], 9),
                    compress(Arrays.copyOfRange(CONTENT, 250_000, CONTENT.length), 1));

    @AfterAll
    static void closePool() {
        POOL.close();
    }

    private static byte[] repeated(byte[] part, int size) {
        byte[] all = new byte[size];
        for (int i = 0; i < size; i++) {
            all[i] = part[i % part.length];
        }
        return all;
    }

    private static Drained drain(byte[] stored) throws IOException {
        var decoder = Bzip2Decoder.open(new MemoryBytes(stored), POOL, ResumePoint.START);
        return Drained.of(decoder, 30_000);
    }

    private static void assertNoWrongByte(Drained drained, String what) {
        byte[] decoded = drained.content().bytes();
        assertThat(decoded).as(what).hasSizeLessThanOrEqualTo(CONTENT.length);
        assertThat(Arrays.mismatch(decoded, Arrays.copyOf(CONTENT, decoded.length)))
                .as(what)
                .isEqualTo(-1);
        if (drained.damage() == null) {
            assertThat(decoded).as(what).hasSameSizeAs(CONTENT);
        } else {
            assertThat(drained.error().kind()).as(what).isEqualTo(ErrorKind.DATA);
            assertThat(drained.error()).as(what).hasMessageStartingWith("memory.bin: ");
        }
    }

    @Test
    void changedBits() throws IOException {
        var random = new Random(1);
        int found = 0;
        for (int i = 0; i < 400; i++) {
            byte[] stored = STORED.clone();
            int bit = random.nextInt(stored.length * 8);
            stored[bit >>> 3] ^= (byte) (128 >>> (bit & 7));
            var drained = drain(stored);
            assertNoWrongByte(drained, "bit " + bit);
            found += drained.damage() == null ? 0 : 1;
        }
        assertThat(found).isGreaterThan(390);
    }

    @Test
    void changedCutMovedAndRepeatedPieces() throws IOException {
        var random = new Random(2);
        for (int i = 0; i < 300; i++) {
            int from = random.nextInt(STORED.length - 1);
            int to = from + 1 + random.nextInt(Math.min(2000, STORED.length - from - 1) + 1);
            byte[] before = Arrays.copyOf(STORED, from);
            byte[] piece = Arrays.copyOfRange(STORED, from, Math.min(to, STORED.length));
            byte[] after = Arrays.copyOfRange(STORED, Math.min(to, STORED.length), STORED.length);
            byte[] noise = Bzip2Samples.noise(piece.length, i);
            var drained =
                    drain(
                            switch (i % 5) {
                                case 0 -> concat(before, after);
                                case 1 -> concat(before, piece, piece, after);
                                case 2 -> concat(before, noise, after);
                                case 3 -> concat(before, new byte[piece.length], after);
                                default -> concat(before, after, piece);
                            });
            assertNoWrongByte(drained, "change " + i);
        }
    }

    @Test
    void cutAnywhere() throws IOException {
        var random = new Random(3);
        int second = compress(Arrays.copyOf(CONTENT, 250_000), 1).length;
        var cuts =
                IntStream.concat(
                                IntStream.rangeClosed(second - 20, second + 40),
                                IntStream.concat(
                                        IntStream.range(STORED.length - 20, STORED.length),
                                        random.ints(150, 0, STORED.length)))
                        .toArray();
        for (int cut : cuts) {
            var drained = drain(Arrays.copyOf(STORED, cut));
            if (cut == second || cut == second + 14) {
                assertThat(drained.damage()).as("cut between streams at " + cut).isNull();
                assertThat(drained.content())
                        .isEqualTo(Drained.Content.of(Arrays.copyOf(CONTENT, 250_000)));
            } else {
                assertNoWrongByte(drained, "cut to " + cut);
                assertThat(drained.error()).hasMessageContaining("cut short");
            }
        }
    }

    /// All of them, of a file that is small and yet has two streams and an empty one between.
    @Test
    void everyCutAndEveryChangedBitOfASmallFile() throws IOException {
        byte[] first = Arrays.copyOf(CONTENT, 60);
        byte[] second = Arrays.copyOfRange(CONTENT, 60, 100);
        byte[] a = compress(first, 1);
        byte[] b = compress(new byte[0], 9);
        byte[] stored = concat(a, b, compress(second, 9));
        for (int cut = 0; cut < stored.length; cut++) {
            var drained = drain(Arrays.copyOf(stored, cut));
            if (cut == a.length || cut == a.length + b.length) {
                assertThat(drained.damage()).as("cut between streams at " + cut).isNull();
                assertThat(drained.content()).isEqualTo(Drained.Content.of(first));
            } else {
                assertThat(drained.error()).as("cut to " + cut).hasMessageContaining("cut short");
            }
        }
        for (int bit = 0; bit < 8 * stored.length; bit++) {
            byte[] changed = stored.clone();
            changed[bit >>> 3] ^= (byte) (128 >>> (bit & 7));
            var drained = drain(changed);
            byte[] decoded = drained.content().bytes();
            if (drained.damage() == null) {
                assertThat(decoded).as("bit " + bit).isEqualTo(concat(first, second));
            } else {
                assertThat(drained.error().kind()).as("bit " + bit).isEqualTo(ErrorKind.DATA);
                assertThat(Arrays.mismatch(decoded, Arrays.copyOf(CONTENT, decoded.length)))
                        .as("bit " + bit)
                        .isEqualTo(-1);
            }
        }
    }

    @Test
    void anEmptyFileIsDamage() throws IOException {
        assertThat(drain(new byte[0]).error())
                .hasMessage(
                        "memory.bin: ends after 0 bytes inside the header of bzip2 stream 1 that"
                                + " begins at byte 0: the file was cut short; stopped; the first 0"
                                + " decoded bytes are verified; fetch the file again");
    }

    @Test
    void anotherFormatIsDamage() throws IOException {
        assertThat(drain(text(500, 1)).error())
                .hasMessageContaining("damaged at byte 0 of 500")
                .hasMessageContaining("found no header of a bzip2 stream");
    }
}
