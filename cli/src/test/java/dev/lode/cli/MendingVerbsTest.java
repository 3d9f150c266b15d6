package dev.lode.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.OnPostgres;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The verbs with which a person mends what a load left: rejects that are corrected and loaded
/// again, indexes and keys that are taken away and given back by hand.
@OnPostgres
class MendingVerbsTest {
    private static final String SCHEMA =
            """
            CREATE TABLE shelf (id integer PRIMARY KEY, label text);
            CREATE TABLE book (
                id integer PRIMARY KEY,
                shelf_id integer NOT NULL,
                title varchar(12)
            );
            ALTER TABLE book ADD CONSTRAINT book_shelf_id_fkey FOREIGN KEY (shelf_id)
                REFERENCES shelf (id);
            CREATE INDEX book_title ON book (title);
            """;

    @TempDir private Path folder;

    @BeforeEach
    void declares() throws IOException {
        var pack = Files.createDirectories(folder.resolve("packs/library"));
        Files.writeString(
                pack.resolve("pack.yaml"),
                """
                dataset: library
                snapshot: "{item}-{date}.csv"
                limits: { rejects: 10 }
                tables:
                  shelf: { item: shelf, mode: upsert, key: [id] }
                  book: { item: book, mode: upsert, key: [id] }
                """);
        Files.writeString(pack.resolve("schema.sql"), SCHEMA);
        Files.createDirectories(folder.resolve("data"));
        file("shelf-2026-06-30.csv", "id,label\n1,old\n");
        file(
                "book-2026-06-30.csv",
                "id,shelf_id,title\n1,1,Emma\n2,1,\"War, and\nthe peace\"\n3,7,Lost\n");
    }

    @Test
    void rejectsAreCorrectedInTheirFileAndLoadedOrGivenUp(Db db) throws Exception {
        db.run(SCHEMA);
        run(db, 5, "load", "library", "--from", "files");
        var exported = run(db, 0, "rejects", "export", "library");
        assertThat(exported).hasSizeGreaterThan(2);
        assertThat(db.value("SELECT count(*) FROM book")).isEqualTo("1");

        var corrected =
                Files.writeString(
                        folder.resolve("rejects.csv"),
                        String.join("\n", exported).replace("War, and\nthe peace", "War, peace")
                                + "\n");
        assertThat(run(db, 0, "retry", "library", "--from", "rejects.csv", "--dry-run"))
                .containsExactly("2 records would be tried; nothing was written");
        run(db, 5, "retry", "library", "--from", corrected.toString());
        assertThat(db.rows("SELECT title FROM book ORDER BY id"))
                .containsExactly(Db.row("Emma"), Db.row("War, peace"));
        // It lacks its shelf still, until there is one.
        db.run("INSERT INTO shelf VALUES (7, 'new')");
        assertThat(run(db, 0, "retry", "library", "--rejects")).isNotEmpty();
        assertThat(db.value("SELECT count(*) FROM book")).isEqualTo("3");
        assertThat(run(db, 0, "rejects", "library", "--format", "csv")).hasSize(1);
    }

    @Test
    void droppedRejectsAreNotTriedAgain(Db db) throws Exception {
        db.run(SCHEMA);
        run(db, 5, "load", "library", "--from", "files");
        assertThat(run(db, 0, "rejects", "drop", "library", "--dry-run"))
                .anyMatch(line -> line.startsWith("2 "));
        run(db, 0, "rejects", "drop", "library");
        db.run("INSERT INTO shelf VALUES (7, 'new')");
        run(db, 0, "retry", "library", "--rejects");
        assertThat(db.value("SELECT count(*) FROM book")).isEqualTo("1");
        assertThat(db.rows("SELECT state, count(*)::text FROM lode.reject GROUP BY state"))
                .containsExactly(Db.row("dropped", "2"));
    }

