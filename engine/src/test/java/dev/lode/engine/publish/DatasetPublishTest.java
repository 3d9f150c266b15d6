package dev.lode.engine.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.core.LodeException;
import dev.lode.publish.PublishedFile;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.OnPostgres;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

@OnPostgres
class DatasetPublishTest {
    @TempDir Path folder;

    private Publishing filled(Db db) {
        return filled(db, Publishing.PUBLISH + Publishing.TRIGGERS);
    }

    private Publishing filled(Db db, String pack) {
        db.run(Publishing.TABLES + Publishing.ROWS);
        return Publishing.of(db, folder, pack);
    }

    @Test
    void itemsAreDocumentsOfTheDeclaredShapeInTheirCourtsArchive(Db db) throws Exception {
        var publishing = filled(db);
        assertThat(publishing.run().state()).isEqualTo("completed");

        var items = publishing.items("opinions");
        assertThat(items.keySet()).containsExactly("all", "ca1", "ca2", "empty", "unknown");
        assertThat(items.get("empty")).isEmpty();
        assertThat(items.get("unknown")).containsOnlyKeys("13.json");
        assertThat(items.get("all")).containsOnlyKeys("10.json", "11.json", "12.json", "13.json");
        assertThat(items.get("ca1").get("10.json"))
                .isEqualTo(
                        """
                        {
                          "id": 10,
                          "docket_id": 1,
                          "body": "one \\"quoted\\" \\\\ é",
                          "filed": "2020-02-29",
                          "weight": 1.5,
                          "docket": "https://example.org/dockets/1/",
                          "case": "A v. B",
                          "court": {
                            "id": "ca1",
                            "name": "First"
                          },
                          "citations": [
                            {
                              "volume": 410,
                              "page": "113"
                            },
                            {
                              "volume": 93,
                              "page": "705"
                            }
                          ],
                          "pages": [
                            "p. 113",
                            "p. 705"
                          ]
                        }\
                        """);
        assertThat(items.get("unknown").get("13.json"))
                .contains("\"court\": null", "\"citations\": []", "\"body\": null");
    }

    @Test
    void linesOfJsonAndRecordsOfCsvAreAsTheirFormatsHaveThem(Db db) throws Exception {
        var publishing = filled(db);
        db.run("INSERT INTO citation VALUES (4, NULL, 7, 'a \"b\", c'), (5, 12, NULL, '')");
        publishing.run();

        assertThat(publishing.items("dockets").all())
                .isEqualTo(
                        Map.of(
                                "dockets",
                                Map.of(
                                        "0000",
                                                "{\"id\":1,\"court_id\":\"ca1\",\"name\":\"A v."
                                                        + " B\"}",
                                        "0001",
                                                "{\"id\":2,\"court_id\":\"ca2\",\"name\":\"C v."
                                                        + " D\"}",
                                        "0002", "{\"id\":3,\"court_id\":null,\"name\":\"E\"}")));
        assertThat(publishing.items("citations").get("citations").values())
                .containsExactly(
                        "opinion_id,volume,page",
                        "10,410,113",
                        "10,93,705",
                        "12,5,137",
                        ",7,\"a \"\"b\"\", c\"",
                        "12,,\"\"");
    }

    @Test
    void nothingIsReadOrWrittenWhenNothingChanged(Db db) throws Exception {
        var publishing = filled(db);
        publishing.run();
        var again = publishing.run();

        assertThat(again.publications())
                .allSatisfy(
                        one -> {
                            assertThat(one.why()).isEqualTo("nothing changed");
                            assertThat(one.read()).isZero();
                            assertThat(one.built().orElseThrow().isNew()).isFalse();
                        });
        assertThat(publishing.latest("opinions").generation()).isEqualTo(1);
    }

    @Test
    void onlyChangedItemsAreReadAndOnlyTheirArchivesWritten(Db db) throws Exception {
        var publishing = filled(db);
        publishing.run();
        db.run("UPDATE opinion SET body = 'other' WHERE id = 12");
        var outcome = publishing.publish("opinions");

        assertThat(outcome.why()).contains("1 item in 1 archive may have changed: opinion (1 row)");
        assertThat(outcome.read()).isEqualTo(1);
        assertThat(outcome.built().orElseThrow().archives()).isEqualTo(2);
        assertThat(publishing.items("opinions").get("ca2").get("12.json")).contains("\"other\"");
        assertThat(publishing.items("opinions").get("all").get("12.json")).contains("\"other\"");
    }

