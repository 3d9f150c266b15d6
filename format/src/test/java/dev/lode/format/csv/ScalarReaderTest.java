package dev.lode.format.csv;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lode.format.csv.ScalarReader.Reading;
import dev.lode.format.csv.TargetColumn.Kind;

import org.junit.jupiter.api.Test;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Random;

class ScalarReaderTest {
    private final ScalarReader reader = new ScalarReader();

    private Reading read(Kind kind, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return reader.read(kind, bytes, 0, bytes.length);
    }

    private long value(Kind kind, String text) {
        assertThat(read(kind, text)).as("%s %s", kind, text).isEqualTo(Reading.SOUND);
        return reader.value();
    }

    @Test
    void everyDayOfFourHundredYearsIsCountedAsJavaCountsIt() {
        var epoch = LocalDate.of(2000, 1, 1);
        for (var day = LocalDate.of(1799, 12, 1); day.getYear() < 2201; day = day.plusDays(1)) {
            assertThat(value(Kind.DATE, day.toString()))
                    .isEqualTo(ChronoUnit.DAYS.between(epoch, day));
            var tooFar = day.getDayOfMonth() == day.lengthOfMonth() ? day.getDayOfMonth() + 1 : 32;
            assertThat(read(Kind.DATE, day.toString().substring(0, 8) + tooFar))
                    .isEqualTo(Reading.WRONG);
        }
        for (String edge : List.of("0001-01-01", "9999-12-31")) {
            assertThat(value(Kind.DATE, edge))
                    .isEqualTo(ChronoUnit.DAYS.between(epoch, LocalDate.parse(edge)));
        }
    }

