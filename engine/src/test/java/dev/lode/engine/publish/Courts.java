package dev.lode.engine.publish;

import dev.lode.testkit.postgres.Db;

import java.util.Random;

/// A generated database of courts, and changes to it as other writers make them.
final class Courts {
    private final Db db;
    private final int courts;
    private final int items;
    private final Random random;

    Courts(Db db, int courts, int items, Random random) {
        this.db = db;
        this.courts = courts;
        this.items = items;
        this.random = random;
    }

    /// What the documents of the publication `opinions` of [Publishing#PUBLISH] have to be, by
    /// court: written here by hand, not by what is tested. Courts without items have a line without
    /// a key.
    static final String EXPECTED =
            """
            SELECT coalesce(d.court_id, 'unknown') AS partition, o.id AS key, json_build_object(
                'id', o.id, 'docket_id', o.docket_id, 'body', o.body, 'filed', o.filed, 'weight', o.weight,
                'docket', 'https://example.org/dockets/' || o.docket_id || '/', 'case', d.name,
                'court', (SELECT json_build_object('id', c.id, 'name', c.name) FROM court c WHERE c.id = d.court_id),
                'citations', (SELECT coalesce(json_agg(json_build_object('volume', v.volume, 'page', v.page) ORDER BY v.id), '[]')
                    FROM citation v WHERE v.opinion_id = o.id),
                'pages', (SELECT coalesce(json_agg(p ORDER BY p COLLATE "C"), '[]') FROM
                    (SELECT 'p. ' || v.page AS p FROM citation v WHERE v.opinion_id = o.id) q)) AS document
            FROM opinion o LEFT JOIN docket d ON d.id = o.docket_id
            UNION ALL SELECT c.id, NULL, NULL FROM court c
            """;

    void fill() {
        db.run(
                Publishing.TABLES
                        + "INSERT INTO court SELECT 'court' || i, 'Court ' || i FROM"
                        + " generate_series(1, "
                        + courts
                        + ") i;"
                        // A tenth of the courts is empty; the first ones hold most.
                        + "INSERT INTO docket SELECT i, 'court' || 1 + floor(power(random(), 3) * "
                        + (courts * 9 / 10)
                        + "), 'Case ' || i FROM generate_series(1, "
                        + items / 2
                        + ") i; INSERT INTO opinion SELECT i, 1 + i / 2, "
                        + body("i")
                        + ", date '2000-01-01' + i % 9000, (i % 1000) / 8.0, NULL FROM"
                        + " generate_series(1, "
                        + items
                        + ") i;"
                        + "INSERT INTO citation SELECT i, 1 + (i * 7919::bigint) % "
                        + items
                        + ", i % 500, i::text FROM generate_series(1, "
                        + items / 2
                        + ") i; ANALYZE court, docket, opinion, citation");
    }

    /// About two kilobytes of words.
    private static String body(String seed) {
        return "repeat(md5(("
                + seed
                + ")::text) || ' says the \"court\" of ' || md5((-"
                + seed
                + ")::text) || E'\\n', 18)";
    }

    /// Inserts, updates, deletes, moves, changes of children, shrinks: each of so many items.
    void disturb(int round, int changes) {
        int at = 1 + random.nextInt(items);
        int free = items * 2 + round * changes * 2;
        db.run(
                "INSERT INTO opinion SELECT %d + i, 1 + %d %% %d, %s, NULL, i / 8.0, NULL FROM generate_series(1, %d) i;"
                        .formatted(free, at, items / 2, body("i + " + free), changes));
        every(
                at,
                changes,
                "UPDATE opinion SET body = 'new ' || body, weight = weight + 1 WHERE id");
        every(at + 3, changes, "DELETE FROM opinion WHERE id");
        every(
                at + 5,
                changes,
                "UPDATE opinion SET docket_id = 1 + (docket_id + 17) % 100 WHERE id");
        every(at + 7, changes, "UPDATE citation SET page = page || 'a' WHERE opinion_id");
        every(at + 9, changes, "UPDATE citation SET opinion_id = opinion_id + 1 WHERE id");
        every(at + 11, changes, "DELETE FROM citation WHERE id");
        every(at + 13, changes, "UPDATE opinion SET body = left(body, 10) WHERE id");
        every(
                at + 15,
                1 + changes / 10,
                "UPDATE docket SET court_id = 'court"
                        + (1 + random.nextInt(courts))
                        + "' WHERE id");
        db.run(
                "UPDATE court SET name = name || '!' WHERE id = 'court%d'; INSERT INTO court VALUES ('new%d', 'New'); DELETE FROM court WHERE id = 'new%d'; UPDATE docket SET court_id = NULL WHERE id = %d"
                        .formatted(courts - 1, round, round - 2, 1 + random.nextInt(items / 2)));
    }

    private void every(int from, int changes, String change) {
        int step = Math.max(1, items / (changes * 5));
        db.run(
                change
                        + " IN (SELECT 1 + ("
                        + from
                        + " + i * "
                        + step
                        + "::bigint) % "
                        + items
                        + " FROM generate_series(1, "
                        + changes
                        + ") i)");
    }
}