    @Test
    void otherArchivesAreNotEvenLookedAtWhereItemsOnlyChange(Db db) throws Exception {
        var publishing = filled(db);
        publishing.run();
        var other = publishing.folder("opinions").archive(file(publishing, "ca1")).index();
        Files.writeString(other, "not an index");
        db.run("UPDATE opinion SET body = 'other' WHERE id = 12");
        publishing.run();
        assertThat(other).hasContent("not an index");

        // One that moves is searched for, which finds the damage; what is found is written anew.
        db.run("UPDATE opinion SET docket_id = 2 WHERE id = 10");
        publishing.run();
        assertThat(publishing.items("opinions").get("ca1")).containsOnlyKeys("11.json");
        assertThat(publishing.items("opinions").get("ca2")).containsOnlyKeys("10.json", "12.json");
        equalsAFullBuild(db, publishing);
    }

    private static PublishedFile file(Publishing publishing, String partition) throws Exception {
        return publishing.latest("opinions").file(partition).orElseThrow();
    }

    @Test
    void aPlanCountsTheArchivesThatItemsLeave(Db db) throws Exception {
        var publishing = filled(db);
        publishing.run();
        db.run("UPDATE opinion SET docket_id = 2 WHERE id = 10; DELETE FROM opinion WHERE id = 13");
        assertThat(plans(publishing).getFirst().archives())
                .as("to, from, of no court, all")
                .contains(4);
    }

    @Test
    void itemsThatAreDeletedOrMoveLeaveTheirOldArchive(Db db) throws Exception {
        var publishing = filled(db);
        publishing.run();
        db.run("DELETE FROM opinion WHERE id = 11; UPDATE opinion SET docket_id = 2 WHERE id = 10");
        publishing.run();

        var items = publishing.items("opinions");
        assertThat(items.get("ca1")).isEmpty();
        assertThat(items.get("ca2")).containsOnlyKeys("10.json", "12.json");

        db.run("UPDATE docket SET court_id = 'ca1' WHERE id = 2");
        publishing.run();
        items = publishing.items("opinions");
        assertThat(items.get("ca1")).containsOnlyKeys("10.json", "12.json");
        assertThat(items.get("ca2")).isEmpty();
        equalsAFullBuild(db, publishing);
    }

    @Test
    void rowsOfOtherTablesCountBeforeAndAfterTheyMove(Db db) throws Exception {
        var publishing = filled(db);
        publishing.run();
        db.run(
                "UPDATE citation SET opinion_id = 11 WHERE id = 1; DELETE FROM citation WHERE id ="
                        + " 3; UPDATE court SET name = 'Erster' WHERE id = 'ca1'; UPDATE docket SET"
                        + " name = 'New' WHERE id = 3");
        publishing.run();

        var items = publishing.items("opinions");
        assertThat(items.get("ca1").get("10.json")).doesNotContain("410").contains("Erster");
        assertThat(items.get("ca1").get("11.json")).contains("410");
        assertThat(items.get("ca2").get("12.json")).contains("\"citations\": []");
        assertThat(items.get("unknown").get("13.json")).contains("\"case\": \"New\"");
        equalsAFullBuild(db, publishing);
    }

    @Test
    void courtsComeAndGoWithTheirArchives(Db db) throws Exception {
        var publishing = filled(db);
        publishing.run();
        db.run(
                "INSERT INTO court VALUES ('new', 'New'); DELETE FROM court WHERE id IN ('empty',"
                        + " 'ca2'); DELETE FROM opinion WHERE id = 13");
        publishing.run();

        assertThat(publishing.items("opinions").keySet())
                .containsExactly("all", "ca1", "ca2", "new");
        equalsAFullBuild(db, publishing);
    }

    @Test
    void aTransactionThatCommitsLateIsNotMissed(Db db) throws Exception {
        var publishing = filled(db);
        publishing.run();
        try (var late = db.connect();
                var statement = late.createStatement()) {
            late.setAutoCommit(false);
            statement.execute("UPDATE opinion SET body = 'late' WHERE id = 10");
            db.run("UPDATE opinion SET body = 'early' WHERE id = 12");
            publishing.run();
            assertThat(publishing.items("opinions").get("ca1").get("10.json"))
                    .doesNotContain("late");
            late.commit();
        }
        publishing.run();
        assertThat(publishing.items("opinions").get("ca1").get("10.json")).contains("late");
        assertThat(publishing.publish("opinions").why()).isEqualTo("nothing changed");
    }

