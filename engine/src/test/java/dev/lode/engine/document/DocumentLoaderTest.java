package dev.lode.engine.document;

import static dev.lode.testkit.postgres.Db.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.core.LodeException;
import dev.lode.engine.load.EveryDatabaseCallFailsOnceTest.Answer;
import dev.lode.engine.load.EveryDatabaseCallFailsOnceTest.Breaking;
import dev.lode.postgres.document.DocumentGuard;
import dev.lode.postgres.document.FileResult;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.EachPostgres;
import dev.lode.testkit.postgres.OnPostgres;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.GZIPOutputStream;

/// A second document, quite unlike the Waze feed, loads by YAML alone: people with homes and
/// phones.
@OnPostgres
class DocumentLoaderTest {
    private static final int STRIDE = Integer.getInteger("lode.fault-stride", 3);
    private static final String SCHEMA =
            """
            CREATE TABLE source (id serial PRIMARY KEY, name text NOT NULL, hash text NOT NULL, taken timestamptz);
            CREATE TABLE kind (id serial PRIMARY KEY, label text NOT NULL);
            CREATE TABLE person (id text PRIMARY KEY, source_id integer NOT NULL REFERENCES source DEFERRABLE INITIALLY DEFERRED,
                name text NOT NULL CHECK (name <> 'Nobody'), born date, kind_id integer REFERENCES kind, income numeric(12,2));
            CREATE TABLE home (id text PRIMARY KEY, person_id text NOT NULL REFERENCES person, place integer NOT NULL, street text);
            CREATE TABLE phone (id text PRIMARY KEY, home_id text NOT NULL REFERENCES home, place integer NOT NULL,
                number text NOT NULL)
            """;
    private static final String PACK =
            """
            dataset: people
            schema: SCHEMA
            documents:
              order: meta.taken
              file:
                table: source
                columns:
                  id: $file.id
                  name: $file.name
                  hash: $file.hash
                  taken: { from: meta.taken, as: utc-millis }
              lookups:
                kind: { key: [label] }
              rows:
                kind:
                  - { label: judge }
              records:
                data.people:
                  table: person
                  columns:
                    id: $id
                    source_id: $file.id
                    name: [name.full, full_name]
                    born: born
                    kind_id: { lookup: kind, key: { label: kind } }
                    income: income
                  children:
                    homes:
                      table: home
                      columns: { id: $id, person_id: $parent.id, place: $position, street: street }
                      children:
                        phones:
                          table: phone
                          columns: { id: $id, home_id: $parent.id, place: $position, number: . }
            """;
    private static final String TWO =
            """
            {"meta":{"taken":1498824000000},"data":{"people":[
              {"name":{"full":"Ada"},"born":"1815-12-10","kind":"judge","income":-1234567.5,
               "homes":[{"street":"A 1","phones":["11","12"]},{"street":"A 2","phones":[]}]},
              {"full_name":"Bob","kind":"clerk"}]}}\
            """;
    private static final String SAME =
            """
            {"data":{"people":[{"kind":"clerk","full_name":"Bob"},
              {"homes":[{"phones":["11","12"],"street":"A 1"},{"street":"A 2","phones":[]}],
               "income":-1.2345675e6,"kind":"judge","born":"1815-12-10","name":{"full":"Ada"}}]},"meta":{"taken":1498824000000.0}}\
            """;

    private static Documents documents(Db db) {
        db.run(SCHEMA);
        return Documents.of(db, PACK).ledger();
    }

    private static String one(String name) {
        return "{\"meta\":{\"taken\":1},\"data\":{\"people\":[{\"full_name\":\"" + name + "\"}]}}";
    }

    @EachPostgres
    void nestedPeopleBecomeRowsOfFourTables(Db db) throws Exception {
        assertThat(Documents.words(documents(db).load("a.json", TWO)))
                .containsExactly("loaded 2+0");

        assertThat(
                        db.rows(
                                "SELECT p.name, p.born::text, k.label, p.income::text, s.name,"
                                        + " extract(epoch FROM s.taken)::bigint::text FROM person p"
                                        + " JOIN source s ON s.id = p.source_id LEFT JOIN kind k ON"
                                        + " k.id = p.kind_id ORDER BY p.name"))
                .containsExactly(
                        row("Ada", "1815-12-10", "judge", "-1234567.50", "a.json", "1498824000"),
                        row("Bob", null, "clerk", null, "a.json", "1498824000"));
        assertThat(
                        db.rows(
                                "SELECT p.name, h.street, h.place::text, f.number, f.place::text"
                                    + " FROM person p JOIN home h ON h.person_id = p.id LEFT JOIN"
                                    + " phone f ON f.home_id = h.id ORDER BY 3, 5"))
                .containsExactly(
                        row("Ada", "A 1", "1", "11", "1"),
                        row("Ada", "A 1", "1", "12", "2"),
                        row("Ada", "A 2", "2", null, null));
        assertThat(db.value("SELECT row_count FROM lode.document")).isEqualTo("7");
    }

