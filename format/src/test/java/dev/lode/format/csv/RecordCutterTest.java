package dev.lode.format.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lode.core.LodeException;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.List;
import java.util.Random;

class RecordCutterTest {
    private static List<List<String>> values(String text, Dialect dialect, int fields) {
        return Csv.values(Csv.cut(text.getBytes(UTF_8), dialect, CutSettings.DEFAULT, fields));
    }

    @Test
    void recordsEndWithLfOrCrlfOrTheInput() {
        assertThat(values("a,b\nc,d\r\n\"e\",\"f\"\r\n\"g\",\"h\"\ni,j", Csv.DOUBLED, 2))
                .containsExactly(
                        List.of("a", "b"),
                        List.of("c", "d"),
                        List.of("e", "f"),
                        List.of("g", "h"),
                        List.of("i", "j"));
    }

    @Test
    void aLoneCarriageReturnIsAByteOfTheValue() {
        assertThat(values("\"a\rb\",c\rd\n", Csv.DOUBLED, 2))
                .containsExactly(List.of("a\rb", "c\rd"));
    }

    @Test
    void eachDialectUndoesItsOwnEscapes() {
        assertThat(values("\"say \"\"hi\"\" \\ \",\"\"\"\"\n", Csv.DOUBLED, 2))
                .containsExactly(List.of("say \"hi\" \\ ", "\""));
        assertThat(values("\"say \\\"hi\\\" \\\\ \\n\",\"\\\"\"\n", Csv.BACKSLASH, 2))
                .containsExactly(List.of("say \"hi\" \\ \\n", "\""));
        assertThat(values("`say \"hi\" ```,``\n", Csv.BACKTICK, 2))
                .containsExactly(List.of("say \"hi\" `", ""));
    }

    @Test
    void aBackslashOutsideQuotesIsAnOrdinaryByte() {
        assertThat(values("\\,a\\\\b\n", Csv.BACKSLASH, 2))
                .containsExactly(List.of("\\", "a\\\\b"));
    }

    @Test
    void nothingBetweenDelimitersAndTwoQuotesAreToldApart() {
        var batch = Csv.cut(",\"\",\n", Csv.BACKSLASH, 3);
        assertThat(batch.field(0, 0).unquotedEmpty()).isTrue();
        assertThat(batch.field(0, 1).unquotedEmpty()).isFalse();
        assertThat(batch.field(0, 2).unquotedEmpty()).isTrue();
    }

    @Test
    void headerGivesNamesAndItsRecordIsNotCounted() throws IOException {
        var cutter =
                RecordCutter.withHeader(
                        new BytesDecoder(
                                "\ufeffid,\"a \"\"name\"\"\",\r\n1,2,3\r\n".getBytes(UTF_8)),
                        Csv.DOUBLED,
                        CutSettings.DEFAULT);
        assertThat(cutter.readHeader()).containsExactly("id", "a \"name\"", "");
        var batch = Csv.all(cutter).getFirst();
        assertThat(batch.firstRecord()).isZero();
        assertThat(batch.offset()).isEqualTo(21);
        assertThat(batch.offset(0)).isEqualTo(21);
        assertThat(batch.endOffset()).isEqualTo(28);
        assertThat(batch.endRecord()).isEqualTo(1);
    }

    @Test
    void anEmptyInputHasNoHeaderAndNoRecords() throws IOException {
        var cutter =
                RecordCutter.withHeader(
                        new BytesDecoder(new byte[0]), Csv.DOUBLED, CutSettings.DEFAULT);
        assertThat(cutter.readHeader()).isEmpty();
        assertThat(cutter.next()).isEmpty();
        assertThat(Csv.cut(new byte[0], Csv.DOUBLED, CutSettings.DEFAULT, 2)).isEmpty();
    }

    @Test
    void aDamagedHeaderIsAnErrorThatNamesThePlace() {
        var stray =
                RecordCutter.withHeader(
                        new BytesDecoder("id,na\"me\n".getBytes(UTF_8)),
                        Csv.DOUBLED,
                        CutSettings.DEFAULT);
        assertThatThrownBy(stray::readHeader)
                .isInstanceOf(LodeException.class)
                .hasMessageContaining("quote inside an unquoted field (byte 5, field 2)");
        var latin =
                RecordCutter.withHeader(
                        new BytesDecoder(new byte[] {'i', 'd', ',', (byte) 0xe4, '\n'}),
                        Csv.DOUBLED,
                        CutSettings.DEFAULT);
        assertThatThrownBy(latin::readHeader)
                .hasMessageContaining("the name of column 2 is not UTF-8");
        var endless =
                RecordCutter.withHeader(
                        new BytesDecoder(new byte[3 << 20]), Csv.DOUBLED, CutSettings.DEFAULT);
        assertThatThrownBy(endless::readHeader).hasMessageContaining("no end within 1.0 MiB");
    }