    @Test
    void declaredColumnsTellOfChangesAndKeysOfWhatIsGone(Db db) throws Exception {
        var publishing =
                filled(
                        db,
                        """
                        dataset: courts
                        publish:
                          opinions: { table: opinion, key: id }
                          other-writers: { opinion: modified }
                        """);
        publishing.run();
        assertThat(publishing.publish("opinions").read()).isZero();
        db.run(
                "UPDATE opinion SET body = 'new', modified = now() WHERE id = 12; DELETE FROM"
                        + " opinion WHERE id = 10");
        var outcome = publishing.publish("opinions");

        assertThat(outcome.read()).isEqualTo(1);
        assertThat(publishing.items("opinions").get("opinions"))
                .containsOnlyKeys("11.json", "12.json", "13.json");
        equalsAFullBuild(db, publishing);
    }

    @Test
    void tablesOfWhichNothingIsKnownAreCompared(Db db) throws Exception {
        var publishing =
                filled(db, "dataset: courts\npublish: { dockets: { table: docket, key: id } }\n");
        publishing.run();
        db.run("UPDATE docket SET name = 'x' WHERE id = 1");
        var outcome = publishing.publish("dockets");
        assertThat(outcome.why()).contains("nothing says what changes in table");
        assertThat(outcome.built().orElseThrow().tally().updated()).isEqualTo(1);
    }

    @Test
    void aQueryIsPublishedByWhatItSaysItDependsOn(Db db) throws Exception {
        java.nio.file.Files.writeString(
                folder.resolve("q.sql"),
                "SELECT c.id::text || '-' || d.id AS name, c.id AS court, d.id AS docket FROM court"
                        + " c JOIN docket d ON d.court_id = c.id;\n");
        var publishing =
                filled(
                        db,
                        """
                        dataset: courts
                        tables: { court: {}, docket: {} }
                        publish:
                          pairs:
                            query: q.sql
                            key: name
                            partition: court
                            depends: { docket: { id: docket }, court: { id: court } }
                          other-writers: { court: triggers, docket: triggers }
                        """);
        publishing.run();
        assertThat(publishing.items("pairs").get("ca1")).containsOnlyKeys("ca1-1.json");
        db.run("INSERT INTO docket VALUES (7, 'ca1', '')");
        assertThat(publishing.publish("pairs").read()).isEqualTo(1);
        assertThat(publishing.items("pairs").get("ca1"))
                .containsOnlyKeys("ca1-1.json", "ca1-7.json");
    }

    @Test
    void aKeyOfTwoItemsIsRefused(Db db) throws Exception {
        db.run(
                "CREATE TABLE pair (id integer, court text); INSERT INTO pair VALUES (1, 'a'), (1,"
                        + " 'b')");
        var publishing =
                Publishing.of(
                        db,
                        folder,
                        "dataset: courts\npublish: { pairs: { table: pair, key: id, partition:"
                                + " court } }\n");
        assertThatThrownBy(() -> publishing.publish("pairs"))
                .isInstanceOf(LodeException.class)
                .hasMessageContaining("key \"1\" stands for more than one item");
    }

    @Test
    void whatIsNotPublicNeedsAPlaceThatIsPrivate(Db db) throws Exception {
        var publishing =
                filled(
                        db,
                        "dataset: courts\n"
                            + "publish: { dockets: { table: docket, key: id, public: false } }\n");
        var served = new PublishPlace(publishing.place().root(), folder, false);
        assertThatThrownBy(
                        () ->
                                publishing
                                        .operation(served)
                                        .run(
                                                publishing.pack().publish().publications(),
                                                new dev.lode.postgres.load.RunOrigin("t", 1, "t"),
                                                () -> {}))
                .hasMessageContaining("is not public");
        assertThat(publishing.publish("dockets").built().orElseThrow().manifest().isPublic())
                .isFalse();
    }

