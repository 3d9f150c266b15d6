package dev.lode.format.csv;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.Random;

class SwarTest {
    @Test
    void digitsAreReadUpToWhateverElseFollows() {
        var random = new Random(7);
        for (int count = 1; count <= Long.BYTES; count++) {
            for (int other = 0; other < 256; other++) {
                if (other >= '0' && other <= '9') {
                    continue;
                }
                var bytes = new byte[Long.BYTES + 1];
                random.nextBytes(bytes);
                int number = random.nextInt((int) Math.pow(10, count));
                var digits =
                        ("%0" + count + "d").formatted(number).getBytes(StandardCharsets.US_ASCII);
                System.arraycopy(digits, 0, bytes, 0, count);
                bytes[count] = (byte) other;
                long eight = Swar.load(bytes, 0);
                long others = Swar.notDigits(eight);
                if (count == Long.BYTES) {
                    assertThat(others).isZero();
                } else {
                    assertThat(Swar.first(others))
                            .describedAs("%d before %d", count, other)
                            .isEqualTo(count);
                }
                assertThat(Swar.number(eight, count)).isEqualTo(number);
            }
        }
    }
}
