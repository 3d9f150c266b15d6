package dev.lode.format.csv;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/// What is taken 64 bytes at a time is what [RecordScan] takes record by record.
class BlockScanTest {
    private static final String[] PIECES = {
        "\"",
        "\"",
        "\"",
        ",",
        ",",
        "\n",
        "\n",
        "\",\"",
        "\",\"",
        "\"\n\"",
        "\"\n\"",
        "a",
        "bcdefghi",
        "#",
        "-",
        "\r",
        "\r\n",
        "\\",
        "\\\"",
        "`",
        "\u00a2",
        "\u008a",
        "\u2c2c",
        "",
        "\u0b0b"
    };

    @RepeatedTest(400)
    void takesWhatTheOtherTakes(RepetitionInfo repetition) {
        var random = new Random(repetition.getCurrentRepetition());
        for (var escape : Dialect.Escape.values()) {
            for (int length : new int[] {40, 200, 2_000}) {
                compare(dialect(escape), soup(random, length), 1 + random.nextInt(3));
                compare(dialect(escape), nearlyStraight(random, length), 3);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Dialect.Escape.class)
    void takesEveryRecordWithoutOdditiesButThoseOfTheLastBlock(Dialect.Escape escape) {
        var line = "\"1\",,\"a,\n\u00e4\",-3,\"\"\n";
        byte[] bytes = line.repeat(500).getBytes(StandardCharsets.UTF_8);
        var blocks = new BlockScan(dialect(escape), 5, 1000);
        int end = run(blocks, bytes, 0, Integer.MAX_VALUE, new int[4]);
        assertThat(end).isGreaterThan(bytes.length - 2 * 64);
        assertThat(blocks.count()).isEqualTo(end / line.getBytes(StandardCharsets.UTF_8).length);
        assertThat(blocks.starts().length).isGreaterThan(blocks.count());
        assertThat(blocks.takeQuotedFields()).isEqualTo(3 * blocks.count());
        assertThat(blocks.takePlainFields()).isEqualTo(blocks.count());
        assertThat(blocks.takePlainFields()).isZero();
        assertThat(blocks.worthwhile()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Dialect.Escape.class)
    void takesNoRecordFromTheBoundaryOn(Dialect.Escape escape) {
        byte[] bytes = "\"1\",\"2\"\n".repeat(100).getBytes(StandardCharsets.UTF_8);
        for (int boundary : new int[] {1, 7, 8, 9, 64, 65}) {
            var blocks = new BlockScan(dialect(escape), 2, 1000);
            assertThat(run(blocks, bytes, 0, boundary, new int[64]))
                    .isEqualTo((boundary + 7) / 8 * 8);
        }
    }

    @ParameterizedTest
    @EnumSource(Dialect.Escape.class)
    void longFieldsAndOdditiesAreTriedLaterAndLater(Dialect.Escape escape) {
        byte[] text =
                ("\"" + "long ".repeat(1_000) + "\"\n").repeat(4).getBytes(StandardCharsets.UTF_8);
        var blocks = new BlockScan(dialect(escape), 1, 1 << 20);
        int[] asked = new int[3];
        for (int attempt = 0; attempt < 3; attempt++) {
            while (!blocks.worthwhile()) {
                asked[attempt]++;
            }
            int _ = run(blocks, text, 0, Integer.MAX_VALUE, new int[8]);
        }
        assertThat(asked).containsExactly(0, 1, 3);
    }

    private static Dialect dialect(Dialect.Escape escape) {
        return new Dialect((byte) ',', (byte) '"', escape, true, Dialect.NullRule.UNQUOTED_EMPTY);
    }

    private static byte[] soup(Random random, int length) {
        var text = new StringBuilder();
        while (text.length() < length) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString()
                .getBytes(
                        random.nextBoolean()
                                ? StandardCharsets.UTF_8
                                : StandardCharsets.ISO_8859_1);
    }

    private static byte[] nearlyStraight(Random random, int length) {
        byte[] bytes =
                "\"12\",\"a,\nb\",\n".repeat(length / 12 + 1).getBytes(StandardCharsets.UTF_8);
        for (int i = random.nextInt(4); i > 0; i--) {
            bytes[random.nextInt(bytes.length)] =
                    PIECES[random.nextInt(PIECES.length)].concat("x")
                            .getBytes(StandardCharsets.UTF_8)[0];
        }
        return bytes;
    }

    private static int run(BlockScan blocks, byte[] bytes, int from, int boundary, int[] starts) {
        byte[] padded = Arrays.copyOf(bytes, bytes.length + Swar.PADDING);
        return blocks.run(padded, from, bytes.length, boundary, starts, 0);
    }

    private static void compare(Dialect dialect, byte[] bytes, int fields) {
        byte[] padded = Arrays.copyOf(bytes, bytes.length + Swar.PADDING);
        var blocks = new BlockScan(dialect, fields, 500);
        var scan = new RecordScan(dialect);
        var rest = new RecordScan(dialect);
        int from = 0;
        int taken = 0;
        while (from < bytes.length) {
            int end = blocks.run(padded, from, bytes.length, Integer.MAX_VALUE, new int[1], 0);
            for (int record = 0; record < blocks.count(); record++) {
                assertThat(blocks.starts()[record]).isEqualTo(from);
                scan.begin(from);
                assertThat(scan.run(padded, bytes.length, true)).isEqualTo(RecordScan.Outcome.END);
                assertThat(scan.fields()).isEqualTo(fields);
                assertThat(scan.position() - from).isLessThanOrEqualTo(500);
                from = scan.position();
                taken++;
            }
            assertThat(end).isEqualTo(from);
            rest.begin(from);
            rest.run(padded, bytes.length, true);
            from = Math.max(from + 1, rest.position());
        }
        var expected = scan.evidence(taken);
        var seen = new RecordScan(dialect);
        seen.saw(blocks.takeQuotedFields(), blocks.takePlainFields());
        assertThat(seen.evidence(taken)).isEqualTo(expected);
    }
}