    @Test
    void theLedgerKnowsTheRunAndShortensItsLog(Db db) throws Exception {
        var publishing = filled(db);
        publishing.run();
        db.run("UPDATE opinion SET body = 'x'");
        publishing.run();
        publishing.run();
        assertThat(
                        db.rows(
                                "SELECT operation, state, message FROM lode.run WHERE dataset ="
                                        + " 'courts' ORDER BY id"))
                .containsExactly(
                        Db.row("publish", "completed", "3 of 3 publications changed"),
                        Db.row("publish", "completed", "1 of 3 publications changed"),
                        Db.row("publish", "completed", "0 of 3 publications changed"));
        assertThat(
                        db.value(
                                "SELECT count(*) FROM lode.changed WHERE table_schema = ?",
                                db.schema()))
                .isEqualTo("0");
    }

    @Test
    void aGenerationThatTheDatabaseDoesNotKnowIsComparedWhole(Db db) throws Exception {
        var publishing = filled(db);
        publishing.run();
        // As after a crash behind the pointer, or when the database was restored.
        db.run("DELETE FROM lode.publication; UPDATE opinion SET body = 'x' WHERE id = 10");
        var outcome = publishing.publish("opinions");
        assertThat(outcome.why()).contains("does not know the generation that is there");
        assertThat(outcome.built().orElseThrow().tally().updated()).isEqualTo(1);
        assertThat(publishing.publish("opinions").why()).isEqualTo("nothing changed");

        db.run("UPDATE lode.publication SET cluster = 'another'");
        assertThat(publishing.publish("opinions").why()).contains("another database server");
    }

    @Test
    void theSnapshotIsHeldAgainstASwapAndSeesNothingOfIt(Db db) throws Exception {
        var publishing = filled(db);
        var database =
                new dev.lode.postgres.publish.PublishDatabase(
                        new dev.lode.postgres.Database(Publishing.settings(db), db.schema()),
                        "test",
                        publishing.pack());
        var spec = publishing.pack().publish().publications().getFirst();
        try (var snapshot =
                        database.snapshot(
                                java.util.List.of(spec),
                                Set.of(),
                                2,
                                java.time.Duration.ofMinutes(1),
                                100);
                var swap = db.connect();
                var statement = swap.createStatement()) {
            assertThatThrownBy(
                            () ->
                                    statement.execute(
                                            "SET lock_timeout = '100ms'; ALTER TABLE opinion RENAME"
                                                    + " TO old"))
                    .hasMessageContaining("lock timeout");
            db.run("INSERT INTO opinion VALUES (99, 1, 'later')");
            try (var one = snapshot.items(spec).ofPartition("ca1");
                    var other = snapshot.items(spec).keysOfPartition("ca1")) {
                var keys = new java.util.ArrayList<String>();
                for (var row = other.next(); row != null; row = other.next()) {
                    keys.add(row.key());
                    var same = one.next();
                    assertThat(same).isNotNull();
                }
                assertThat(keys).containsExactly("10", "11");
            }
        }
    }

    @Test
    void aPlanSaysWhatWouldBeRebuiltAndWritesNothing(Db db) throws Exception {
        var publishing = filled(db);
        publishing.run();
        db.run("UPDATE opinion SET body = 'x' WHERE id = 10");
        var plans = plans(publishing);
        assertThat(plans.getFirst().why()).contains("opinion (1 row)");
        assertThat(plans.getFirst().archives()).contains(2);
        assertThat(plans.getLast().why()).isEqualTo("nothing changed");
        assertThat(publishing.latest("opinions").generation()).isEqualTo(1);
    }

    private static List<PublicationPlan> plans(Publishing publishing) {
        return publishing
                .operation(publishing.place())
                .plan(publishing.pack().publish().publications());
    }

    /// What was built by changes is, byte for byte, what a build of everything makes.
    private void equalsAFullBuild(Db db, Publishing incremental) throws Exception {
        var other = folder.resolve("full");
        var full = Publishing.of(db, other, text(incremental));
        full.run();
        for (var spec : incremental.pack().publish().publications()) {
            assertThat(full.latest(spec.name()).files().stream().map(PublishedFile::sha256))
                    .as(spec.name())
                    .containsExactlyElementsOf(
                            incremental.latest(spec.name()).files().stream()
                                    .map(PublishedFile::sha256)
                                    .toList());
        }
        assertThat(Set.copyOf(full.items("opinions").keySet()))
                .isEqualTo(incremental.items("opinions").keySet());
    }

    private static String text(Publishing publishing) {
        return publishing.pack().publish().publications().size() == 3
                ? Publishing.PUBLISH + Publishing.TRIGGERS
                : """
                dataset: courts
                publish:
                  opinions: { table: opinion, key: id }
                  other-writers: { opinion: modified }
                """;
    }
}
