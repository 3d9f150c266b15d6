package dev.lode.engine.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.engine.publish.Publishing;
import dev.lode.publish.PublishedFile;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.EachPostgres;

import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;

/// What loads wrote is what is published anew: they note keys and links of the rows that they
/// change.
class PublishedLoadsTest {
    private static final LocalDate FIRST = LocalDate.of(2026, 3, 31);
    private static final LocalDate SECOND = LocalDate.of(2026, 6, 30);
    private static final String PACK =
            """
            dataset: courts
            tables:
              docket: { key: [id], MODE }
              opinion: { key: [id], vanished: delete }
              citation: { key: [id], vanished: delete }
            publish:
              opinions:
                table: opinion
                key: id
                joins: { docket: { table: docket, where: { id: docket_id } } }
                partition: docket.court_id
                json:
                  fields:
                    citations: { rows: citation, where: { opinion_id: id }, columns: [page] }
            """;
    private static final String TABLES =
            """
            CREATE TABLE docket (id integer PRIMARY KEY, court_id text);
            CREATE TABLE opinion (id integer PRIMARY KEY, docket_id integer, body text);
            CREATE TABLE citation (id integer PRIMARY KEY, opinion_id integer, page text);
            """;

    @TempDir Path folder;

    private Snapshots snapshots(Db db, String mode) throws Exception {
        db.run(TABLES);
        return new Snapshots(
                        db,
                        Files.createDirectories(folder.resolve("in")),
                        PACK.replace("MODE", mode) + "schema: SCHEMA\n",
                        TABLES)
                .acceptingVanished()
                .file("docket", FIRST, "id,court_id\n1,ca1\n2,ca2\n3,ca3\n")
                .file("docket", SECOND, "id,court_id\n1,ca1\n2,ca2\n3,ca2\n")
                .file(
                        "opinion",
                        FIRST,
                        "id,docket_id,body\n10,1,a\n11,1,b\n12,2,c\n13,3,d\n14,2,e\n")
                .file(
                        "opinion",
                        SECOND,
                        "id,docket_id,body\n10,2,a\n12,2,C\n13,3,d\n14,2,e\n15,1,f\n")
                .file("citation", FIRST, "id,opinion_id,page\n1,10,1\n2,12,2\n3,14,3\n")
                .file("citation", SECOND, "id,opinion_id,page\n1,10,1\n2,13,2\n");
    }

    private Publishing publishing(Db db, String mode, String to) {
        return Publishing.of(db, folder.resolve(to), PACK.replace("MODE", mode));
    }

    @EachPostgres
    void insertsUpdatesMovesAndDeletionsOfLoadsReachTheirArchives(Db db) throws Exception {
        String mode = "mode: upsert";
        var snapshots = snapshots(db, mode);
        snapshots.load(FIRST);
        var publishing = publishing(db, mode, "out");
        publishing.run();
        snapshots.load(SECOND);
        var outcome = publishing.publish("opinions");

        // 14 is read because a citation of it is gone.
        assertThat(outcome.why()).contains("citation (", "docket (", "opinion (");
        assertThat(outcome.read()).isEqualTo(5);
        var items = publishing.items("opinions");
        assertThat(items.keySet()).containsExactly("all", "ca1", "ca2");
        assertThat(items.get("ca1")).containsOnlyKeys("15.json");
        assertThat(items.get("ca2")).containsOnlyKeys("10.json", "12.json", "13.json", "14.json");
        assertThat(items.get("ca2").get("12.json")).contains("\"citations\": []");
        assertThat(items.get("ca2").get("14.json")).contains("\"citations\": []");
        assertThat(items.get("ca2").get("13.json")).contains("\"page\": \"2\"");
        equalsAFullBuild(db, mode, publishing);
        assertThat(publishing.publish("opinions").why()).isEqualTo("nothing changed");
    }

    @EachPostgres
    void aTableThatWasReplacedIsComparedWhole(Db db) throws Exception {
        String mode = "mode: replace";
        var snapshots = snapshots(db, mode);
        snapshots.load(FIRST);
        var publishing = publishing(db, mode, "out");
        publishing.run();
        snapshots.load(SECOND);
        assertThat(publishing.publish("opinions").why())
                .contains("any row of table")
                .contains("docket may have changed");
        equalsAFullBuild(db, mode, publishing);
    }

    @EachPostgres
    void aTableThatWasBeingFilledIsComparedOnceMore(Db db) throws Exception {
        String mode = "mode: upsert";
        var snapshots = snapshots(db, mode);
        snapshots.load(FIRST);
        // As a publication finds it between two splits of a load into an empty table.
        db.run("UPDATE lode.item SET state = 'loading' WHERE table_name = 'opinion'");
        var publishing = publishing(db, mode, "out");
        publishing.run();
        db.run(
                "INSERT INTO opinion VALUES (99, 1, 'split'); UPDATE lode.item SET state = 'done'"
                        + " WHERE table_name = 'opinion'");
        assertThat(publishing.publish("opinions").why()).contains("was being filled");
        assertThat(publishing.items("opinions").get("ca1")).containsKey("99.json");
        assertThat(publishing.publish("opinions").why()).isEqualTo("nothing changed");
    }

    private void equalsAFullBuild(Db db, String mode, Publishing incremental) throws Exception {
        var full = publishing(db, mode, "full");
        full.run();
        assertThat(full.latest("opinions").files().stream().map(PublishedFile::sha256))
                .containsExactlyElementsOf(
                        incremental.latest("opinions").files().stream()
                                .map(PublishedFile::sha256)
                                .toList());
    }
}
