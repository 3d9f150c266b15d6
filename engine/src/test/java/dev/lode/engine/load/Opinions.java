package dev.lode.engine.load;

import java.time.LocalDate;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A table with texts so long that they are compared by their digests, and files for it.
final class Opinions {
    static final LocalDate FIRST = LocalDate.of(2026, 6, 30);
    static final LocalDate SECOND = LocalDate.of(2026, 9, 30);
    static final String PACK =
            """
            dataset: test
            schema: SCHEMA
            snapshot: "{item}-{date}.csv"
            tables:
              opinion: { item: opinions, key: [id], vanished: delete }
            """;
    static final String TABLE =
            "CREATE TABLE opinion (id bigint PRIMARY KEY, filed timestamptz, short varchar(40),"
                    + " body text, extra jsonb);";
    static final String HEAD = "id,filed,short,body,extra\n";

    private Opinions() {}

    static String body(int id) {
        return ("the opinion of the court in case " + id + ", ").repeat(20);
    }

    static String line(int id, String body) {
        return id + ",2026-01-02 03:04:05+00,case " + id + ",\"" + body + "\",\n";
    }

    static String file(int from, int to, IntFunction<String> line) {
        return HEAD + IntStream.range(from, to).mapToObj(line).collect(Collectors.joining());
    }
}
