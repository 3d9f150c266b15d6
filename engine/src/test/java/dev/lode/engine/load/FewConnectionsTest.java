package dev.lode.engine.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.core.ByteSize;
import dev.lode.core.Secret;
import dev.lode.format.csv.CutSettings;
import dev.lode.postgres.Database;
import dev.lode.postgres.DatabaseSettings;
import dev.lode.postgres.load.LoadLimits;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.EachPostgres;

import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A role that may have hardly more connections than one item takes.
class FewConnectionsTest {
    private static final LocalDate DATE = LocalDate.of(2026, 6, 30);
    private static final LocalDate NEXT = LocalDate.of(2026, 7, 31);
    private static final int TABLES = 6;
    private static final int ROWS = 3000;

    @TempDir Path folder;

    private static String all(String each) {
        return IntStream.range(0, TABLES)
                .mapToObj(table -> each.replace("%", String.valueOf(table)))
                .collect(Collectors.joining());
    }

    @EachPostgres
    void itemsWaitForTheConnectionsOfOthers(Db db) throws Exception {
        load(db, 5, 3, 4);
    }

    /// One of the lease, and one for everything else: none waits for another that waits.
    @EachPostgres
    void noStreamHoldsAConnectionThatItDoesNotUseYet(Db db) throws Exception {
        load(db, 2, 2, 0);
    }

    private void load(Db db, int connections, int workers, int streams) throws Exception {
        String role = "few_" + db.schema();
        db.run(
                "CREATE ROLE "
                        + role
                        + " LOGIN PASSWORD 'secret' CONNECTION LIMIT "
                        + connections
                        + "; GRANT ALL ON DATABASE "
                        + db.database()
                        + " TO "
                        + role
                        + "; GRANT ALL ON SCHEMA "
                        + db.schema()
                        + " TO "
                        + role);
        var settings = Loading.settings(db);
        var snapshots =
                new Snapshots(
                                db,
                                folder,
                                """
                                dataset: test
                                schema: SCHEMA
                                snapshot: "{item}-{date}.csv"
                                tables:
                                """
                                        + all("  t%: { item: t%, key: [id] }\n"),
                                all("CREATE TABLE t% (id integer PRIMARY KEY, name text);\n"))
                        .with(
                                new LoadSettings(
                                                workers,
                                                CutSettings.DEFAULT.withBatchSize(
                                                        ByteSize.of(1000)),
                                                LoadLimits.DEFAULT,
                                                Duration.ofSeconds(60),
                                                false)
                                        .with(new CopySettings(Optional.empty(), streams)))
                        .over(
                                new Database(
                                        new DatabaseSettings(
                                                settings.host(),
                                                settings.port(),
                                                settings.database(),
                                                role,
                                                Optional.of(Secret.of("secret")),
                                                Map.of()),
                                        db.schema(),
                                        Duration.ofSeconds(10)));
        write(snapshots, DATE, "row ");
        write(snapshots, NEXT, "other row ");
        try {
            assertThat(snapshots.load(DATE).items())
                    .hasSize(TABLES)
                    .allSatisfy(
                            item ->
                                    assertThat(item.state())
                                            .as("%s", item.message())
                                            .isEqualTo(ItemReport.State.LOADED))
                    .allSatisfy(item -> assertThat(item.counts().inserted()).isEqualTo(ROWS));
            assertThat(snapshots.load(NEXT).items())
                    .allSatisfy(
                            item ->
                                    assertThat(item.counts().updated())
                                            .as("%s", item.message())
                                            .isEqualTo(ROWS / 2));
        } finally {
            db.run("DROP OWNED BY " + role + " CASCADE; DROP ROLE " + role);
        }
    }

    /// @param name of every other row; the rest have the same in each snapshot
    private static void write(Snapshots snapshots, LocalDate date, String name) throws Exception {
        for (int table = 0; table < TABLES; table++) {
            snapshots.file(
                    "t" + table,
                    date,
                    IntStream.range(0, ROWS)
                            .mapToObj(
                                    row -> row + "," + (row % 2 == 0 ? name : "old ") + row + "\n")
                            .collect(Collectors.joining("", "id,name\n", "")));
        }
    }
}
