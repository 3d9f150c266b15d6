package dev.lode.format.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lode.core.LodeException;
import dev.lode.format.csv.EncodeResult.NeedsText;
import dev.lode.format.csv.EncodeResult.Rejected;
import dev.lode.format.csv.TargetColumn.Kind;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

class RowEncoderTest {
    private static TargetColumn column(Kind kind) {
        return new TargetColumn("c", 0, kind, 0, false, null, false);
    }

    private static TargetColumn text(int maxChars) {
        return new TargetColumn("c", 0, Kind.TEXT, maxChars, false, null, false);
    }

    /// The only value of a table of one column, as a record of that dialect.
    private static RecordBatch one(Dialect dialect, String value) {
        return Csv.cut(Csv.line(dialect, List.of(value)), dialect, 1);
    }

    private static RecordBatch one(byte[] record) {
        return Csv.cut(record, Csv.DOUBLED, CutSettings.DEFAULT, 1).getFirst();
    }

    private static byte[] copied(RowEncoder encoder, RecordBatch batch) {
        var bytes = new ByteArrayOutputStream();
        var out = new CopyBuffer(bytes::write);
        for (int i = 0; i < batch.count(); i++) {
            assertThat(encoder.encode(batch, i, out)).isEqualTo(EncodeResult.ENCODED);
        }
        out.flush();
        assertThat(out.written()).isEqualTo(bytes.size());
        return bytes.toByteArray();
    }

    private static String copiedText(List<TargetColumn> columns, RecordBatch batch) {
        return new String(copied(new TextRowEncoder(columns), batch), UTF_8);
    }

    private static EncodeResult refused(RowEncoder encoder, RecordBatch batch) {
        var bytes = new ByteArrayOutputStream();
        var out = new CopyBuffer(bytes::write, 1);
        var result = encoder.encode(batch, 0, out);
        out.flush();
        assertThat(bytes.size()).as("nothing of a refused row is written").isZero();
        return result;
    }

    /// What COPY reads from one line of text format.
    private static List<String> uncopied(String line) {
        return List.of(line.split("\t", -1)).stream().map(RowEncoderTest::uncopiedField).toList();
    }

