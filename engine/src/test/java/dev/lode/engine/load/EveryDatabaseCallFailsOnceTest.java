package dev.lode.engine.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.core.ByteSize;
import dev.lode.core.ErrorKind;
import dev.lode.core.LodeException;
import dev.lode.format.csv.CutSettings;
import dev.lode.postgres.Connections;
import dev.lode.postgres.Database;
import dev.lode.postgres.load.LoadLimits;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.OnPostgres;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/// The connection breaks at the first call that reaches the server, then at the second, and so on
/// through a whole load; each time the next load brings everything to where an undisturbed one
/// does.
@OnPostgres
public class EveryDatabaseCallFailsOnceTest {
    /// Every call fails with `-Dlode.fault-stride=1`; fewer keep the build short.
    private static final int STRIDE = Integer.getInteger("lode.fault-stride", 5);

    private static final String PACK =
            """
            dataset: test
            schema: SCHEMA
            snapshot: "{item}-{date}.csv"
            tables:
              court: { item: courts, key: [id], version: changed }
            """;
    private static final String RECORDS =
            """
            id,name,changed,parent
            "a","one","2020-01-01",
            "b","two","2020-01-01","d"
            "a","newer","2021-01-01",
            "c","bad date","2021-02-30",
            "d","four","2020-01-01",
            """;

    @TempDir Path folder;

    /// Whether the server had carried the call out when the connection broke.
    public enum Answer {
        /// The call never reached it.
        CALL_LOST(
                40,
                Set.of(
                        "execute",
                        "executeQuery",
                        "executeUpdate",
                        "executeBatch",
                        "commit",
                        "rollback",
                        "setAutoCommit",
                        "unwrap")),
        /// It did, and the answer was lost: a COMMIT has happened. Only calls that change something
        /// differ from those that were lost.
        ANSWER_LOST(15, Set.of("execute", "executeUpdate", "executeBatch", "commit", "unwrap"));

        private final int atLeast;

        // Made by Set.of: immutable, although its type does not say so.
        @SuppressWarnings("ImmutableEnumChecker")
        private final Set<String> methods;

        /// @param atLeast calls that a load makes
        /// @param methods of JDBC that are counted as calls; opening a connection always is
        Answer(int atLeast, Set<String> methods) {
            this.atLeast = atLeast;
            this.methods = methods;
        }
    }

    @Test
    void noRowIsLostOrDoubledWhenACallDoesNotReachTheServer(Db db) throws Exception {
        failEachCall(db, Answer.CALL_LOST);
    }

    @Test
    void noRowIsLostOrDoubledWhenTheAnswerOfACallIsLost(Db db) throws Exception {
        failEachCall(db, Answer.ANSWER_LOST);
    }

    private void failEachCall(Db db, Answer answer) throws Exception {
        db.run(
                "CREATE TABLE court (id text PRIMARY KEY, name text NOT NULL, changed date,"
                        + " parent text REFERENCES court)");
        var clean = new Loading(db, folder, PACK).file("courts", RECORDS).with(threeSplits());
        clean.load();
        var expected = state(db);
        assertThat(expected).contains("[a, newer]", "[courts-2026-06-30.csv, done, 5, 3, 1, 1]");
        assertThat(db.value("SELECT count(*) FROM lode.split WHERE records > 0")).isEqualTo("3");
        for (int call = 1; ; call += STRIDE) {
            db.run("TRUNCATE court; DROP SCHEMA lode CASCADE");
            var breaking =
                    new Breaking(new Database(Loading.settings(db), db.schema()), call, answer);
            try {
                for (var report :
                        new Loading(db, folder, PACK).with(threeSplits()).over(breaking).load()) {
                    assertThat(report.failure())
                            .describedAs("call %d: %s", call, report.message())
                            .isNotEqualTo(Optional.of(ErrorKind.BUG));
                }
            } catch (LodeException e) {
                assertThat(e.kind())
                        .describedAs("call %d: %s", call, e.getMessage())
                        .isEqualTo(ErrorKind.RESOURCE);
            }
            loadUntilDone(clean, call);
            assertThat(state(db))
                    .describedAs("call %d, %s", call, breaking.broken())
                    .isEqualTo(expected);
            if (breaking.broken().isEmpty()) {
                assertThat(call).isGreaterThan(answer.atLeast);
                return;
            }
        }
    }

