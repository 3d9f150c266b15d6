package dev.lode.format.csv;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Records as CourtListener writes them: a number first, then texts with everything that makes a
/// CSV reader stumble.
final class RandomRecords {
    private static final String[] PIECES = {
        "a",
        "bc",
        " ",
        ",",
        "\n",
        "\r\n",
        "\r",
        "\t",
        "\"",
        "\"\"",
        "\\",
        "\\\\",
        "\\\"",
        "\\.",
        "\\N",
        "`",
        "``",
        "é",
        "\u2028",
        "😀",
        "e\u0301",
        "¶ 5",
        "\n\n   IN THE COURT\n",
        "\",\"",
        "some words of text",
        "0x0000000"
    };

    private RandomRecords() {}

    static List<List<String>> of(Random random, int count, int fields) {
        var records = new ArrayList<List<String>>();
        for (int i = 0; i < count; i++) {
            var record = new ArrayList<String>();
            record.add(String.valueOf(random.nextInt(1_000_000)));
            for (int f = 1; f < fields; f++) {
                record.add(random.nextInt(5) == 0 ? "<null>" : value(random));
            }
            records.add(record);
        }
        return records;
    }

    private static String value(Random random) {
        var text = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }

    static List<List<String>> nullsAsEmpty(List<List<String>> records) {
        return records.stream()
                .map(r -> r.stream().map(v -> v.equals("<null>") ? "" : v).toList())
                .toList();
    }
}
