package dev.lode.postgres.suspend;

import dev.lode.core.TableName;
import dev.lode.core.pack.Orphans;
import dev.lode.postgres.PostgresErrors;
import dev.lode.postgres.Sql;
import dev.lode.postgres.schema.Blocker.Wanted;
import dev.lode.postgres.schema.KeyCheck;
import dev.lode.postgres.schema.Step;
import dev.lode.postgres.suspend.Restored.Outcome;
import dev.lode.postgres.suspend.Restorer.Result;
import dev.lode.postgres.verify.OrphanReport;
import dev.lode.postgres.verify.VerifyQueries;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Gives one thing back, whatever an earlier attempt did: each method finds out in its transaction
/// how the catalog stands to the journal. Belongs to one thread.
final class ObjectRestore {
    /// Above 32 bits, so that it meets no other advisory lock of Lode: "lode" in ASCII.
    private static final long ADVISORY = 0x6c6f6465L << 31;

    private static final String NOT_CHECKED = "";

    private final Step step;
    private final JournalEntry entry;
    private final TransactionGuard guard;
    private final RestoreSettings how;

    ObjectRestore(Step step, JournalEntry entry, TransactionGuard guard, RestoreSettings how) {
        this.step = step;
        this.entry = entry;
        this.guard = guard;
        this.how = how;
    }

    /// How the catalog stands to the journal.
    private sealed interface State {
        /// Not there, as it should be while it is suspended.
        record Absent() implements State {}

        /// There, and as before but for what [JournalEntry#finishes] brings.
        record Same() implements State {}

        /// There, but an index that no query uses, or a key that was never checked.
        record Unsound() implements State {}

        /// Something else.
        record Different(String found) implements State {}

        /// The table is no more.
        record Gone() implements State {}
    }

    private interface Body {
        Result run(Connection connection, State state) throws SQLException;
    }

    Result trigger() throws SQLException, InterruptedException {
        return option(Wanted.SHARE_ROW_EXCLUSIVE);
    }

    Result autovacuum() throws SQLException, InterruptedException {
        return option(Wanted.SHARE);
    }

    /// A state that was changed, and is changed back.
    private Result option(Wanted wanted) throws SQLException, InterruptedException {
        return transaction(
                wanted,
                (connection, state) ->
                        switch (state) {
                            case State.Absent _ -> {
                                create(connection);
                                yield done(connection, "as it was");
                            }
                            case State.Same _, State.Unsound _ -> done(connection, "as it was");
                            case State.Different different -> different(connection, different);
                            case State.Gone _ -> gone(connection);
                        });
    }

    Result index() throws SQLException, InterruptedException {
        // The index of a partitioned table cannot be built concurrently.
        boolean concurrently =
                (entry.liveWriters() || how.othersWrite()) && entry.creates().size() == 2;
        if (concurrently) {
            var left =
                    transaction(
                            Wanted.SHARE,
                            (connection, state) -> {
                                if (state instanceof State.Unsound) {
                                    dropInvalid(connection);
                                }
                                return new Result(
                                        Outcome.DONE,
                                        state instanceof State.Absent
                                                        || state instanceof State.Unsound
                                                ? "build"
                                                : "");
                            });
            if (left.sentence().equals("build")) {
                buildConcurrently(step.connection());
            }
        }
        return transaction(
                Wanted.SHARE,
                (connection, state) ->
                        switch (state) {
                            case State.Absent _ -> {
                                create(connection);
                                yield done(connection, "built");
                            }
                            case State.Unsound _ -> {
                                dropInvalid(connection);
                                create(connection);
                                yield done(connection, "built");
                            }
                            case State.Same _ -> done(connection, "there");
                            case State.Different different -> different(connection, different);
                            case State.Gone _ -> gone(connection);
                        });
    }

    /// Writers go on meanwhile; what a broken attempt leaves is an invalid index of that name,
    /// which the next attempt drops.
    private void buildConcurrently(Connection connection) throws SQLException {
        guard.check(connection);
        Sql.run(connection, "SET lock_timeout = 0");
        Sql.run(connection, "SET search_path = " + searchPath());
        Sql.run(connection, entry.creates().getFirst().replace(", true)", ", false)"));
        Sql.run(
                connection,
                entry.creates()
                        .getLast()
                        .replaceFirst("^CREATE INDEX ", "CREATE INDEX CONCURRENTLY "));
    }

