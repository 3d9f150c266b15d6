package dev.lode.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.core.ByteSize;
import dev.lode.demo.corpus.CorpusGenerator;
import dev.lode.demo.corpus.CorpusProgress;
import dev.lode.demo.corpus.CorpusSpec;
import dev.lode.demo.corpus.Packing;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.OnPostgres;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

/// The heap of the launcher, and less than 900 MiB resident, whatever comes in. By command with as
/// much as one likes: `-Dlode.memory-size=5GB -Dlode.items=10000`.
@OnPostgres
@EnabledOnOs(value = OS.LINUX, disabledReason = "reads /proc")
class BoundedMemoryTest {
    private static final ByteSize SIZE =
            ByteSize.parse(System.getProperty("lode.memory-size", "20MB"));
    private static final ByteSize FIELD =
            ByteSize.parse(System.getProperty("lode.memory-field", "100MB"));
    private static final int ITEMS = Integer.getInteger("lode.items", 60);
    private static final LocalDate DATE = LocalDate.of(2026, 6, 30);
    private static final long MOST = 900L << 20;

    @TempDir private Path folder;

    /// Decoding bzip2 takes half of the heap.
    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "BZIP2"})
    void aRecordOfManyMegabytesAmongOthersIsLoaded(Packing packing, Db db) throws Exception {
        var files = Files.createDirectories(folder.resolve("files"));
        var spec = CorpusSpec.of(3, SIZE, DATE).with(packing).withHugeField(FIELD);
        var report = CorpusGenerator.write(spec, files, CorpusProgress.none());
        var pack = Files.createDirectories(folder.resolve("packs/courtlistener"));
        for (var name : List.of("pack.yaml", "schema.sql")) {
            Files.writeString(
                    pack.resolve(name),
                    Files.readString(Path.of("..", "packs", "courtlistener", name))
                            .replace(
                                    "csv.bz2\"", packing == Packing.PLAIN ? "csv\"" : "csv.bz2\""));
        }
        loadWithinTheBound(db, "courtlistener");
        for (var table : report.tables()) {
            assertThat(db.value("SELECT count(*) FROM " + table.table()))
                    .as(table.table())
                    .isEqualTo(String.valueOf(table.rows()));
        }
        assertThat(
                        Long.parseLong(
                                db.value(
                                        "SELECT max(octet_length(plain_text)) FROM"
                                                + " search_opinion")))
                .isGreaterThan(FIELD.bytes() * 9 / 10);
    }

    @Test
    void manyItemsAreLoaded(Db db) throws Exception {
        var pack = Files.createDirectories(folder.resolve("packs/many"));
        var files = Files.createDirectories(folder.resolve("files"));
        var tables = new StringBuilder();
        var schema = new StringBuilder();
        for (int i = 1; i <= ITEMS; i++) {
            tables.append("  t%d: { item: t%d, key: [id] }\n".formatted(i, i));
            schema.append("CREATE TABLE t%d (id integer PRIMARY KEY, x text);\n".formatted(i));
            Files.writeString(files.resolve("t%d-%s.csv".formatted(i, DATE)), "id,x\n1,a\n2,b\n");
        }
        Files.writeString(
                pack.resolve("pack.yaml"),
                "dataset: many\nsnapshot: \"{item}-{date}.csv\"\ntables:\n" + tables);
        Files.writeString(pack.resolve("schema.sql"), schema);
        loadWithinTheBound(db, "many");
        assertThat(db.value("SELECT count(*) || ' ' || sum(inserted) FROM lode.item"))
                .isEqualTo(ITEMS + " " + 2 * ITEMS);
    }

    private void loadWithinTheBound(Db db, String dataset) throws Exception {
        long peak = 0;
        try (var lode =
                ChildLode.start(
                        folder,
                        Map.of(
                                "DATABASE_URL", db.url(),
                                "PGPASSWORD", db.password().reveal(),
                                "LODE_PACKS", folder.resolve("packs").toString(),
                                "LODE_DATA_ROOT", root().toString()),
                        List.of("load", dataset, "--from", "files", "--json"))) {
            for (var line = lode.line(); line != null; line = lode.line()) {
                peak = Math.max(peak, lode.peakResident());
            }
            assertThat(lode.exitCode()).as(lode.errors()).isIn(0, 5);
        }
        System.out.println(dataset + ": at most " + ByteSize.of(peak) + " resident");
        assertThat(peak).isBetween(1L << 20, MOST);
    }

    private Path root() throws IOException {
        return Files.createDirectories(folder.resolve("data"));
    }
}
