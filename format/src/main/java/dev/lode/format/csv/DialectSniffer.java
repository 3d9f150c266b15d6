package dev.lode.format.csv;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Judges dialects by the head of a file, before anything is loaded.
public final class DialectSniffer {
    private DialectSniffer() {}

    /// How a dialect reads a head.
    ///
    /// @param dialect the candidate
    /// @param fits whether every whole record of the head can be read strictly with the number of
    ///   fields of the first, and nothing seen contradicts the dialect
    /// @param fields fields of the first record; 0 when it is not whole
    /// @param records whole records read, the header not counted, up to the first that does not fit
    /// @param evidence what these records showed
    /// @param why what does not fit, as the middle of a sentence; empty when it fits
    public record Judgement(
            Dialect dialect,
            boolean fits,
            int fields,
            int records,
            DialectEvidence evidence,
            String why) {}

    /// Reads a head in each candidate dialect.
    ///
    /// @param head the first decoded bytes of a file; the record that the cut falls into is left
    ///   out
    /// @param candidates in order of preference
    /// @return a judgement for each candidate, in their order. More than one fits where the head
    ///   holds nothing that tells them apart: an escaped quote, a backslash, a quoted line end
    public static List<Judgement> judge(byte[] head, List<Dialect> candidates) {
        byte[] padded = Arrays.copyOf(head, head.length + Swar.PADDING);
        boolean marked =
                head.length >= 3
                        && head[0] == (byte) 0xef
                        && head[1] == (byte) 0xbb
                        && head[2] == (byte) 0xbf;
        return candidates.stream()
                .map(dialect -> judge(padded, marked ? 3 : 0, head.length, dialect))
                .toList();
    }

    private static Judgement judge(byte[] bytes, int from, int length, Dialect dialect) {
        var scan = new RecordScan(dialect);
        int fields = 0;
        int whole = 0;
        String why = "";
        for (int start = from; start < length && why.isEmpty(); start = scan.position()) {
            scan.begin(start);
            var outcome = scan.run(bytes, length, false);
            if (outcome == RecordScan.Outcome.MORE) {
                break;
            }
            if (outcome != RecordScan.Outcome.END) {
                why = "byte %d: %s".formatted(scan.position(), trouble(outcome));
            } else if (whole > 0 && scan.fields() != fields) {
                why =
                        "byte %d: expected %d fields, found %d"
                                .formatted(start, fields, scan.fields());
            } else {
                fields = scan.fields();
                whole++;
                if (whole == 1 && dialect.header()) {
                    scan.forgetEvidence();
                }
            }
        }
        int records = dialect.header() ? Math.max(0, whole - 1) : whole;
        var evidence = scan.evidence(records);
        if (why.isEmpty()
                && evidence.verdict(dialect)
                        instanceof DialectEvidence.Verdict.Contradicted(var sentence)) {
            why = sentence;
        }
        return new Judgement(dialect, why.isEmpty(), fields, records, evidence, why);
    }

    private static String trouble(RecordScan.Outcome outcome) {
        return outcome == RecordScan.Outcome.STRAY_QUOTE
                ? "quote inside an unquoted field"
                : "text after a closing quote";
    }

    /// The usual dialects other than `dialect`: both quotes known, both ways to escape.
    static List<Dialect> neighbours(Dialect dialect) {
        var neighbours = new ArrayList<Dialect>();
        for (byte quote : new byte[] {dialect.quote(), '"', '`'}) {
            for (var escape : Dialect.Escape.values()) {
                var other =
                        quote == dialect.delimiter()
                                ? dialect
                                : new Dialect(
                                        dialect.delimiter(),
                                        quote,
                                        escape,
                                        dialect.header(),
                                        dialect.nulls());
                if (!other.equals(dialect) && !neighbours.contains(other)) {
                    neighbours.add(other);
                }
            }
        }
        return List.copyOf(neighbours);
    }
}