    private void dropInvalid(Connection connection) throws SQLException {
        Sql.run(
                connection,
                "DROP INDEX " + new TableName(entry.table().schema(), entry.shown().name()).sql());
    }

    /// The key is there afterwards, NOT VALID; a key that was so before is done with that.
    Result addKey() throws SQLException, InterruptedException {
        return transaction(
                Wanted.SHARE_ROW_EXCLUSIVE,
                (connection, state) ->
                        switch (state) {
                            case State.Absent _ -> {
                                create(connection);
                                yield added(connection);
                            }
                            case State.Unsound _ -> added(connection);
                            case State.Same _ -> done(connection, "there");
                            case State.Different different -> different(connection, different);
                            case State.Gone _ -> gone(connection);
                        });
    }

    private Result added(Connection connection) throws SQLException {
        if (!entry.validates()) {
            return done(connection, "there, NOT VALID as before");
        }
        finish(connection);
        Journal.leaveNotValid(connection, entry.id(), NOT_CHECKED);
        return new Result(Outcome.NOT_VALID, entry.label() + ": there, not checked yet");
    }

    /// Rows that break it leave it NOT VALID: all of them are counted.
    Result validate() throws SQLException, InterruptedException {
        try {
            return transaction(
                    Wanted.SHARE_ROW_EXCLUSIVE,
                    (connection, state) ->
                            switch (state) {
                                case State.Unsound _ -> {
                                    KeyCheck.validate(
                                            connection, entry.table(), entry.shown().name());
                                    yield done(connection, "holds for every row");
                                }
                                case State.Same _ -> done(connection, "holds for every row");
                                case State.Absent _ ->
                                        different(
                                                connection,
                                                new State.Different("somebody dropped it since"));
                                case State.Different different -> different(connection, different);
                                case State.Gone _ -> gone(connection);
                            });
        } catch (SQLException e) {
            if (!PostgresErrors.state(e).equals("23503")) {
                throw e;
            }
            return orphans();
        }
    }

    private Result orphans() throws SQLException {
        OrphanReport report = VerifyQueries.orphans(step.connection(), entry.key(), how.examples());
        String sentence =
                entry.label()
                        + ": "
                        + report.rows()
                        + " rows refer to "
                        + report.keys()
                        + " rows that are not in "
                        + entry.shown().other().orElseThrow()
                        + ", such as "
                        + report.examples().stream()
                                .map(Object::toString)
                                .collect(Collectors.joining(", "))
                        + "; it guards new rows and stays NOT VALID; load or correct them, then:"
                        + " "
                        + entry.shown().remedy();
        step.transaction(
                advisory(),
                connection -> {
                    guard.check(connection);
                    Journal.leaveNotValid(connection, entry.id(), sentence);
                    return 0;
                });
        return new Result(
                how.orphans(entry.table()) == Orphans.FAIL ? Outcome.ORPHANS : Outcome.NOT_VALID,
                sentence);
    }

    /// The fence comes down once every key that asks for it is back.
    Result fence() throws SQLException, InterruptedException {
        return transaction(
                Wanted.SHARE_ROW_EXCLUSIVE,
                (connection, state) -> {
                    if (state instanceof State.Gone) {
                        return gone(connection);
                    }
                    var missing =
                            Sql.list(
                                    connection,
                                    "SELECT name FROM lode.suspended WHERE kind = 'foreign_key' AND"
                                            + " state = 'suspended' AND (table_oid IN (?, ?) OR"
                                            + " other_oid IN (?, ?)) ORDER BY id",
                                    row -> row.getString(1),
                                    entry.tableOid(),
                                    entry.otherOid(),
                                    entry.tableOid(),
                                    entry.otherOid());
                    if (!missing.isEmpty()) {
                        return new Result(
                                Outcome.FAILED,
                                entry.label()
                                        + ": still up, because foreign keys are not back: "
                                        + String.join(", ", missing));
                    }
                    for (var drop : entry.creates()) {
                        Sql.run(connection, drop);
                    }
                    Journal.remove(connection, entry.id());
                    return new Result(Outcome.DONE, entry.label() + ": down");
                });
    }

