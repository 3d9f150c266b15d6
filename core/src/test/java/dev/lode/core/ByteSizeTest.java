package dev.lode.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.Locale;
import java.util.Random;

class ByteSizeTest {
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};

    /// The same by the platform's own formatting.
    private static String slowly(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
    }

    @Test
    void oneDecimalAndAUnitAsThePlatformRounds() {
        assertThat(ByteSize.of(0)).hasToString("0 B");
        assertThat(ByteSize.of(1023)).hasToString("1023 B");
        assertThat(ByteSize.of(1024)).hasToString("1.0 KiB");
        assertThat(ByteSize.of(Long.MAX_VALUE)).hasToString("8192.0 PiB");
        var random = new Random(7);
        for (int i = 0; i < 100_000; i++) {
            long bytes = 1024 + (random.nextLong() >>> (1 + random.nextInt(52)));
            assertThat(ByteSize.of(bytes).toString())
                    .as("%d bytes", bytes)
                    .isEqualTo(slowly(bytes));
        }
    }
}