    @Test
    void timestampsAreCountedAsJavaCountsThem() {
        var random = new Random(5);
        var format = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);
        var epoch = LocalDateTime.of(2000, 1, 1, 0, 0);
        for (int i = 0; i < 5_000; i++) {
            var local = epoch.plusSeconds(random.nextLong(-40_000_000_000L, 100_000_000_000L));
            int digits = random.nextInt(7);
            int fraction = digits == 0 ? 0 : random.nextInt((int) Math.pow(10, digits));
            String text = format.format(local);
            if (digits > 0) {
                text += "." + String.format(Locale.ROOT, "%0" + digits + "d", fraction);
                local = local.plusNanos(1_000L * fraction * (long) Math.pow(10, 6 - digits));
            }
            long expected = ChronoUnit.MICROS.between(epoch, local);
            assertThat(value(Kind.TIMESTAMP, text)).isEqualTo(expected);
            assertThat(value(Kind.TIMESTAMP, text.replace(' ', 'T') + "+05:30"))
                    .isEqualTo(expected);
            assertThat(value(Kind.DATE, text)).isEqualTo(Math.floorDiv(expected, 86_400_000_000L));
            int minutes = random.nextInt(-15 * 60, 15 * 60 + 1);
            var offset = ZoneOffset.ofTotalSeconds(minutes * 60);
            String sign = minutes < 0 ? "-" : "+";
            String zone =
                    String.format(
                            Locale.ROOT,
                            "%s%02d:%02d",
                            sign,
                            Math.abs(minutes) / 60,
                            Math.abs(minutes) % 60);
            long utc =
                    ChronoUnit.MICROS.between(
                            epoch.atOffset(ZoneOffset.UTC), OffsetDateTime.of(local, offset));
            assertThat(value(Kind.TIMESTAMPTZ, text + zone)).isEqualTo(utc);
            assertThat(value(Kind.TIMESTAMPTZ, text + zone.replace(":", ""))).isEqualTo(utc);
            assertThat(value(Kind.TIMESTAMPTZ, text + "Z")).isEqualTo(expected);
            assertThat(value(Kind.TIMESTAMPTZ, text + "-03"))
                    .isEqualTo(expected + 3 * 3_600_000_000L);
        }
    }

    @Test
    void shortFormsOfIsoAreRead() {
        assertThat(value(Kind.DATE, "2000-1-2")).isEqualTo(1);
        assertThat(value(Kind.TIMESTAMP, "2000-01-02")).isEqualTo(86_400_000_000L);
        assertThat(value(Kind.TIMESTAMP, "2000-01-01 00:01")).isEqualTo(60_000_000);
        assertThat(value(Kind.TIMESTAMPTZ, "2000-01-01 00:00:00+00:00:10")).isEqualTo(-10_000_000);
    }

    @Test
    void whatIsNotIsoIsLeftToTheServer() {
        for (String text :
                List.of(
                        "now",
                        "20210230",
                        "2021-060",
                        "1/8/1999",
                        "2021-02-30 BC",
                        "12021-01-01",
                        "2021-01-01  10:00:00+00",
                        "2021-01-01 10:00:00 +00",
                        "2021-01-01 1:00:00+00",
                        "2021-01-01 10:00:00 PM",
                        "2021-01-01 10:00:60+00",
                        " 2021-01-01",
                        "2021-01-011")) {
            for (var kind : List.of(Kind.DATE, Kind.TIMESTAMP, Kind.TIMESTAMPTZ)) {
                assertThat(read(kind, text)).as("%s %s", kind, text).isEqualTo(Reading.UNKNOWN);
            }
        }
        for (String text :
                List.of(
                        "",
                        " ",
                        "2021-00-01",
                        "2021-04-31",
                        "2021-01-01 10:60:00+00",
                        "2021-01-01 10:00:61+00")) {
            for (var kind : List.of(Kind.DATE, Kind.TIMESTAMP, Kind.TIMESTAMPTZ)) {
                assertThat(read(kind, text)).as("%s %s", kind, text).isEqualTo(Reading.WRONG);
            }
        }
    }

    @Test
    void numbersAreReadAsJavaReadsThem() {
        var random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            String text =
                    switch (random.nextInt(5)) {
                        case 0 -> Double.toString(Double.longBitsToDouble(random.nextLong()));
                        case 1 -> Float.toString(Float.intBitsToFloat(random.nextInt()));
                        case 2 -> random.nextLong() + "." + random.nextInt(1_000_000);
                        case 3 ->
                                (random.nextInt(2_000_000) - 1_000_000)
                                        + "e"
                                        + (random.nextInt(40) - 20);
                        default -> String.format(Locale.ROOT, "%.6f", random.nextGaussian() * 1000);
                    };
            double wide = Double.parseDouble(text);
            var reading = read(Kind.FLOAT8, text);
            if (reading == Reading.SOUND) {
                assertThat(reader.value()).as(text).isEqualTo(Double.doubleToLongBits(wide));
            } else {
                assertThat(reading).as(text).isEqualTo(Reading.OUT_OF_RANGE);
            }
            float narrow = Float.parseFloat(text);
            reading = read(Kind.FLOAT4, text);
            if (reading == Reading.SOUND) {
                assertThat((int) reader.value()).as(text).isEqualTo(Float.floatToIntBits(narrow));
            } else {
                assertThat(reading).as(text).isEqualTo(Reading.OUT_OF_RANGE);
                assertThat(narrow == 0 || Float.isInfinite(narrow)).as(text).isTrue();
            }
        }
    }

    @Test
    void integersAreReadToTheirLimits() {
        assertThat(value(Kind.INT2, "-32768")).isEqualTo(Short.MIN_VALUE);
        assertThat(read(Kind.INT2, "-32769")).isEqualTo(Reading.OUT_OF_RANGE);
        assertThat(value(Kind.INT4, "\t2147483647\n")).isEqualTo(Integer.MAX_VALUE);
        assertThat(read(Kind.INT4, "2147483648")).isEqualTo(Reading.OUT_OF_RANGE);
        assertThat(value(Kind.INT8, "9223372036854775807")).isEqualTo(Long.MAX_VALUE);
        assertThat(read(Kind.INT8, "-9223372036854775809")).isEqualTo(Reading.OUT_OF_RANGE);
        assertThat(value(Kind.INT8, "-0000000000000000000000000000001")).isEqualTo(-1);
        for (String text : List.of("", " ", "-", "+", "1 2", "1.0", "1e3", "--1", "_1", "a")) {
            assertThat(read(Kind.INT4, text)).as(text).isEqualTo(Reading.WRONG);
        }
        for (String text : List.of("0x1f", "-0b11", "0o17", "1_000")) {
            assertThat(read(Kind.INT4, text)).as(text).isEqualTo(Reading.UNKNOWN);
        }
    }

    @Test
    void booleansAreTheWordsOfTheServerAndTheirBeginnings() {
        for (String text : List.of("t", "TRUE", "tr", "y", "Yes", "on", "1", " true ")) {
            assertThat(value(Kind.BOOLEAN, text)).as(text).isEqualTo(1);
        }
        for (String text : List.of("f", "False", "fals", "n", "no", "of", "OFF", "0")) {
            assertThat(value(Kind.BOOLEAN, text)).as(text).isZero();
        }
        for (String text : List.of("", " ", "o", "tt", "2", "10", "nope", "T_", "\u0014rue")) {
            assertThat(read(Kind.BOOLEAN, text)).as(text).isEqualTo(Reading.WRONG);
        }
    }

    @Test
    void uuidsAreReadWithAndWithoutHyphensAndBraces() {
        for (String text :
                List.of(
                        "00112233-4455-6677-8899-aabbccddeeff",
                        "00112233445566778899AABBCCDDEEFF",
                        "{0011-2233-4455-6677-8899-aabb-ccdd-eeff}")) {
            assertThat(value(Kind.UUID, text)).isEqualTo(0x0011223344556677L);
            assertThat(reader.low()).isEqualTo(0x8899aabbccddeeffL);
        }
        for (String text :
                List.of(
                        "",
                        "{00112233-4455-6677-8899-aabbccddeeff",
                        "00112233-4455-6677-8899-aabbccddeeff-",
                        "001-12233-4455-6677-8899-aabbccddeeff",
                        " 00112233-4455-6677-8899-aabbccddeeff",
                        "g0112233-4455-6677-8899-aabbccddeeff")) {
            assertThat(read(Kind.UUID, text)).as(text).isEqualTo(Reading.WRONG);
        }
    }

    @Test
    void decimalsAreNumbersWhateverTheirLength() {
        for (String text :
                List.of("1", "-1.5", ".5", "5.", "1e5", "+1.0E-3", "9".repeat(300), " 7 ", "NaN")) {
            assertThat(read(Kind.NUMERIC, text)).as(text).isIn(Reading.SOUND, Reading.UNKNOWN);
        }
        for (String text : List.of("", ".", "e5", "1e", "1,000", "$5", "1 2", "--1")) {
            assertThat(read(Kind.NUMERIC, text)).as(text).isEqualTo(Reading.WRONG);
        }
        for (String text : List.of("Infinity", "1e 5", "0x1F", "1_000")) {
            assertThat(read(Kind.NUMERIC, text)).as(text).isEqualTo(Reading.UNKNOWN);
        }
    }
}