    @Test
    void theSameContentIsLoadedOnceWhateverItsNameOrderOrPacking(Db db) throws Exception {
        var documents = documents(db);
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(TWO.getBytes(StandardCharsets.UTF_8));
        }

        assertThat(Documents.words(documents.load("a", TWO, "b", SAME, "c", one("Cyd"))))
                .containsExactly("loaded 2+0", "duplicate of a", "loaded 1+0");
        assertThat(
                        Documents.words(
                                documents.load(
                                        "d", TWO, "e", SAME, "f", TWO.replace("Ada", "Ann"))))
                .containsExactly("duplicate of a", "duplicate of a", "loaded 2+0");
        assertThat(
                        Documents.words(
                                documents.with(
                                        loader ->
                                                loader.load(
                                                        List.of(
                                                                new IncomingFile(
                                                                        "g",
                                                                        packed.toByteArray()))))))
                .containsExactly("duplicate of a");
        assertThat(db.value("SELECT count(*) FROM person")).isEqualTo("5");
        assertThat(db.rows("SELECT state, count(*)::text FROM lode.document GROUP BY 1 ORDER BY 1"))
                .containsExactly(row("duplicate", "4"), row("loaded", "3"));
    }

    @Test
    void filesThatFailDoNotKeepTheOthersFromBeingLoaded(Db db) throws Exception {
        var results =
                documents(db)
                        .load(
                                "cut", TWO.substring(0, 100),
                                "sound", one("Ada"),
                                "no time", "{\"data\":{}}",
                                "refused by a key", one("Bob").replace("1}", "2}"),
                                "empty", "{\"meta\":{\"taken\":1}}");

        assertThat(Documents.words(results))
                .containsExactly(
                        "failed DATA", "loaded 1+0", "failed DATA", "loaded 1+0", "loaded 0+0");
        assertThat(db.value("SELECT count(*) FROM source")).isEqualTo("3");
    }

    @Test
    void aRecordThatTheDatabaseRefusesIsARejectAndTheRestLoads(Db db) throws Exception {
        var documents = documents(db);
        db.run("ALTER TABLE person ADD CONSTRAINT rich CHECK (income < 100)");
        String people =
                "{\"meta\":{\"taken\":1},\"data\":{\"people\":[{\"full_name\":\"Nobody\",\"homes\":[{}]},"
                    + "{\"full_name\":\"Ada\",\"income\":5},{\"full_name\":\"Bob\",\"income\":500}]}}";

        assertThat(Documents.words(documents.load("a", one("Zoe"), "b", people)))
                .containsExactly("loaded 1+0", "loaded 1+2");
        assertThat(db.rows("SELECT name FROM person ORDER BY 1"))
                .containsExactly(row("Ada"), row("Zoe"));
        assertThat(db.value("SELECT count(*) FROM home")).isEqualTo("0");
        assertThat(
                        db.rows(
                                "SELECT path, raw_length::text FROM lode.document_reject ORDER BY"
                                        + " record"))
                .containsExactly(row("data.people[0]", "35"), row("data.people[2]", "32"));
        assertThat(
                        db.value(
                                "SELECT string_agg(reason, ' / ' ORDER BY record) FROM"
                                        + " lode.document_reject"))
                .contains("violates check constraint")
                .contains("\"rich\"");
    }

    @Test
    void aFileWhoseRowsBreakAKeyFailsWhole(Db db) throws Exception {
        var documents = documents(db);
        db.run("ALTER TABLE source ADD CONSTRAINT named CHECK (name <> 'b')");

        var results = documents.load("a", one("Ada"), "b", one("Bob"), "c", one("Cyd"));

        assertThat(Documents.words(results))
                .containsExactly("loaded 1+0", "failed DATA", "loaded 1+0");
        assertThat(((FileResult.Failed) results.get(1)).reason())
                .contains("b: the database refuses its rows")
                .contains("named");
        assertThat(db.rows("SELECT name FROM lode.document ORDER BY 1"))
                .containsExactly(row("a"), row("c"));
    }

    @Test
    void twoLoadersOfTheSameFilesLoadEachOnce(Db db) throws Exception {
        var documents = documents(db);
        var barrier = new CyclicBarrier(2);
        var files = new ArrayList<IncomingFile>();
        for (int i = 0; i < 60; i++) {
            files.add(Documents.file("f" + i, one("P" + i).replace("Ada", "x")));
        }
        var counts = new ArrayList<Future<Long>>();
        try (var threads = Executors.newFixedThreadPool(2)) {
            for (int t = 0; t < 2; t++) {
                boolean backwards = t == 1;
                counts.add(
                        threads.submit(
                                () ->
                                        documents.with(
                                                loader -> {
                                                    long loaded = 0;
                                                    var mine = backwards ? files.reversed() : files;
                                                    for (int i = 0; i < mine.size(); i += 6) {
                                                        await(barrier);
                                                        loaded +=
                                                                loader
                                                                        .load(
                                                                                mine.subList(
                                                                                        i, i + 6))
                                                                        .stream()
                                                                        .filter(
                                                                                FileResult.Loaded
                                                                                                .class
                                                                                        ::isInstance)
                                                                        .count();
                                                    }
                                                    return loaded;
                                                })));
            }
        }
        assertThat(counts.get(0).get() + counts.get(1).get()).isEqualTo(60);
        assertThat(db.value("SELECT count(*) FROM person")).isEqualTo("60");
        assertThat(db.value("SELECT count(*) FROM lode.document WHERE state = 'duplicate'"))
                .isEqualTo("60");
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void reprocessReplacesTheRowsOfTheFile(Db db) throws Exception {
        var documents = documents(db);
        documents.load("a", TWO, "b", one("Zoe"));
        db.run(
                "UPDATE person SET name = 'spoilt'; DELETE FROM phone; INSERT INTO kind (label)"
                        + " VALUES ('x')");
        var changed = Documents.of(db, PACK.replace("street: street", "street: { value: hidden }"));

        assertThat(again(changed, "again", SAME)).containsExactly("loaded 2+0");
        assertThat(db.rows("SELECT name FROM person ORDER BY 1"))
                .containsExactly(row("Ada"), row("Bob"), row("spoilt"));
        assertThat(db.rows("SELECT DISTINCT street FROM home")).containsExactly(row("hidden"));
        assertThat(db.value("SELECT count(*) FROM phone")).isEqualTo("2");
        assertThat(db.rows("SELECT name, state FROM lode.document ORDER BY id"))
                .containsExactly(row("a", "replaced"), row("b", "loaded"), row("again", "loaded"));
        assertThat(again(changed, "new", one("Neo"))).containsExactly("loaded 1+0");
    }

    private static List<String> again(Documents documents, String name, String content)
            throws InterruptedException {
        FileResult result =
                documents.with(loader -> loader.reprocess(Documents.file(name, content)));
        return Documents.words(List.of(result));
    }

    @Test
    void theGuardDecidesInTheSameTransaction(Db db) throws Exception {
        var documents = documents(db);
        var refusing =
                new DocumentGuard() {
                    @Override
                    public void before(Connection connection, List<String> names) {}

                    @Override
                    public void after(Connection connection, List<FileResult> results) {
                        throw LodeException.resource(
                                "claim of " + results.getFirst().name() + ": taken over");
                    }
                };

        assertThatThrownBy(() -> documents.guarded(refusing).load("a", TWO))
                .hasMessage("claim of a: taken over");
        assertThat(db.value("SELECT count(*) FROM person")).isEqualTo("0");
        assertThat(db.value("SELECT count(*) FROM lode.document")).isEqualTo("0");
    }

    @Test
    void noFileIsLostOrDoubledWhenACallDoesNotReachTheServer(Db db) throws Exception {
        failEachCall(db, Answer.CALL_LOST);
    }

    @Test
    void noFileIsLostOrDoubledWhenTheAnswerOfACallIsLost(Db db) throws Exception {
        failEachCall(db, Answer.ANSWER_LOST);
    }

    private void failEachCall(Db db, Answer answer) throws Exception {
        var clean = documents(db);
        String bad =
                "{\"meta\":{\"taken\":3},\"data\":{\"people\":[{\"full_name\":\"Nobody\"},{},{\"full_name\":\"Eve\"}]}}";
        String[] files = {"a", TWO, "b", SAME, "c", one("Cyd"), "d", bad, "e", "{"};
        clean.load("before", one("Old"));
        for (int call = 1; ; call += STRIDE) {
            db.run(
                    "TRUNCATE source, person, home, phone; DELETE FROM lode.document_reject; DELETE"
                            + " FROM lode.document WHERE duplicate_of IS NOT NULL; DELETE FROM"
                            + " lode.document");
            var breaking = new Breaking(clean.connections(), call, answer);
            try {
                Documents.of(db, PACK).over(breaking).load(files);
            } catch (LodeException e) {
                assertThat(e.kind().toString())
                        .describedAs("call %d: %s", call, e.getMessage())
                        .isEqualTo("RESOURCE");
            }
            clean.load(files);
            assertThat(db.rows("SELECT name FROM person ORDER BY 1"))
                    .describedAs("call %d, %s", call, breaking.broken())
                    .containsExactly(row("Ada"), row("Bob"), row("Cyd"), row("Eve"));
            assertThat(
                            db.rows(
                                    "SELECT (SELECT count(*) FROM home)::text, (SELECT count(*)"
                                        + " FROM phone)::text, (SELECT count(*) FROM source)::text,"
                                        + " (SELECT count(*) FROM lode.document WHERE state ="
                                        + " 'loaded')::text, (SELECT count(*) FROM"
                                        + " lode.document_reject)::text"))
                    .describedAs("call %d, %s", call, breaking.broken())
                    .containsExactly(row("2", "2", "3", "3", "2"));
            if (breaking.broken().isEmpty()) {
                assertThat(call).isGreaterThan(15);
                return;
            }
        }
    }
}
