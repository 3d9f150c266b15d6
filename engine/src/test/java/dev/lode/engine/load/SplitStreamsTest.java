package dev.lode.engine.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.core.ByteSize;
import dev.lode.core.RowCounts;
import dev.lode.format.csv.CutSettings;
import dev.lode.postgres.BriefConnection;
import dev.lode.postgres.Connections;
import dev.lode.postgres.Database;
import dev.lode.postgres.Sql;
import dev.lode.postgres.load.LoadLimits;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.OnPostgres;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

@OnPostgres
final class SplitStreamsTest {
    private static final String PACK =
            """
            dataset: test
            schema: SCHEMA
            snapshot: "{item}-{date}.csv"
            format: { csv: { quote: '"', escape: '\\' } }
            tables:
              thing: { item: things, key: [id] }
            """;

    @TempDir Path folder;

    @Test
    void aGapIsFilledAndWhatIsBehindItRecognised(Db db) throws Exception {
        db.run("CREATE TABLE thing (id integer PRIMARY KEY, name text)");
        var loading =
                new Loading(db, folder, PACK).file("things", things(2000, 2000)).with(splits(500));
        loading.load();
        var whole = db.value("SELECT md5(string_agg(t::text, ',' ORDER BY id)) FROM thing t");
        // Two splits that never committed, as when the process died beside their neighbours.
        db.run(
                "CREATE TABLE gap AS SELECT * FROM lode.split ORDER BY start_offset OFFSET 3 LIMIT"
                        + " 1");
        db.run("INSERT INTO gap SELECT * FROM lode.split ORDER BY start_offset OFFSET 9 LIMIT 1");
        db.run(
                "DELETE FROM thing t USING gap g WHERE t.id >= g.start_record AND t.id <"
                        + " g.start_record + g.records");
        db.run("DELETE FROM lode.split s USING gap g WHERE s.start_offset = g.start_offset");
        db.run("UPDATE lode.item SET state = 'failed'");

        var report = loading.with(splits(300)).load().getFirst();

        assertThat(report.counts()).isEqualTo(new RowCounts(2000, 2000, 0, 0, 0, 0, 0, 0));
        assertThat(db.value("SELECT md5(string_agg(t::text, ',' ORDER BY id)) FROM thing t"))
                .isEqualTo(whole);
        assertThat(
                        db.value(
                                "SELECT count(*) FROM (SELECT start_offset, lag(end_offset) OVER"
                                        + " (ORDER BY start_offset) AS before FROM lode.split) s"
                                        + " WHERE before <> start_offset"))
                .isEqualTo("0");
    }

    @Test
    void theLastRecordOfAKeyWinsWhateverCommitsFirst(Db db) throws Exception {
        db.run("CREATE TABLE thing (id integer PRIMARY KEY, name text)");
        var report =
                new Loading(db, folder, PACK)
                        .file("things", things(3000, 1000))
                        .with(splits(400))
                        .load()
                        .getFirst();
        assertThat(report.counts().read()).isEqualTo(3000);
        assertThat(report.counts().balanced()).isTrue();
        assertThat(db.value("SELECT count(*) FROM thing WHERE name = 'name ' || id + 2000"))
                .isEqualTo("1000");
    }

    @Test
    void streamsKeepTheirConnectionsFromBatchToBatchAndLeaveThemToLaterItems(Db db)
            throws Exception {
        db.run("CREATE TABLE thing (id integer PRIMARY KEY, name text)");
        var backends = new Backends(new Database(Loading.settings(db), db.schema()));
        var loading = new Loading(db, folder, PACK).over(backends).with(splits(500));
        loading.file("things", things(2000, 2000)).load();
        // The next snapshot is compared side by side and written in turn.
        loading.file("things", things(2100, 2100).replace("name 7", "new name 7")).load();
        assertThat(Long.valueOf(db.value("SELECT count(*) FROM lode.split"))).isGreaterThan(100);
        // Of each run its lease, four streams and what looks around; and one that belongs to none.
        assertThat(backends.seen).hasSizeLessThanOrEqualTo(14);
    }

    /// Sees which backends the work is done by.
    private static final class Backends implements Connections {
        private final Database real;
        private final Set<Long> seen = ConcurrentHashMap.newKeySet();

        Backends(Database real) {
            this.real = real;
        }

        private void see(Connection connection) throws SQLException {
            seen.add(Sql.number(connection, "SELECT pg_backend_pid()"));
        }

        @Override
        public Connection open(String name) throws SQLException {
            var connection = real.open(name);
            see(connection);
            return connection;
        }

        @Override
        public BriefConnection brief(String name) throws SQLException {
            var brief = real.brief(name);
            see(brief.connection());
            return brief;
        }

        @Override
        public BriefConnection lent(String name) throws SQLException {
            var lent = real.lent(name);
            see(lent.connection());
            return lent;
        }
    }

    @Test
    void anotherStreamStaysOnlyWhereItBringsMore() {
        var gauge = new StreamGauge();
        long now = 0;
        // The server takes 100 bytes a tick over three streams and no more over four.
        for (int batch = 0; batch < 200; batch++) {
            now += 100 / Math.min(3, gauge.streams(8));
            gauge.committed(8, 100, now);
        }
        assertThat(gauge.streams(8)).isBetween(3, 4);
        assertThat(gauge.streams(2)).isEqualTo(2);
        int before = gauge.streams(8);
        for (int batch = 0; batch < 40; batch++) {
            now += 1000;
            gauge.committed(8, 100, now);
        }
        assertThat(gauge.streams(8)).isLessThan(before);
    }

    @Test
    void streamsAreBoundedByMemoryAndConnectionsAndSharedByItems() {
        var settings = LoadSettings.standard();
        var two = StreamBudget.of(settings, 2, 100, 512L << 20);
        var first = two.join();
        assertThat(first.streams()).isEqualTo(2);
        var second = two.join();
        assertThat(first.streams()).isEqualTo(1);
        second.close();
        assertThat(first.streams()).isEqualTo(2);
        assertThat(StreamBudget.of(settings, 64, 1000, 512L << 20).join().streams())
                .isBetween(4, 8);
        assertThat(StreamBudget.of(settings, 64, 4, 8L << 30).join().streams()).isEqualTo(4);
        var asked = settings.with(new CopySettings(Optional.empty(), 3));
        assertThat(StreamBudget.of(asked, 1, 100, 512L << 20).join().streams()).isEqualTo(3);
    }

    /// @param keys records repeat their keys after so many
    private static String things(int records, int keys) {
        var text = new StringBuilder("id,name\n");
        for (int i = 0; i < records; i++) {
            text.append(i % keys).append(",\"name ").append(i).append("\"\n");
        }
        return text.toString();
    }

    private static LoadSettings splits(long bytes) {
        return new LoadSettings(
                        1,
                        CutSettings.DEFAULT.withBatchSize(ByteSize.of(bytes)),
                        LoadLimits.DEFAULT,
                        Duration.ofSeconds(60),
                        false)
                .with(new CopySettings(Optional.empty(), 4));
    }
}