    @Test
    void aWrongNumberOfFieldsIsOneBadRecord() {
        assertThat(values("1,2\n3\n4,5,6\n5,6\n\n7,8\n", Csv.DOUBLED, 2))
                .containsExactly(
                        List.of("1", "2"),
                        List.of("bad: expected 2 fields, found 1"),
                        List.of("bad: expected 2 fields, found 3"),
                        List.of("5", "6"),
                        List.of("bad: expected 2 fields, found 1"),
                        List.of("7", "8"));
        assertThat(values("1,2,3,4\n1,2,3\n1,2,3,4,5\n6,7,8,9\n", Csv.DOUBLED, 4))
                .containsExactly(
                        List.of("1", "2", "3", "4"),
                        List.of("bad: expected 4 fields, found 3"),
                        List.of("bad: expected 4 fields, found 5"),
                        List.of("6", "7", "8", "9"));
    }

    @Test
    void everyKindOfDamageHasItsReason() {
        assertThat(values("\"1\",\"2\"x\n3,4\n5,6\n", Csv.DOUBLED, 2))
                .containsExactly(
                        List.of("bad: text after a closing quote (byte 7, field 2)"),
                        List.of("3", "4"),
                        List.of("5", "6"));
        assertThat(values("1,2\"\n3,4\n5,6\n", Csv.DOUBLED, 2).getFirst())
                .containsExactly("bad: quote inside an unquoted field (byte 3, field 2)");
        assertThat(values("3,4\n\"1\",\"2\n", Csv.DOUBLED, 2).getLast())
                .containsExactly("bad: quote not closed before the end of the input (field 2)");
        assertThat(values("\"1\"\r,2\n3,4\n5,6\n", Csv.DOUBLED, 2).getFirst())
                .containsExactly("bad: text after a closing quote (byte 3, field 1)");
    }

    @Test
    void anUnterminatedQuoteCostsOneRecordWhereverItIs() {
        for (var dialect : List.of(Csv.DOUBLED, Csv.BACKSLASH, Csv.BACKTICK)) {
            for (int seed = 0; seed < 150; seed++) {
                var random = new Random(seed);
                var records = RandomRecords.of(random, 40, 5);
                int broken = random.nextInt(records.size());
                int field = random.nextInt(5);
                var text = new StringBuilder();
                for (int i = 0; i < records.size(); i++) {
                    String line = Csv.line(dialect, records.get(i));
                    if (i == broken) {
                        var kept = new java.util.ArrayList<>(records.get(i));
                        kept.set(field, "some text");
                        line =
                                Csv.line(dialect, kept)
                                        .replace("some text" + (char) dialect.quote(), "some text");
                    }
                    text.append(line);
                }
                var expected = new java.util.ArrayList<List<String>>(records);
                expected.remove(broken);
                var cut =
                        Csv.values(
                                Csv.cut(
                                        text.toString().getBytes(UTF_8),
                                        dialect,
                                        CutSettings.DEFAULT,
                                        5));
                var bad = cut.stream().filter(r -> r.getFirst().startsWith("bad: ")).toList();
                assertThat(bad).as("%s, seed %d", dialect, seed).hasSize(1);
                cut.removeAll(bad);
                assertThat(cut)
                        .as("%s, seed %d", dialect, seed)
                        .isEqualTo(RandomRecords.nullsAsEmpty(expected));
            }
        }
    }

    @Test
    void readSizesDoNotMatter() {
        for (int seed = 0; seed < 60; seed++) {
            var random = new Random(seed);
            byte[] bytes = damaged(random, Csv.BACKSLASH);
            var settings = Csv.settings(1 + random.nextInt(500), 300, 200, 50);
            var whole =
                    Csv.cut(bytes, Csv.BACKSLASH, settings, 4).stream()
                            .map(Csv::description)
                            .toList();
            var pieces = new BytesDecoder(bytes, 0, () -> 1 + random.nextInt(7));
            var pieced =
                    Csv.all(RecordCutter.at(pieces, Csv.BACKSLASH, settings, 4, 0)).stream()
                            .map(Csv::description)
                            .toList();
            assertThat(pieced).as("seed %d", seed).isEqualTo(whole);
        }
    }