    /// What the server or a lock refused; the journal keeps it with the reason.
    Result failed(Exception e) throws SQLException {
        String why =
                e instanceof SQLException sql
                        ? PostgresErrors.text(sql)
                                + PostgresErrors.detail(sql).map(detail -> ": " + detail).orElse("")
                                + " (SQLSTATE "
                                + PostgresErrors.state(sql)
                                + ")"
                        : String.valueOf(e.getMessage());
        String sentence =
                entry.label()
                        + ": not given back: "
                        + why
                        + "; remove what stands in the way, then: "
                        + entry.shown().remedy();
        step.transaction(
                advisory(),
                connection -> {
                    guard.check(connection);
                    Journal.note(connection, entry.id(), sentence);
                    return 0;
                });
        return new Result(Outcome.FAILED, sentence);
    }

    private Result transaction(Wanted wanted, Body body) throws SQLException, InterruptedException {
        return step.patiently(
                entry.label(),
                entry.tables(),
                wanted,
                advisory(),
                () ->
                        step.transaction(
                                advisory(),
                                connection -> {
                                    guard.check(connection);
                                    if (Journal.lock(connection, entry.id()).isEmpty()) {
                                        return new Result(
                                                Outcome.DONE,
                                                entry.label() + ": given back already");
                                    }
                                    return body.run(connection, state(connection));
                                }));
    }

    private long advisory() {
        return ADVISORY + entry.id();
    }

    private void create(Connection connection) throws SQLException {
        Sql.run(connection, "SET LOCAL search_path = " + searchPath());
        for (var statement : entry.creates()) {
            Sql.run(connection, statement);
        }
    }

    /// Names in statements are qualified; this is for what functions in expressions look up.
    private String searchPath() {
        return "pg_catalog, " + TableName.quote(entry.table().schema()) + ", public, pg_temp";
    }

    private void finish(Connection connection) throws SQLException {
        for (var statement : entry.finishes()) {
            Sql.run(connection, statement);
        }
    }

    private Result done(Connection connection, String how) throws SQLException {
        finish(connection);
        Journal.remove(connection, entry.id());
        return new Result(Outcome.DONE, entry.label() + ": " + how);
    }

    private Result gone(Connection connection) throws SQLException {
        Journal.remove(connection, entry.id());
        return new Result(
                Outcome.GONE, entry.label() + ": its table was dropped, and it with the table");
    }

    private Result different(Connection connection, State.Different different) throws SQLException {
        String sentence =
                entry.label()
                        + ": "
                        + different.found()
                        + "; it was: "
                        + entry.before()
                        + "; left as it is; put it right by hand, then: "
                        + entry.shown().remedy()
                        + ", with --forget to keep it as it is now";
        Journal.note(connection, entry.id(), sentence);
        return new Result(Outcome.DIFFERENT, sentence);
    }

    private State state(Connection connection) throws SQLException {
        var name =
                Sql.first(
                        connection,
                        "SELECT n.nspname::text, c.relname::text FROM pg_catalog.pg_class c JOIN"
                            + " pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid ="
                            + " ?::bigint::oid",
                        row -> new TableName(row.getString(1), row.getString(2)),
                        entry.tableOid());
        if (name.isEmpty()) {
            return new State.Gone();
        }
        if (!name.get().equals(entry.table())) {
            return new State.Different("its table is called " + name.get() + " now");
        }
        if (entry.kind() == SuspendKind.FENCE) {
            return new State.Same();
        }
        return SuspendableReader.read(
                        connection, List.of(entry.tableOid()), false, Set.of(entry.kind()))
                .stream()
                .filter(
                        object ->
                                object.kind() == entry.kind()
                                        && object.name().equals(entry.shown().name()))
                .findFirst()
                .map(this::compare)
                .orElseGet(this::absent);
    }

    private State compare(Suspendable found) {
        if (found.before().equals(entry.before())) {
            return found.sound() ? new State.Same() : new State.Unsound();
        }
        if (!entry.meanwhile().isEmpty() && found.before().equals(entry.meanwhile())) {
            return new State.Absent();
        }
        return new State.Different("it is there, but different: " + found.before());
    }

    private State absent() {
        return entry.kind() == SuspendKind.TRIGGER
                ? new State.Different("somebody dropped it since")
                : new State.Absent();
    }
}
