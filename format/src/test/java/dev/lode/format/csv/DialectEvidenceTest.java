package dev.lode.format.csv;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lode.format.csv.DialectEvidence.Verdict;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

class DialectEvidenceTest {
    private static final List<Dialect> ALL = List.of(Csv.BACKSLASH, Csv.DOUBLED, Csv.BACKTICK);

    private static DialectEvidence evidence(String text, Dialect dialect, int fields) {
        return Csv.cut(text.getBytes(UTF_8), dialect, CutSettings.DEFAULT, fields).stream()
                .map(RecordBatch::evidence)
                .reduce(DialectEvidence.NONE, DialectEvidence::plus);
    }

    private static String records(Dialect dialect, int seed) {
        return RandomRecords.of(new Random(seed), 200, 6).stream()
                .map(record -> Csv.line(dialect, record))
                .collect(Collectors.joining());
    }

    @Test
    void aFileInItsOwnDialectIsConfirmed() {
        for (var dialect : ALL) {
            var evidence = evidence(records(dialect, 1), dialect, 6);
            assertThat(evidence.records()).isEqualTo(200);
            assertThat(evidence.contradictions()).isZero();
            assertThat(evidence.verdict(dialect)).isEqualTo(new Verdict.Confirmed());
        }
    }

    @Test
    void aFileInAnotherDialectIsContradictedByTheOneItIsIn() {
        for (var written : ALL) {
            for (var read : ALL) {
                if (!read.equals(written)) {
                    assertThat(evidence(records(written, 2), read, 6).verdict(read))
                            .as("written with %s, read with %s", written, read)
                            .isInstanceOfSatisfying(
                                    Verdict.Contradicted.class,
                                    verdict ->
                                            assertThat(verdict.sentence()).contains("not " + read));
                }
            }
        }
    }

    @Test
    void contradictionsSayWhereAndWhat() {
        String text = "\"1\",\"plain\"\n\"2\",\"say \\\"hi\\\" to\"\n\"3\",\"x\"\n\"4\",\"x\"\n";
        var evidence = evidence(text, Csv.DOUBLED, 2);
        assertThat(evidence.contradictions()).isEqualTo(1);
        assertThat(evidence.firstContradiction()).isEqualTo(12);
        assertThat(evidence.verdict(Csv.DOUBLED))
                .isEqualTo(
                        new Verdict.Contradicted(
                                "1 record, at byte 12, can be read only with quote \","
                                        + " backslash escape: not quote \", doubled escape"));
    }

    @Test
    void textWithoutEscapesIsNeutral() {
        for (var dialect : List.of(Csv.DOUBLED, Csv.BACKSLASH)) {
            assertThat(evidence("\"1\",\"2\"\n3,\n", dialect, 2).verdict(dialect))
                    .isEqualTo(new Verdict.Neutral());
        }
    }

    @Test
    void damageIsNoContradiction() {
        String text =
                Csv.line(Csv.BACKSLASH, List.of("1", "a"))
                        + "\"2\",\"never closed\n"
                        + Csv.line(Csv.BACKSLASH, List.of("3", "b"))
                        + Csv.line(Csv.BACKSLASH, List.of("4", "c"))
                        + "\"5\",\"x\"y\n"
                        + Csv.line(Csv.BACKSLASH, List.of("6", "d"))
                        + Csv.line(Csv.BACKSLASH, List.of("7", "e"));
        var evidence = evidence(text, Csv.BACKSLASH, 2);
        assertThat(evidence.contradictions()).isZero();
        assertThat(evidence.records()).isEqualTo(5);
        assertThat(evidence.quotedFields()).isEqualTo(10);
        assertThat(evidence.verdict(Csv.BACKSLASH)).isEqualTo(new Verdict.Neutral());
    }

    @Test
    void backslashesThatEscapeNothingSpeakAgainstTheBackslashDialect() {
        String text = "\"1\",\"\\\\server\\share\"\n";
        assertThat(evidence(text, Csv.BACKSLASH, 2).verdict(Csv.BACKSLASH))
                .isInstanceOf(Verdict.Contradicted.class);
        assertThat(evidence(text, Csv.DOUBLED, 2).verdict(Csv.DOUBLED))
                .isEqualTo(new Verdict.Neutral());
    }

    @Test
    void evidenceAddsUpInAnyOrder() {
        byte[] bytes = records(Csv.BACKSLASH, 3).getBytes(UTF_8);
        var batches = Csv.cut(bytes, Csv.DOUBLED, Csv.settings(500, 5000, 2000, 100), 6);
        assertThat(batches).hasSizeGreaterThan(3);
        var forward = DialectEvidence.NONE;
        for (var batch : batches) {
            forward = forward.plus(batch.evidence());
        }
        var backward = DialectEvidence.NONE;
        for (var batch : batches.reversed()) {
            backward = backward.plus(batch.evidence());
        }
        assertThat(backward).isEqualTo(forward);
        assertThat(forward.contradictions()).isPositive();
    }

    @Test
    void theSnifferTellsTheDialectsOfTheYearsApart() {
        for (var written : ALL) {
            String text = "id,a,b,c,d,e\n" + records(written, 4);
            byte[] head = text.substring(0, text.length() - 20).getBytes(UTF_8);
            var judgements = DialectSniffer.judge(head, ALL);
            assertThat(
                            judgements.stream()
                                    .filter(DialectSniffer.Judgement::fits)
                                    .map(DialectSniffer.Judgement::dialect))
                    .as("written with %s: %s", written, judgements)
                    .containsExactly(written);
            var own = judgements.get(ALL.indexOf(written));
            assertThat(own.fields()).isEqualTo(6);
            assertThat(own.records()).isEqualTo(199);
            assertThat(own.why()).isEmpty();
        }
    }

    @Test
    void aHeadThatTellsNothingFitsBothEscapes() {
        var judgements =
                DialectSniffer.judge("id,name\n\"1\",\"a\"\n\"2\",\"b".getBytes(UTF_8), ALL);
        assertThat(judgements.stream().map(DialectSniffer.Judgement::fits))
                .containsExactly(true, true, false);
        assertThat(judgements.getLast().why()).contains("begin with the other quote character");
        assertThat(judgements.getFirst().records()).isEqualTo(1);
    }
}