    @Test
    void aCutterResumedAtAnyBatchGoesOnWithTheSameBatches() {
        for (int seed = 0; seed < 60; seed++) {
            var random = new Random(seed);
            byte[] bytes = damaged(random, Csv.DOUBLED);
            var settings = Csv.settings(1 + random.nextInt(500), 300, 200, 50);
            var whole = Csv.cut(bytes, Csv.DOUBLED, settings, 4);
            int from = random.nextInt(whole.size());
            var decoder =
                    new BytesDecoder(
                            bytes, whole.get(from).endOffset(), () -> 1 + random.nextInt(90));
            var resumed =
                    Csv.all(
                            RecordCutter.at(
                                    decoder,
                                    Csv.DOUBLED,
                                    settings,
                                    4,
                                    whole.get(from).endRecord()));
            assertThat(resumed.stream().map(Csv::description).toList())
                    .as("seed %d", seed)
                    .isEqualTo(
                            whole.subList(from + 1, whole.size()).stream()
                                    .map(Csv::description)
                                    .toList());
        }
    }

    @Test
    void batchesTileTheInputAndEndAtTheFirstRecordAtOrAfterEachMultiple() {
        var random = new Random(7);
        byte[] bytes = damaged(random, Csv.DOUBLED);
        long offset = 0;
        long record = 0;
        for (var batch : Csv.cut(bytes, Csv.DOUBLED, Csv.settings(100, 300, 200, 50), 4)) {
            assertThat(batch.offset()).isEqualTo(offset);
            assertThat(batch.firstRecord()).isEqualTo(record);
            long boundary = (offset / 100 + 1) * 100;
            for (int i = 0; i < batch.count(); i++) {
                assertThat(batch.offset(i)).isEqualTo(offset);
                assertThat(offset).isLessThan(boundary);
                offset += batch.rawLength(i);
            }
            assertThat(batch.endOffset()).isEqualTo(offset);
            assertThat(offset == bytes.length || offset >= boundary).isTrue();
            record += batch.count();
        }
        assertThat(offset).isEqualTo(bytes.length);
    }

    /// Random records with all kinds of damage between them.
    private static byte[] damaged(Random random, Dialect dialect) {
        var text = new StringBuilder();
        for (var record : RandomRecords.of(random, 60, 4)) {
            String line = Csv.line(dialect, record);
            switch (random.nextInt(12)) {
                case 0 -> text.append(line, 0, random.nextInt(line.length()));
                case 1 -> text.append("x").append(line);
                case 2 -> text.append("rubbish \n").append(line);
                case 3 -> text.append("a,".repeat(random.nextInt(300))).append("\n");
                default -> text.append(line);
            }
        }
        return text.toString().getBytes(UTF_8);
    }

    @Test
    void aLegalFieldFullOfLookAlikesIsOneRecord() {
        String lookAlike = "\n\"1\",\"2\",\"3\"\n\"4\",\"5\",\"6\"\n".repeat(50_000);
        for (var dialect : List.of(Csv.DOUBLED, Csv.BACKSLASH)) {
            String text =
                    Csv.line(dialect, List.of("a", "b", "c"))
                            + Csv.line(dialect, List.of("1", lookAlike, "3"))
                            + Csv.line(dialect, List.of("d", "e", "f"));
            var settings = Csv.settings(1 << 16, 4 << 20, 1 << 10, 100);
            var batches = Csv.cut(text.getBytes(UTF_8), dialect, settings, 3);
            assertThat(Csv.values(batches))
                    .containsExactly(
                            List.of("a", "b", "c"),
                            List.of("1", lookAlike, "3"),
                            List.of("d", "e", "f"));
            assertThat(batches).hasSize(2);
        }
    }

    @Test
    void aRecordPastTheLimitIsOneRejectAndTheRestIsLoaded() {
        String text = "1,2\n\"" + "x".repeat(1000) + "\",y\n3,4\n5,6\n";
        var batches =
                Csv.cut(text.getBytes(UTF_8), Csv.DOUBLED, Csv.settings(1 << 20, 500, 200, 50), 2);
        assertThat(Csv.values(batches))
                .containsExactly(
                        List.of("1", "2"),
                        List.of("bad: no end within 500 B, the longest record allowed"),
                        List.of("3", "4"),
                        List.of("5", "6"));
        var batch = batches.getFirst();
        assertThat(batch.rawLength(1)).isEqualTo(1005);
        assertThat(batch.raw(1, 1 << 20)).hasSize(50).startsWith("\"xxxx".getBytes(UTF_8));
        assertThat(batch.offset(2)).isEqualTo(4 + 1005);
        assertThat(batch.endOffset()).isEqualTo(text.length());
    }

    @Test
    void aRecordOfExactlyTheLimitIsSound() {
        String text = "a".repeat(97) + ",b\n" + "c".repeat(98) + ",d\n1,2\n3,4\n";
        assertThat(
                        Csv.values(
                                Csv.cut(
                                        text.getBytes(UTF_8),
                                        Csv.DOUBLED,
                                        Csv.settings(1 << 20, 100, 90, 50),
                                        2)))
                .containsExactly(
                        List.of("a".repeat(97), "b"),
                        List.of("bad: no end within 100 B, the longest record allowed"),
                        List.of("1", "2"),
                        List.of("3", "4"));
    }

