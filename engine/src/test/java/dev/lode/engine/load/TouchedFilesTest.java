package dev.lode.engine.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.core.event.RunEvent;
import dev.lode.core.pack.PackReader;
import dev.lode.engine.services.WritersPause;
import dev.lode.format.Decoders;
import dev.lode.format.bzip2.BlockPool;
import dev.lode.postgres.Database;
import dev.lode.postgres.TargetDatabase;
import dev.lode.postgres.load.RunOrigin;
import dev.lode.postgres.suspend.Writers;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.OnPostgres;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Files whose bytes are in the tables, under times that nobody has seen: copied, or loaded first a
/// moment after they were written.
@OnPostgres
class TouchedFilesTest {
    private static final String PACK =
            """
            dataset: test
            schema: public
            snapshot: "{item}-{date}.csv"
            tables:
              sale: { item: sales, key: [id] }
            """;
    private static final String TABLE =
            """
            CREATE TABLE sale (id integer PRIMARY KEY, what text);
            CREATE INDEX sale_what ON sale (what);
            """;

    @TempDir Path folder;

    /// What a load touched that it need not.
    private final List<String> touched = new ArrayList<>();

    private final WritersPause writers =
            new WritersPause() {
                @Override
                public boolean begin(long run) {
                    touched.add("services");
                    return true;
                }

                @Override
                public boolean confirmed() {
                    return false;
                }

                @Override
                public void end() {}
            };

    private Path sales(String rows) throws Exception {
        Files.writeString(folder.resolve("schema.sql"), TABLE);
        var fresh = Files.writeString(folder.resolve("fresh"), "id,what\n" + rows);
        var file = folder.resolve("sales-2026-06-30.csv");
        return Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private LoadReport load(Db db, Path file, int age) throws Exception {
        return load(db, file, age, SuspendSettings.When.ALWAYS);
    }

    /// @param age of the file, in seconds
    private LoadReport load(Db db, Path file, int age, SuspendSettings.When when) throws Exception {
        touched.clear();
        var changed = (FileTime) Files.getAttribute(file, "unix:ctime");
        Instant now = changed.toInstant().plusSeconds(age);
        var pack = PackReader.parse(folder, PACK);
        var chosen = new FolderSnapshots(pack).choose(folder, pack.tables(), Optional.empty());
        var suspend = new SuspendSettings(when, new Writers.Fenced(""), Optional.empty(), 2);
        try (var pool = new BlockPool(2, 4)) {
            return new DatasetLoad(
                            pack,
                            new TargetDatabase(
                                    new Database(Loading.settings(db), db.schema()), "test"),
                            new Decoders(pool),
                            CopyUnderTest.forced(LoadSettings.standard().with(suspend)),
                            new RunOrigin("test", 1, "test"),
                            event -> {
                                if (event instanceof RunEvent.StageStarted(String stage)
                                        && stage.equals("suspend")) {
                                    touched.add("indexes");
                                }
                            },
                            writers)
                    .run(FolderSnapshots.look(folder, chosen, now), "load", () -> {});
        }
    }

    @Test
    void leaveServicesAndIndexesAlone(Db db) throws Exception {
        db.run(TABLE);
        var file = sales("1,tea\n2,coffee\n");
        load(db, file, 0);
        assertThat(touched).containsExactly("services", "indexes");

        assertThat(load(db, file, 60).items().getFirst().state())
                .isEqualTo(ItemReport.State.SKIPPED);
        assertThat(touched).isEmpty();
        file = sales("1,tea\n2,coffee\n");
        load(db, file, 60);
        assertThat(touched).isEmpty();
        assertThat(db.value("SELECT count(*) FROM sale")).isEqualTo("2");
    }

    @Test
    void areLoadedWhenTheirBytesDiffer(Db db) throws Exception {
        db.run(TABLE);
        load(db, sales("1,tea\n2,coffee\n"), 60);
        load(db, sales("1,tea\n2,toffee\n"), 60);
        assertThat(touched).containsExactly("services", "indexes");
        assertThat(db.value("SELECT what FROM sale WHERE id = 2")).isEqualTo("toffee");
    }

    /// The first load makes table and index; on the second the index is there and may go.
    @Test
    void areLoadedIntoTablesThatLodeMadeAndSuspendTheirIndexesToo(Db db) throws Exception {
        load(db, sales("1,tea\n2,coffee\n"), 60);
        assertThat(touched).containsExactly("services");
        load(db, sales("1,tea\n2,toffee\n"), 60);
        assertThat(touched).containsExactly("services", "indexes");
        assertThat(db.value("SELECT to_regclass('sale_what') IS NOT NULL")).isEqualTo("t");
    }

    /// Five megabytes, of which the next snapshot changes a few bytes.
    @Test
    void suspendWhereItPaysAndNotForTheLittleThatANextSnapshotChanges(Db db) throws Exception {
        db.run(TABLE);
        var rows = new StringBuilder();
        for (int id = 1; rows.length() < 5 << 20; id++) {
            rows.append(id).append(",tea ").append("leaves ".repeat(20)).append(id).append('\n');
        }
        load(db, sales(rows.toString()), 60, SuspendSettings.When.AUTO);
        assertThat(touched).containsExactly("services", "indexes");
        load(db, sales(rows.toString().replace("7\n", "8\n")), 60, SuspendSettings.When.AUTO);
        assertThat(touched).containsExactly("services");
    }
}