    private static String uncopiedField(String field) {
        if (field.equals("\\N")) {
            return "<null>";
        }
        var text = new StringBuilder();
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            text.append(
                    c != '\\'
                            ? c
                            : "\b\f\n\r\t\u000b\\".charAt("bfnrtv\\".indexOf(field.charAt(++i))));
        }
        return text.toString();
    }

    @Test
    void textEscapesWhatCopyGivesAMeaning() {
        var batch = one(Csv.BACKSLASH, "a\\b\nc\rd\te\bf\fg\u000bh\u0001i\"j");
        assertThat(copiedText(List.of(column(Kind.TEXT)), batch))
                .isEqualTo("a\\\\b\\nc\\rd\\te\\bf\\fg\\vh\u0001i\"j\n");
        assertThat(copiedText(List.of(column(Kind.TEXT)), one(Csv.DOUBLED, "\\N")))
                .isEqualTo("\\\\N\n");
        assertThat(copiedText(List.of(column(Kind.TEXT)), one(Csv.BACKSLASH, "\\.")))
                .isEqualTo("\\\\.\n");
        assertThat(copiedText(List.of(column(Kind.TEXT)), one(Csv.BACKSLASH, "<null>")))
                .isEqualTo("\\N\n");
        assertThat(copiedText(List.of(column(Kind.TEXT)), one(Csv.BACKSLASH, ""))).isEqualTo("\n");
    }

    @Test
    void columnsComeInTheTablesOrder() {
        var columns =
                List.of(
                        new TargetColumn("b", 1, Kind.TEXT, 0, false, null, false),
                        new TargetColumn("new", -1, Kind.TEXT, 0, true, "x\ty", false),
                        new TargetColumn("id", 0, Kind.INT4, 0, true, null, false),
                        new TargetColumn("gone", -1, Kind.TEXT, 0, false, null, false));
        var batch = Csv.cut("\"7\",\"b\",\"unused\"\n\"8\",,\n", Csv.BACKSLASH, 3);
        assertThat(copiedText(columns, batch)).isEqualTo("b\tx\\ty\t7\t\\N\n\\N\tx\\ty\t8\t\\N\n");
    }

    @Test
    void randomRecordsComeThroughBothFormatsInEveryDialect() {
        var columns =
                IntStream.range(0, 5)
                        .mapToObj(
                                i ->
                                        new TargetColumn(
                                                "c" + i,
                                                i,
                                                i == 0 ? Kind.INT8 : Kind.TEXT,
                                                0,
                                                false,
                                                null,
                                                false))
                        .toList();
        for (var dialect : List.of(Csv.DOUBLED, Csv.BACKSLASH, Csv.BACKTICK)) {
            var records = RandomRecords.of(new Random(11), 500, 5);
            var lines = new StringBuilder();
            records.forEach(record -> lines.append(Csv.line(dialect, record)));
            var batch = Csv.cut(lines.toString(), dialect, 5);
            var found = copiedText(columns, batch).lines().map(RowEncoderTest::uncopied).toList();
            assertThat(found).isEqualTo(records);

            var binary = ByteBuffer.wrap(copied(new BinaryRowEncoder(columns), batch));
            for (var record : records) {
                assertThat(binary.getShort()).isEqualTo((short) 5);
                assertThat(binary.getInt()).isEqualTo(8);
                assertThat(binary.getLong()).isEqualTo(Long.parseLong(record.getFirst()));
                for (var value : record.subList(1, 5)) {
                    assertThat(binaryText(binary)).isEqualTo(value);
                }
            }
            assertThat(binary.hasRemaining()).isFalse();
        }
    }

    /// Behind the last digit comes what does not belong to the number: a delimiter, a quote, the
    /// end of the file, or digits of the next field.
    @Test
    void integersOfEveryLengthComeThrough() {
        var random = new Random(3);
        for (var kind : List.of(Kind.INT2, Kind.INT4, Kind.INT8)) {
            var columns =
                    List.of(
                            new TargetColumn("a", 0, kind, 0, false, null, false),
                            new TargetColumn("b", 1, kind, 0, false, null, false));
            int bits = kind == Kind.INT2 ? 16 : kind == Kind.INT4 ? 32 : 64;
            for (int round = 0; round < 5000; round++) {
                long first = random.nextLong() >> (64 - bits + random.nextInt(bits));
                long second = random.nextLong() >> (64 - bits + random.nextInt(bits));
                String end = random.nextBoolean() ? "\n" : "";
                String record =
                        random.nextBoolean()
                                ? first + "," + second + end
                                : "\"" + first + "\",\"" + second + "\"" + end;
                var binary =
                        ByteBuffer.wrap(
                                copied(
                                        new BinaryRowEncoder(columns),
                                        Csv.cut(record, Csv.DOUBLED, 2)));
                assertThat(binary.getShort()).isEqualTo((short) 2);
                assertThat(binaryInteger(binary)).as(record).isEqualTo(first);
                assertThat(binaryInteger(binary)).as(record).isEqualTo(second);
                assertThat(binary.hasRemaining()).isFalse();
            }
        }
    }

    private static long binaryInteger(ByteBuffer binary) {
        return switch (binary.getInt()) {
            case 2 -> binary.getShort();
            case 4 -> binary.getInt();
            default -> binary.getLong();
        };
    }

    private static String binaryText(ByteBuffer binary) {
        int length = binary.getInt();
        if (length < 0) {
            return "<null>";
        }
        byte[] value = new byte[length];
        binary.get(value);
        return new String(value, UTF_8);
    }

    @Test
    void fieldsOfEveryLengthAroundABufferComeThrough() {
        var lengths =
                List.of(
                        0,
                        1,
                        7,
                        8,
                        9,
                        15,
                        16,
                        17,
                        1000,
                        32_703,
                        32_704,
                        32_736,
                        32_737,
                        65_472,
                        65_536,
                        128 << 10,
                        200_000,
                        (256 << 10) - 1,
                        256 << 10,
                        (8 << 20) + 1);
        for (int length : lengths) {
            for (String filler : List.of("x", "\n", "\\", "\"", "abcdefg\\", "é")) {
                if (length > 1 << 20 && !filler.equals("abcdefg\\")) {
                    continue;
                }
                for (var dialect : List.of(Csv.BACKSLASH, Csv.DOUBLED)) {
                    String value = filler.repeat(length / filler.length() + 1).substring(0, length);
                    var batch = one(dialect, value);
                    String line = copiedText(List.of(column(Kind.TEXT)), batch);
                    assertThat(line).endsWith("\n");
                    assertThat(uncopiedField(line.substring(0, line.length() - 1)).equals(value))
                            .as("%d times \"%s\", %s", length, filler, dialect)
                            .isTrue();
                    var binary =
                            ByteBuffer.wrap(
                                    copied(
                                            new BinaryRowEncoder(List.of(column(Kind.JSONB))),
                                            one(dialect, value + "{")));
                    binary.getShort();
                    assertThat(binary.getInt()).isEqualTo((value + "{").getBytes(UTF_8).length + 1);
                    assertThat(binary.get()).isEqualTo((byte) 1);
                    byte[] rest = new byte[binary.remaining()];
                    binary.get(rest);
                    assertThat(new String(rest, UTF_8).equals(value + "{"))
                            .as("binary: %d times \"%s\", %s", length, filler, dialect)
                            .isTrue();
                }
            }
        }
    }

    @Test
    void theSinkIsCalledBeforeAHugeRowIsComplete() {
        var sizes = new java.util.ArrayList<Integer>();
        var out = new CopyBuffer((bytes, offset, length) -> sizes.add(length));
        var batch = one(Csv.BACKSLASH, "line\n".repeat(1_000_000));
        assertThat(new TextRowEncoder(List.of(column(Kind.TEXT))).encode(batch, 0, out))
                .isEqualTo(EncodeResult.ENCODED);
        out.flush();
        assertThat(sizes).hasSizeGreaterThan(15);
        assertThat(sizes).allMatch(size -> size <= CopyBuffer.FLUSH_SIZE + CopyBuffer.SLACK);
    }

    @Test
    void aHugeRowThatIsWrongAtItsEndLeavesNoByte() {
        var columns =
                List.of(
                        new TargetColumn("body", 0, Kind.TEXT, 0, false, null, false),
                        new TargetColumn("id", 1, Kind.INT4, 0, false, null, false));
        var batch =
                Csv.cut("\"" + "text ".repeat(400_000) + "\",\"no number\"\n", Csv.BACKSLASH, 2);
        for (var encoder : List.of(new TextRowEncoder(columns), new BinaryRowEncoder(columns))) {
            assertThat(refused(encoder, batch))
                    .isEqualTo(new Rejected("id", "\"no number\" is not an integer"));
        }
    }

    @Test
    void binaryStreamsBeginAndEndAsTheServerWants() {
        var encoder = new BinaryRowEncoder(List.of(column(Kind.BOOLEAN)));
        var bytes = new ByteArrayOutputStream();
        var out = new CopyBuffer(bytes::write);
        encoder.begin(out);
        assertThat(encoder.encode(one(Csv.DOUBLED, "t"), 0, out)).isEqualTo(EncodeResult.ENCODED);
        assertThat(encoder.encode(one(Csv.DOUBLED, "<null>"), 0, out))
                .isEqualTo(EncodeResult.ENCODED);
        encoder.end(out);
        out.flush();
        assertThat(HexFormat.of().formatHex(bytes.toByteArray()))
                .isEqualTo(
                        "5047434f50590aff0d0a000000000000000000"
                                + "0001"
                                + "00000001"
                                + "01"
                                + "0001"
                                + "ffffffff"
                                + "ffff");
        assertThat(encoder.format()).isEqualTo("binary");
        assertThat(new TextRowEncoder(List.of()).format()).isEqualTo("text");
    }

    private static String binaryValue(Kind kind, String value) {
        byte[] row = copied(new BinaryRowEncoder(List.of(column(kind))), one(Csv.BACKSLASH, value));
        return HexFormat.of().formatHex(row, 6, row.length);
    }

    @Test
    void binaryValuesAreWhatTheServerReceives() {
        assertThat(binaryValue(Kind.INT2, "-2")).isEqualTo("fffe");
        assertThat(binaryValue(Kind.INT4, " +2147483647 ")).isEqualTo("7fffffff");
        assertThat(binaryValue(Kind.INT8, "-9223372036854775808")).isEqualTo("8000000000000000");
        assertThat(binaryValue(Kind.FLOAT4, "1.5")).isEqualTo("3fc00000");
        assertThat(binaryValue(Kind.FLOAT8, "-0.1")).isEqualTo("bfb999999999999a");
        assertThat(binaryValue(Kind.FLOAT8, "NaN")).isEqualTo("7ff8000000000000");
        assertThat(binaryValue(Kind.FLOAT8, "-Infinity")).isEqualTo("fff0000000000000");
        assertThat(binaryValue(Kind.FLOAT8, "-0")).isEqualTo("8000000000000000");
        assertThat(binaryValue(Kind.BOOLEAN, "t")).isEqualTo("01");
        assertThat(binaryValue(Kind.BOOLEAN, " OFF ")).isEqualTo("00");
        assertThat(binaryValue(Kind.DATE, "2000-01-01")).isEqualTo("00000000");
        assertThat(binaryValue(Kind.DATE, "1999-12-31")).isEqualTo("ffffffff");
        assertThat(binaryValue(Kind.DATE, "infinity")).isEqualTo("7fffffff");
        assertThat(binaryValue(Kind.TIMESTAMPTZ, "2000-01-01 00:00:01.000002+00"))
                .isEqualTo("00000000000f4242");
        assertThat(binaryValue(Kind.TIMESTAMP, "-infinity")).isEqualTo("8000000000000000");
        assertThat(binaryValue(Kind.UUID, "{00112233-4455-6677-8899-AABBCCDDEEFF}"))
                .isEqualTo("00112233445566778899aabbccddeeff");
        assertThat(binaryValue(Kind.BYTEA, "\\x00FFab")).isEqualTo("00ffab");
        assertThat(binaryValue(Kind.BYTEA, "\\x")).isEmpty();
        assertThat(binaryValue(Kind.BYTEA, "plain")).isEqualTo("706c61696e");
        assertThat(binaryValue(Kind.JSON, "{\"a\":1}")).isEqualTo("7b2261223a317d");
        assertThat(binaryValue(Kind.JSONB, "{}")).isEqualTo("017b7d");
        assertThat(binaryValue(Kind.TEXT, "\\\"é")).isEqualTo("5c22c3a9");
    }

    @Test
    void byteaIsReadInEveryDialectAndAnyLength() {
        String hex = "0123456789abcdef".repeat(20_000);
        for (var dialect : List.of(Csv.DOUBLED, Csv.BACKSLASH, Csv.BACKTICK)) {
            byte[] row =
                    copied(
                            new BinaryRowEncoder(List.of(column(Kind.BYTEA))),
                            one(dialect, "\\x" + hex));
            assertThat(HexFormat.of().formatHex(row, 6, row.length)).isEqualTo(hex);
        }
        byte[] unquoted =
                copied(
                        new BinaryRowEncoder(List.of(column(Kind.BYTEA))),
                        Csv.cut("\\x4142\n", Csv.BACKSLASH, 1));
        assertThat(new String(unquoted, 6, 2, ISO_8859_1)).isEqualTo("AB");
    }

    private static String reason(Kind kind, String value) {
        var batch = one(Csv.BACKSLASH, value);
        var result = refused(new TextRowEncoder(List.of(column(kind))), batch);
        if (BinaryRowEncoder.supports(List.of(column(kind)))) {
            assertThat(refused(new BinaryRowEncoder(List.of(column(kind))), batch))
                    .isEqualTo(result);
        }
        assertThat(result).isInstanceOf(Rejected.class);
        return ((Rejected) result).reason();
    }

    @Test
    void wrongValuesAreRejectedWithASentence() {
        assertThat(reason(Kind.INT2, "32768"))
                .isEqualTo("column c: \"32768\" is out of range for smallint");
        assertThat(reason(Kind.INT4, "-2147483649")).endsWith("is out of range for integer");
        assertThat(reason(Kind.INT8, "9223372036854775808")).endsWith("is out of range for bigint");
        assertThat(reason(Kind.INT8, "99999999999999999999999999"))
                .endsWith("is out of range for bigint");
        assertThat(reason(Kind.INT4, "")).isEqualTo("column c: \"\" is not an integer");
        assertThat(reason(Kind.INT4, "1.0")).endsWith("\"1.0\" is not an integer");
        assertThat(reason(Kind.INT4, "1\"2\n"))
                .isEqualTo("column c: \"1\"2\\n\" is not an integer");
        assertThat(reason(Kind.BOOLEAN, "o")).endsWith("\"o\" is not a boolean");
        assertThat(reason(Kind.BOOLEAN, "truex")).endsWith("is not a boolean");
        assertThat(reason(Kind.DATE, "2021-02-30"))
                .isEqualTo("column c: \"2021-02-30\" is not a date");
        assertThat(reason(Kind.DATE, "2021-13-01")).endsWith("is not a date");
        assertThat(reason(Kind.DATE, "0000-01-01")).endsWith("is not a date");
        assertThat(reason(Kind.TIMESTAMPTZ, "1900-02-29 00:00:00+00"))
                .endsWith("is not a timestamp");
        assertThat(reason(Kind.TIMESTAMP, "2021-01-01 25:00:00")).endsWith("is not a timestamp");
        assertThat(reason(Kind.TIMESTAMPTZ, "2021-01-01 00:00:00+16"))
                .endsWith("is not a timestamp");
        assertThat(reason(Kind.FLOAT8, "1e400")).endsWith("is out of range for double precision");
        assertThat(reason(Kind.FLOAT4, "1e-60")).endsWith("is out of range for real");
        assertThat(reason(Kind.FLOAT8, "1e")).endsWith("is not a number");
        assertThat(reason(Kind.NUMERIC, "twelve")).endsWith("is not a number");
        assertThat(reason(Kind.UUID, "00112233-4455-6677-8899-aabbccddeef"))
                .endsWith("is not a UUID");
        assertThat(reason(Kind.BYTEA, "\\x0")).endsWith("is not bytea in hexadecimal");
        assertThat(reason(Kind.JSONB, " ")).endsWith("is not JSON");
        assertThat(reason(Kind.INT4, "x".repeat(100)))
                .isEqualTo("column c: \"" + "x".repeat(60) + "…\" is not an integer");
    }

    @Test
    void bytesThatAreNoTextAreRejectedInEveryKind() {
        byte[][] wrong = {
            {'a', (byte) 0xff},
            {(byte) 0xc0, (byte) 0x80},
            {(byte) 0xe0, (byte) 0x80, (byte) 0x80},
            {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
            {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
            {(byte) 0xf0, (byte) 0x8f, (byte) 0xbf, (byte) 0xbf},
            {(byte) 0xe2, (byte) 0x80},
            {(byte) 0x80}
        };
        for (byte[] value : wrong) {
            for (boolean quoted : new boolean[] {true, false}) {
                var record = new ByteArrayOutputStream();
                record.writeBytes(quoted ? new byte[] {'"'} : new byte[0]);
                record.writeBytes(value);
                record.writeBytes((quoted ? "\"\n" : "\n").getBytes(UTF_8));
                for (var kind : List.of(Kind.TEXT, Kind.INT4, Kind.OTHER, Kind.JSON)) {
                    assertThat(
                                    refused(
                                            new TextRowEncoder(List.of(column(kind))),
                                            one(record.toByteArray())))
                            .isInstanceOfSatisfying(
                                    Rejected.class,
                                    rejected ->
                                            assertThat(rejected.problem())
                                                    .startsWith("not UTF-8: 0x"));
                }
            }
        }
        assertThat(
                        refused(
                                new TextRowEncoder(List.of(column(Kind.TEXT))),
                                one(wrong(new byte[] {'a', (byte) 0xff}))))
                .isEqualTo(new Rejected("c", "not UTF-8: 0xff at byte 1 of the value"));
        assertThat(
                        refused(
                                new TextRowEncoder(List.of(column(Kind.TEXT))),
                                one(wrong(new byte[] {'a', 'b', 0}))))
                .isEqualTo(new Rejected("c", "NUL byte at byte 2 of the value"));
    }

    private static byte[] wrong(byte[] value) {
        var record = new ByteArrayOutputStream();
        record.write('"');
        record.writeBytes(value);
        record.writeBytes("\"\n".getBytes(UTF_8));
        return record.toByteArray();
    }

    @Test
    void everyCharacterIsText() {
        for (int codePoint :
                new int[] {
                    1, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff, 0x2028
                }) {
            String value = "some text " + Character.toString(codePoint);
            assertThat(copiedText(List.of(column(Kind.TEXT)), one(Csv.BACKSLASH, value)))
                    .isEqualTo(value + "\n");
        }
    }

    @Test
    void aBadByteInAFieldThatNoColumnTakesIsNoReject() {
        byte[] record = {'1', ',', (byte) 0xff, '\n'};
        var batch = Csv.cut(record, Csv.DOUBLED, CutSettings.DEFAULT, 2).getFirst();
        assertThat(copiedText(List.of(column(Kind.INT4)), batch)).isEqualTo("1\n");
    }

    @Test
    void lengthsAreCountedInCharactersAndTrailingSpacesMayExceedThem() {
        assertThat(copiedText(List.of(text(3)), one(Csv.BACKSLASH, "é😀\""))).isEqualTo("é😀\"\n");
        assertThat(copiedText(List.of(text(3)), one(Csv.BACKSLASH, "é😀\"   ")))
                .isEqualTo("é😀\"   \n");
        assertThat(refused(new TextRowEncoder(List.of(text(3))), one(Csv.BACKSLASH, "é😀\"x")))
                .isEqualTo(new Rejected("c", "4 characters, at most 3 fit: \"é😀\"x\""));
        assertThat(refused(new TextRowEncoder(List.of(text(3))), one(Csv.BACKSLASH, "abc x")))
                .isInstanceOf(Rejected.class);
        assertThat(refused(new TextRowEncoder(List.of(text(3))), one(Csv.BACKSLASH, "abc\t ")))
                .isInstanceOf(Rejected.class);
    }

    private static TargetColumn nullable(Kind kind, boolean notNull, @Nullable String fill) {
        return new TargetColumn("c", 0, kind, 0, notNull, fill, fill != null);
    }

    @Test
    void nullsFollowTheDialectAndTheColumn() {
        var ambiguous =
                new Dialect(
                        (byte) ',',
                        (byte) '"',
                        Dialect.Escape.DOUBLED,
                        false,
                        Dialect.NullRule.AMBIGUOUS_EMPTY);
        var strict = Csv.DOUBLED;
        var isNull = new Rejected("c", "NULL in a column that is NOT NULL");
        assertThat(copiedText(List.of(nullable(Kind.TEXT, false, null)), Csv.cut("\n", strict, 1)))
                .isEqualTo("\\N\n");
        assertThat(
                        copiedText(
                                List.of(nullable(Kind.TEXT, false, null)),
                                Csv.cut("\"\"\n", strict, 1)))
                .isEqualTo("\n");
        assertThat(
                        copiedText(
                                List.of(nullable(Kind.TEXT, true, null)),
                                Csv.cut("\"\"\n", strict, 1)))
                .isEqualTo("\n");
        assertThat(
                        refused(
                                new TextRowEncoder(List.of(nullable(Kind.TEXT, true, null))),
                                Csv.cut("\n", strict, 1)))
                .isEqualTo(isNull);
        assertThat(copiedText(List.of(nullable(Kind.TEXT, true, "f")), Csv.cut("\n", strict, 1)))
                .isEqualTo("f\n");
        assertThat(
                        copiedText(
                                List.of(nullable(Kind.TEXT, true, "f")),
                                Csv.cut("\"\"\n", strict, 1)))
                .isEqualTo("\n");
        for (String empty : List.of("\n", "\"\"\n")) {
            assertThat(
                            copiedText(
                                    List.of(nullable(Kind.TEXT, false, null)),
                                    Csv.cut(empty, ambiguous, 1)))
                    .isEqualTo("\\N\n");
            assertThat(
                            copiedText(
                                    List.of(nullable(Kind.TEXT, true, null)),
                                    Csv.cut(empty, ambiguous, 1)))
                    .isEqualTo("\n");
            assertThat(
                            copiedText(
                                    List.of(nullable(Kind.INT4, false, null)),
                                    Csv.cut(empty, ambiguous, 1)))
                    .isEqualTo("\\N\n");
            assertThat(
                            copiedText(
                                    List.of(nullable(Kind.INT4, true, "0")),
                                    Csv.cut(empty, ambiguous, 1)))
                    .isEqualTo("0\n");
            assertThat(
                            refused(
                                    new TextRowEncoder(List.of(nullable(Kind.INT4, true, null))),
                                    Csv.cut(empty, ambiguous, 1)))
                    .isEqualTo(isNull);
        }
    }

    @Test
    void unusualFormsGoToTheServerAsText() {
        var unusual =
                List.of(
                        new String[] {"DATE", "January 8, 1999"},
                        new String[] {"DATE", "44-03-15 BC"},
                        new String[] {"TIMESTAMPTZ", "2021-01-01 00:00:00"},
                        new String[] {"TIMESTAMPTZ", "2021-01-01 00:00:00 Europe/Berlin"},
                        new String[] {"TIMESTAMP", "2021-01-01 00:00:00.1234567"},
                        new String[] {"TIMESTAMP", "2021-01-01 24:00:00"},
                        new String[] {"INT4", "0x1F"},
                        new String[] {"INT4", "1_000"},
                        new String[] {"FLOAT8", "0x1p3"},
                        new String[] {"BYTEA", "\\x00 ff"},
                        new String[] {"BYTEA", "\\000"});
        for (var pair : unusual) {
            var kind = Kind.valueOf(pair[0]);
            var batch = one(Csv.DOUBLED, pair[1]);
            assertThat(copiedText(List.of(column(kind)), batch))
                    .isEqualTo(pair[1].replace("\\", "\\\\") + "\n");
            assertThat(refused(new BinaryRowEncoder(List.of(column(kind))), batch))
                    .isEqualTo(new NeedsText("c", "\"" + pair[1] + "\""));
        }
    }

    /// Files that do not tell NULL from the empty string are always read the careful way.
    @Test
    void fixedFormsAreReadAlikeTheStraightAndTheCarefulWay() {
        var careful =
                new Dialect(
                        (byte) ',',
                        (byte) '"',
                        Dialect.Escape.DOUBLED,
                        false,
                        Dialect.NullRule.AMBIGUOUS_EMPTY);
        var forms =
                List.of(
                        "2024-02-29",
                        "1900-02-29",
                        "0001-01-01 00:00:00",
                        "9999-12-31 23:59:59.999999+00",
                        "1999-12-31 23:59:60+00",
                        "2021-06-30 24:00:00",
                        "2021-06-30 12:30:59.5+00",
                        "2021-06-30 12:30:59.1234567+00",
                        "32767",
                        "-32768",
                        "32768",
                        "999999999",
                        "2147483648",
                        "-0012",
                        "9223372036854775807");
        var odd = "0129-+ :.TZx,\u00e9";
        var random = new Random(8);
        for (int i = 0; i < 1_500; i++) {
            var value = new StringBuilder(forms.get(random.nextInt(forms.size())));
            for (int edits = random.nextInt(3); edits > 0 && !value.isEmpty(); edits--) {
                int at = random.nextInt(value.length());
                switch (random.nextInt(3)) {
                    case 0 -> value.deleteCharAt(at);
                    case 1 -> value.insert(at, odd.charAt(random.nextInt(odd.length())));
                    default -> value.setCharAt(at, odd.charAt(random.nextInt(odd.length())));
                }
            }
            if (value.isEmpty()) {
                continue;
            }
            for (var kind :
                    List.of(
                            Kind.INT2,
                            Kind.INT4,
                            Kind.INT8,
                            Kind.DATE,
                            Kind.TIMESTAMP,
                            Kind.TIMESTAMPTZ)) {
                assertThat(binaryOrRefusal(kind, Csv.DOUBLED, value.toString()))
                        .as("%s %s", kind, value)
                        .isEqualTo(binaryOrRefusal(kind, careful, value.toString()));
            }
        }
    }

    private static String binaryOrRefusal(Kind kind, Dialect dialect, String value) {
        var bytes = new ByteArrayOutputStream();
        var out = new CopyBuffer(bytes::write);
        var encoder = new BinaryRowEncoder(List.of(column(kind)));
        var result = encoder.encode(one(dialect, value), 0, out);
        out.flush();
        return result + HexFormat.of().formatHex(bytes.toByteArray());
    }

    @Test
    void aRowThatIsBothUnusualAndWrongIsWrong() {
        var columns =
                List.of(
                        new TargetColumn("a", 0, Kind.DATE, 0, false, null, false),
                        new TargetColumn("b", 1, Kind.INT4, 0, false, null, false));
        assertThat(refused(new BinaryRowEncoder(columns), Csv.cut("yesterday,x\n", Csv.DOUBLED, 2)))
                .isEqualTo(new Rejected("b", "\"x\" is not an integer"));
    }

    @Test
    void binaryKnowsWhatItCannotDo() {
        assertThat(BinaryRowEncoder.supports(List.of(column(Kind.TEXT), column(Kind.JSONB))))
                .isTrue();
        assertThat(BinaryRowEncoder.supports(List.of(column(Kind.TEXT), column(Kind.NUMERIC))))
                .isFalse();
        assertThat(BinaryRowEncoder.supports(List.of(column(Kind.OTHER)))).isFalse();
        assertThat(BinaryRowEncoder.supports(List.of(nullable(Kind.DATE, true, "today"))))
                .isFalse();
        assertThat(BinaryRowEncoder.supports(List.of(nullable(Kind.DATE, true, "1970-01-01"))))
                .isTrue();
        assertThatThrownBy(() -> new BinaryRowEncoder(List.of(column(Kind.NUMERIC))))
                .isInstanceOf(LodeException.class);
    }

    @Test
    void aFillThatIsNoValueOfItsColumnIsRefusedAtOnce() {
        assertThatThrownBy(() -> new TextRowEncoder(List.of(nullable(Kind.INT4, true, "none"))))
                .isInstanceOf(LodeException.class)
                .hasMessage("column c: fill \"none\" is not an integer");
        byte[] filled =
                copied(
                        new BinaryRowEncoder(List.of(nullable(Kind.JSONB, true, "[]"))),
                        Csv.cut("\n", Csv.DOUBLED, 1));
        assertThat(HexFormat.of().formatHex(filled)).isEqualTo("0001" + "00000003" + "01" + "5b5d");
    }

    @Test
    void damagedRecordsAreNotEncoded() {
        var batch = Csv.cut("1,2\n", Csv.DOUBLED, 1);
        assertThat(batch.isBad(0)).isTrue();
        assertThatThrownBy(
                        () ->
                                new TextRowEncoder(List.of(column(Kind.INT4)))
                                        .encode(batch, 0, new CopyBuffer((b, o, l) -> {})))
                .isInstanceOf(LodeException.class)
                .hasMessageContaining("is damaged");
    }
}