    /// The server may still be ending the broken connections, which hold the lease.
    private static void loadUntilDone(Loading loading, int call) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (true) {
            try {
                assertThat(loading.load())
                        .describedAs("call %d", call)
                        .extracting(ItemReport::state)
                        .doesNotContain(ItemReport.State.FAILED);
                return;
            } catch (LodeException e) {
                assertThat(e).hasMessageContaining("is held by");
                assertThat(System.nanoTime()).describedAs(e.getMessage()).isLessThan(deadline);
            }
        }
    }

    /// What must not depend on where a run broke.
    private static List<String> state(Db db) {
        var lines = new ArrayList<String>();
        for (var query :
                List.of(
                        "SELECT id, name FROM court ORDER BY id",
                        "SELECT record::text, byte_offset::text, column_name, state, raw::text"
                                + " FROM lode.reject ORDER BY record",
                        "SELECT name, state, records::text, inserted::text, (updated + superseded)"
                                + "::text, rejected::text FROM lode.item",
                        "SELECT start_offset::text, end_offset::text, records::text, (inserted +"
                                + " updated)::text, rejected::text FROM lode.split ORDER BY"
                                + " start_offset")) {
            db.rows(query).forEach(row -> lines.add(row.toString()));
        }
        return lines;
    }

    private static LoadSettings threeSplits() {
        return new LoadSettings(
                1,
                CutSettings.DEFAULT.withBatchSize(ByteSize.of(48)),
                new LoadLimits(1000, Duration.ofSeconds(2)),
                Duration.ofSeconds(60),
                false);
    }

    /// Connections of which one call breaks its connection.
    public static final class Breaking implements Connections {
        private final Connections real;
        private final int at;
        private final Answer answer;
        private final AtomicInteger calls = new AtomicInteger();
        private volatile String broken = "";

        public Breaking(Connections real, int at, Answer answer) {
            this.real = real;
            this.at = at;
            this.answer = answer;
        }

        /// The call that broke; empty when there were not as many.
        public String broken() {
            return broken;
        }

        @Override
        public Connection open(String name) throws SQLException {
            boolean breaks = calls.incrementAndGet() == at;
            if (breaks && answer == Answer.CALL_LOST) {
                broken = "open " + name;
                throw lost();
            }
            var connection = real.open(name);
            if (breaks) {
                broken = "open " + name;
                connection.close();
                throw lost();
            }
            return proxy(Connection.class, connection, connection);
        }

        private <T> T proxy(Class<T> type, Object target, Connection connection) {
            return type.cast(
                    Proxy.newProxyInstance(
                            type.getClassLoader(),
                            new Class<?>[] {type},
                            (_, method, arguments) -> call(target, connection, method, arguments)));
        }

        private @Nullable Object call(
                Object target, Connection connection, Method method, Object @Nullable [] arguments)
                throws Throwable {
            boolean breaks =
                    answer.methods.contains(method.getName()) && calls.incrementAndGet() == at;
            if (breaks) {
                broken = method.getName() + " " + Arrays.toString(arguments);
                if (answer == Answer.ANSWER_LOST) {
                    invoke(target, method, arguments);
                }
                connection.close();
                throw lost();
            }
            return switch (invoke(target, method, arguments)) {
                case PreparedStatement statement ->
                        proxy(PreparedStatement.class, statement, connection);
                case Statement statement -> proxy(Statement.class, statement, connection);
                case null -> null;
                case Object other -> other;
            };
        }

        private static @Nullable Object invoke(
                Object target, Method method, Object @Nullable [] arguments) throws Throwable {
            try {
                return method.invoke(target, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }

        private static SQLException lost() {
            return new SQLException("the connection broke", "08006");
        }
    }
}