    @Test
    void theRestOfATextWhoseQuoteWasNeverClosedIsNoRecordOfItsOwn() {
        // The next field begins with a newline, so the open quote ends in good order, one field
        // too early.
        String text =
                """
                "1","a","b","c"
                "2","a,"

                 IN THE COURT,
                of appeals
                ","d"
                "3","a","b","c"
                "4","a","b","c"
                """;
        assertThat(values(text, Csv.BACKSLASH, 4))
                .containsExactly(
                        List.of("1", "a", "b", "c"),
                        List.of("bad: expected 4 fields, found 2"),
                        List.of("3", "a", "b", "c"),
                        List.of("4", "a", "b", "c"));
    }

    @Test
    void oneSoundRecordBetweenTwoDamagedOnesIsKept() {
        String text =
                """
                "1","b","c","d"x
                "2","b","c","d"
                "3","b","c"x,"d"
                "4","b","c","d"
                "5","b","c","d"
                """;
        assertThat(values(text, Csv.DOUBLED, 4))
                .containsExactly(
                        List.of("bad: text after a closing quote (byte 15, field 4)"),
                        List.of("2", "b", "c", "d"),
                        List.of("bad: text after a closing quote (byte 11, field 3)"),
                        List.of("4", "b", "c", "d"),
                        List.of("5", "b", "c", "d"));
    }

    @Test
    void aStretchThatNobodyCanReadIsSearchedInConstantMemoryUpToALimit() {
        byte[] head = "1,2\n3,4\n".getBytes(UTF_8);
        for (boolean heals : new boolean[] {true, false}) {
            var text = new StringBuilder("1,2\n3\"x,4\n");
            while (text.length() < (heals ? 1_000_000 : 3 << 20)) {
                text.append("no record at all\n");
            }
            text.append(new String(head, UTF_8));
            var settings = Csv.settings(1 << 16, 5000, 3000, 10);
            if (heals) {
                var batches = Csv.cut(text.toString().getBytes(UTF_8), Csv.DOUBLED, settings, 2);
                assertThat(Csv.values(batches))
                        .containsExactly(
                                List.of("1", "2"),
                                List.of("bad: quote inside an unquoted field (byte 1, field 1)"),
                                List.of("1", "2"),
                                List.of("3", "4"));
                assertThat(batches.getFirst().raw(1, 100))
                        .isEqualTo("3\"x,4\nno r".getBytes(UTF_8));
                assertThat(batches.getFirst().rawLength(1)).isEqualTo(text.length() - 4 - 8);
                assertThat(batches.getLast().endOffset()).isEqualTo(text.length());
                assertThat(batches.getFirst().bytes().length).isLessThan(2 << 20);
            } else {
                assertThatThrownBy(
                                () ->
                                        Csv.cut(
                                                text.toString().getBytes(UTF_8),
                                                Csv.DOUBLED,
                                                settings,
                                                2))
                        .isInstanceOf(LodeException.class)
                        .hasMessage(
                                "byte 4: no record of 2 fields can be read here or within 1.0 MiB"
                                    + " after it; stopped; the file was taken for quote \", doubled"
                                    + " escape: check that, and the file");
            }
        }
    }

    @Test
    void aHugeRecordTakesAnArrayOfLittleMoreThanItsLength() {
        String value = "some text\n".repeat(3_000_000);
        var batches =
                Csv.cut(
                        Csv.line(Csv.BACKSLASH, List.of("1", value)).getBytes(UTF_8),
                        Csv.BACKSLASH,
                        Csv.settings(1 << 20, 64 << 20, 1 << 20, 100),
                        2);
        assertThat(batches).hasSize(1);
        var batch = batches.getFirst();
        assertThat(batch.badRecords()).isEmpty();
        assertThat(batch.bytes().length)
                .isLessThan(batch.length() + batch.length() / 2 + (1 << 20));
    }

    @Test
    void closedBatchesGiveTheirArraysBack() throws IOException {
        byte[] bytes = "1,2\n".repeat(500_000).getBytes(UTF_8);
        var cutter =
                RecordCutter.at(
                        new BytesDecoder(bytes),
                        Csv.DOUBLED,
                        Csv.settings(1 << 18, 5000, 3000, 10),
                        2,
                        0);
        var arrays = java.util.Collections.<byte[]>newSetFromMap(new java.util.IdentityHashMap<>());
        long records = 0;
        for (var next = cutter.next(); next.isPresent(); next = cutter.next()) {
            try (var batch = next.get()) {
                arrays.add(batch.bytes());
                records += batch.count();
            }
        }
        assertThat(records).isEqualTo(500_000);
        assertThat(arrays).hasSizeLessThan(4);
    }
}