    @Test
    void indexesAndKeysGoByHandAndComeBackAsTheyWere(Db db) throws Exception {
        db.run(SCHEMA);
        db.run("INSERT INTO shelf VALUES (1, 'a'); INSERT INTO book VALUES (1, 1, 'Emma')");
        var before = definitions(db);
        assertThat(run(db, 0, "constraints", "status", "library", "--format", "csv"))
                .anyMatch(line -> line.startsWith("would go,index,book,book_title"))
                .anyMatch(line -> line.startsWith("would go,foreign key,book,"));
        assertThat(definitions(db)).isEqualTo(before);

        assertThat(run(db, 0, "constraints", "suspend", "library"))
                .last()
                .asString()
                .endsWith("things are suspended until: lode constraints restore library");
        assertThat(definitions(db)).noneMatch(line -> line.contains("book_title"));
        assertThat(run(db, 0, "constraints", "status", "--format", "csv"))
                .anyMatch(line -> line.startsWith("suspended,index,book,book_title"));
        // Whoever is not named a writer is kept out while the key cannot tell him.
        assertThatThrownBy(() -> db.run("INSERT INTO book VALUES (2, 99, 'Orphan')"))
                .hasMessageContaining("lode constraints restore");

        run(db, 0, "constraints", "restore", "library");
        assertThat(definitions(db)).isEqualTo(before);
        db.run("INSERT INTO book VALUES (2, 1, 'Again')");
        assertThat(run(db, 0, "constraints", "restore", "library"))
                .last()
                .isEqualTo("0 of 0 things are as they were");
    }

    @Test
    void wordsThatNameNothingAreRefusedWithTheNearestThatDo(Db db) throws Exception {
        db.run(SCHEMA);
        run(db, 5, "load", "library", "--from", "files");
        assertThat(refused(db, "constraints", "suspend", "library", "--tables", "bok"))
                .contains("bok is not in", "did you mean 'book'?");
        assertThat(refused(db, "rejects", "libary")).contains("did you mean 'library'?");
        assertThat(refused(db, "rejects", "99")).contains("run 99");
        assertThat(refused(db, "runs", "nosuch")).contains("dataset 'nosuch': no run");
        assertThat(refused(db, "plan", "library", "--from", "files", "--disk-budget", "lots"))
                .contains("lots");
    }

    @Test
    void aPlanOfAFolderShowsWhatItTakesAndWritesNothing(Db db) throws Exception {
        db.run(SCHEMA);
        assertThat(run(db, 0, "plan", "library", "--from", "files"))
                .anyMatch(line -> line.contains("shelf-2026-06-30.csv") && line.contains("to load"))
                .anyMatch(line -> line.startsWith("database: grows by about "))
                .anyMatch(line -> line.startsWith("database's disk: "))
                .last()
                .asString()
                .startsWith("2 files of 2026-06-30 would be loaded")
                .endsWith("nothing was written");
        assertThat(db.value("SELECT count(*) FROM book")).isEqualTo("0");
        assertThat(db.value("SELECT to_regnamespace('lode') IS NULL")).isEqualTo("t");
    }

    /// What a verb that ends with exit code 2 says.
    private String refused(Db db, String... words) throws Exception {
        try (var lode = start(db, words)) {
            lode.rest();
            assertThat(lode.exitCode()).as("%s", List.of(words)).isEqualTo(2);
            return lode.errors();
        }
    }

    private ChildLode start(Db db, String... words) throws IOException {
        return ChildLode.start(
                folder,
                Map.of(
                        "DATABASE_URL", db.url(),
                        "PGPASSWORD", db.password().reveal(),
                        "LODE_PACKS", folder.resolve("packs").toString(),
                        "LODE_DATA_ROOT", folder.resolve("data").toString()),
                new ArrayList<>(List.of(words)));
    }

    private static List<String> definitions(Db db) {
        return db
                .rows(
                        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' UNION ALL"
                            + " SELECT conrelid::regclass || conname || convalidated ||"
                            + " pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace ="
                            + " 'public'::regnamespace UNION ALL SELECT pg_get_triggerdef(oid) FROM"
                            + " pg_trigger WHERE NOT tgisinternal ORDER BY 1")
                .stream()
                .map(row -> String.valueOf(row.getFirst()))
                .toList();
    }

    private void file(String name, String content) throws IOException {
        Files.writeString(Files.createDirectories(folder.resolve("files")).resolve(name), content);
    }

    /// What the verb prints.
    private List<String> run(Db db, int expected, String... words) throws Exception {
        try (var lode = start(db, words)) {
            var lines = lode.rest();
            assertThat(lode.exitCode())
                    .as("%s: %s%s", List.of(words), lines, lode.errors())
                    .isEqualTo(expected);
            return lines;
        }
    }
}
