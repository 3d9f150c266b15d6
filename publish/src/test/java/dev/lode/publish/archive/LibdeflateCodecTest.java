package dev.lode.publish.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.Inflater;

class LibdeflateCodecTest {
    private static final long SEED = Long.getLong("lode.seed", 20260630);

    @BeforeAll
    static void needsTheLibrary() {
        assumeTrue(Libdeflate.library().isPresent(), "libdeflate is not installed");
    }

    private static byte[] content(Random random, int kind) {
        int length = kind == 0 ? 1 + random.nextInt(20) : 1 + random.nextInt(300_000);
        var bytes = new byte[length];
        switch (kind) {
            case 0, 1 -> random.nextBytes(bytes);
            case 2 -> Arrays.fill(bytes, (byte) 'x');
            case 3 -> {
                for (int i = 0; i < length; i++) {
                    bytes[i] = (byte) ('a' + (int) (26 * Math.pow(random.nextDouble(), 3)));
                }
            }
            default -> {
                // Text that turns into noise and back: blocks of every kind in one stream.
                for (int i = 0; i < length; i++) {
                    bytes[i] =
                            (byte)
                                    ((i >> 14) % 2 == 0
                                            ? "the court of ".charAt(i % 13)
                                            : random.nextInt());
                }
            }
        }
        return bytes;
    }

    @Test
    void segmentsOneBehindTheOtherAreOneStreamAndEachStandsForItself() throws Exception {
        var random = new Random(SEED);
        for (int level : new int[] {1, 6, 9, 12}) {
            var raw = new ByteArrayOutputStream();
            var stream = new ByteRun();
            try (var codec = new LibdeflateCodec(level)) {
                for (int segment = 0; segment < 60; segment++) {
                    byte[] content = content(random, segment % 5);
                    raw.write(content);
                    int at = stream.length();
                    codec.press(content, content.length, stream);
                    assertThat(
                                    codec.unpress(
                                            stream.array(),
                                            at,
                                            stream.length() - at,
                                            content.length))
                            .as("seed " + SEED + " level " + level + " segment " + segment)
                            .isEqualTo(content);
                }
            }
            stream.add(3);
            stream.add(0);
            var inflater = new Inflater(true);
            inflater.setInput(stream.array(), 0, stream.length());
            var whole = new byte[raw.size()];
            int got = 0;
            while (got < whole.length) {
                got += inflater.inflate(whole, got, whole.length - got);
            }
            assertThat(inflater.inflate(new byte[1])).isZero();
            assertThat(inflater.finished()).isTrue();
            assertThat(inflater.getBytesRead()).isEqualTo(stream.length());
            inflater.end();
            assertThat(whole).isEqualTo(raw.toByteArray());
        }
    }
}
