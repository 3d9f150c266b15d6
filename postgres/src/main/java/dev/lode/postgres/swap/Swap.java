package dev.lode.postgres.swap;

import dev.lode.core.LodeException;
import dev.lode.core.TableName;
import dev.lode.postgres.Sql;
import dev.lode.postgres.ledger.Lease;
import dev.lode.postgres.load.ChangeLog;
import dev.lode.postgres.schema.ApplySettings;
import dev.lode.postgres.schema.Blocker.Wanted;
import dev.lode.postgres.schema.Step;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The transaction in which shadows take the place of their tables:
/// 1. views are locked before the tables they read, as readers lock them, then all tables;
/// 2. what is to be carried over is read, now that nobody can change it;
/// 3. views and incoming keys go, the old tables go: without CASCADE, so that what was overlooked
///    stops it;
/// 4. the new tables get the names, and back comes what was read;
/// 5. the ledger says so.
///
/// An attempt waits for a lock less long than the server waits before it looks for deadlocks: it
/// gives up before a reader could be made to.
final class Swap {
    private final Step step;
    private final Lease lease;
    private final long run;
    private final String dataset;
    private final ApplySettings settings;
    private final long advisory;

    Swap(Step step, Lease lease, long run, String dataset, ApplySettings settings, long advisory) {
        this.step = step;
        this.lease = lease;
        this.run = run;
        this.dataset = dataset;
        this.settings = settings;
        this.advisory = advisory;
    }

    /// Answers false when the old tables have indexes or keys that the new ones lack.
    boolean swap(List<Replacement.Item> items) throws SQLException, InterruptedException {
        var shadows = new ArrayList<Shadow>();
        for (var item : items) {
            Shadows.ofItem(step.connection(), item.id()).ifPresent(shadows::add);
        }
        if (shadows.isEmpty()) {
            return true;
        }
        var sequences = sequences(shadows);
        return step.patiently(
                "swap of "
                        + shadows.stream()
                                .map(shadow -> shadow.target().toString())
                                .collect(Collectors.joining(", ")),
                shadows.stream().map(Shadow::target).toList(),
                Wanted.ACCESS_EXCLUSIVE,
                advisory,
                () ->
                        step.transaction(
                                advisory,
                                connection -> {
                                    boolean done = attempt(connection, shadows, sequences);
                                    for (var item : items) {
                                        if (done && item.recordChanges()) {
                                            ChangeLog.whole(connection, item.id(), run);
                                        }
                                    }
                                    return done;
                                }));
    }

    /// A column that takes its numbers from a sequence.
    ///
    /// @param old the sequence of the old table
    /// @param made the new table's own, for an identity; null where the old one moves over
    /// @param highest number in the new table, 0 for none
    private record Numbers(
            Shadow shadow, String column, String old, String oldName, String made, long highest) {}

    /// The highest numbers are looked for before anybody is locked out: nobody else writes the new
    /// tables.
    private List<Numbers> sequences(List<Shadow> shadows) throws SQLException {
        var all = new ArrayList<Numbers>();
        for (var shadow : shadows) {
            var found =
                    Sql.list(
                            step.connection(),
                            """
                            SELECT a.attname::text, format('%I.%I', n.nspname, q.relname), q.relname::text,
                                   CASE WHEN d.deptype = 'i' THEN pg_get_serial_sequence(?::text, a.attname::text) ELSE '' END,
                                   a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
                            FROM pg_depend d JOIN pg_class q ON q.oid = d.objid AND q.relkind = 'S'
                            JOIN pg_namespace n ON n.oid = q.relnamespace
                            JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                            WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
                              AND d.refobjid = ?::bigint::oid AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
                            ORDER BY a.attnum, q.oid
                            """,
                            row ->
                                    new Object[] {
                                        row.getString(1),
                                        row.getString(2),
                                        row.getString(3),
                                        row.getString(4),
                                        row.getBoolean(5)
                                    },
                            shadow.name().sql(),
                            shadow.targetOid());
            for (var one : found) {
                String column = String.valueOf(one[0]);
                long highest =
                        Boolean.TRUE.equals(one[4])
                                ? Sql.number(
                                        step.connection(),
                                        "SELECT coalesce(max("
                                                + TableName.quote(column)
                                                + "), 0)::bigint FROM "
                                                + shadow.name().sql())
                                : 0;
                all.add(
                        new Numbers(
                                shadow,
                                column,
                                String.valueOf(one[1]),
                                String.valueOf(one[2]),
                                String.valueOf(one[3]),
                                highest));
            }
        }
        return all;
    }

    private boolean attempt(Connection connection, List<Shadow> shadows, List<Numbers> sequences)
            throws SQLException {
        lease.check(connection);
        Shadows.qualify(connection);
        limitWaiting(connection);
        var targets = shadows.stream().map(Shadow::targetOid).toList();
        var views = Dependants.views(connection, targets);
        for (var view : views) {
            // Changes nothing and takes the lock: LOCK TABLE would lock every table under the
            // view.
            CarriedStatements.run(
                    connection,
                    (view.materialized() ? "ALTER MATERIALIZED VIEW " : "ALTER VIEW ")
                            + view.name()
                            + " OWNER TO "
                            + view.owner());
        }
        lock(connection, shadows, targets);
        check(connection, shadows, targets);
        if (!views.equals(Dependants.views(connection, targets))) {
            throw new SQLException("views changed while the locks were taken", "40001");
        }
        if (!complete(connection, shadows)) {
            return false;
        }
        exchange(connection, shadows, sequences, views, targets);
        for (var shadow : shadows) {
            Sql.update(
                    connection,
                    "UPDATE lode.shadow SET state = 'swapped', ended_at = now() WHERE item_id = ?",
                    shadow.item());
        }
        return true;
    }

    private void limitWaiting(Connection connection) throws SQLException {
        long deadlock =
                Sql.number(
                        connection,
                        "SELECT setting::bigint FROM pg_settings WHERE name = 'deadlock_timeout'");
        long wait = Math.max(1, Math.min(settings.lockTimeout().toMillis(), deadlock / 2));
        Sql.run(connection, "SET LOCAL lock_timeout = " + wait);
    }

    private static void lock(Connection connection, List<Shadow> shadows, List<Long> targets)
            throws SQLException {
        var outside =
                Dependants.incomingKeys(connection, targets).stream()
                        .map(Dependants.IncomingKey::table);
        var tables =
                Stream.concat(
                                outside,
                                shadows.stream()
                                        .flatMap(
                                                shadow ->
                                                        Stream.of(shadow.target(), shadow.name())))
                        .distinct()
                        .sorted()
                        .map(TableName::sql)
                        .collect(Collectors.joining(", "));
        Sql.run(connection, "LOCK TABLE " + tables + " IN ACCESS EXCLUSIVE MODE");
    }

    private static void check(Connection connection, List<Shadow> shadows, List<Long> targets)
            throws SQLException {
        var reasons = Dependants.refusals(connection, targets);
        if (!reasons.isEmpty()) {
            throw Shadows.refusal(shadows.getFirst().target(), reasons);
        }
        for (var shadow : shadows) {
            boolean same =
                    Sql.number(
                                    connection,
                                    "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid ="
                                            + " c.relnamespace WHERE c.oid = ?::bigint::oid AND"
                                            + " c.relname = ? AND n.nspname = ?",
                                    shadow.targetOid(),
                                    shadow.target().name(),
                                    shadow.target().schema())
                            == 1;
            if (!same
                    || !Shadows.exists(connection, shadow)
                    || !Shadows.shape(connection, shadow.oid())
                            .equals(Shadows.shape(connection, shadow.targetOid()))) {
                throw LodeException.data(
                        shadow.target()
                                + ": its columns or checks are not what they were when the new"
                                + " table was begun; left as it was; run the same command again,"
                                + " which begins a new one");
            }
        }
    }

    private static boolean complete(Connection connection, List<Shadow> shadows)
            throws SQLException {
        for (var shadow : shadows) {
            for (var index :
                    CarriedStatements.indexes(
                            connection, shadow.targetOid(), shadow.name().sql())) {
                if (!ShadowBuilder.present(connection, shadow, index)) {
                    return false;
                }
            }
            for (var key : ShadowKeys.keys(connection, shadow, shadows)) {
                if (!ShadowKeys.present(connection, shadow, key)) {
                    return false;
                }
            }
        }
        return true;
    }

    private void exchange(
            Connection connection,
            List<Shadow> shadows,
            List<Numbers> sequences,
            List<Dependants.View> views,
            List<Long> targets)
            throws SQLException {
        var incoming = Dependants.incomingKeys(connection, targets);
        var acls = new ArrayList<CarriedAcl>();
        var marks = new ArrayList<String>();
        var actions = new ArrayList<String>();
        var names = new ArrayList<String>();
        for (var shadow : shadows) {
            acls.addAll(CarriedAcl.read(connection, shadow.targetOid()));
            marks.addAll(CarriedStatements.marks(connection, shadow.targetOid()));
            actions.addAll(CarriedStatements.actions(connection, shadow.targetOid()));
            names.add(CarriedStatements.owner(connection, shadow.targetOid(), shadow.name().sql()));
            names.addAll(renames(connection, shadow));
        }
        for (var numbers : sequences) {
            if (!numbers.made().isEmpty()) {
                acls.addAll(
                        CarriedAcl.read(
                                connection,
                                Sql.number(
                                        connection,
                                        "SELECT CAST(?::text::regclass AS oid)::bigint",
                                        numbers.old())));
            }
        }
        var carried = new ArrayList<CarriedView>();
        for (var view : views.reversed()) {
            carried.add(CarriedView.read(connection, view.oid()));
            actions.addAll(CarriedStatements.actions(connection, view.oid()));
        }
        for (var view : views) {
            CarriedStatements.run(
                    connection,
                    (view.materialized() ? "DROP MATERIALIZED VIEW " : "DROP VIEW ") + view.name());
        }
        for (var key : incoming) {
            CarriedStatements.run(connection, key.drop());
        }
        var renamedSequences = move(connection, sequences);
        Sql.run(
                connection,
                "DROP TABLE "
                        + shadows.stream()
                                .map(shadow -> shadow.target().sql())
                                .collect(Collectors.joining(", ")));
        run(connection, names);
        run(connection, renamedSequences);
        for (var acl : acls) {
            acl.apply(connection);
        }
        run(connection, marks);
        for (var key : incoming) {
            CarriedStatements.run(connection, key.add());
            if (!key.comment().isEmpty()) {
                CarriedStatements.run(connection, key.comment());
            }
            if (key.validate()) {
                UncheckedKeys.note(connection, dataset, run, key);
            }
        }
        for (var view : carried) {
            view.apply(connection);
        }
        run(connection, actions);
    }

    /// A view, made again as a whole before the next one: its owner may need it for that.
    private record CarriedView(
            List<String> statements, List<CarriedAcl> privileges, List<String> marks) {
        static CarriedView read(Connection connection, long view) throws SQLException {
            return new CarriedView(
                    CarriedStatements.view(connection, view),
                    CarriedAcl.read(connection, view),
                    CarriedStatements.marks(connection, view));
        }

        /// Privileges before the marks: REVOKE on a table takes those on its columns along.
        void apply(Connection connection) throws SQLException {
            Swap.run(connection, statements);
            for (var acl : privileges) {
                acl.apply(connection);
            }
            run(connection, marks);
        }
    }

    private static List<String> renames(Connection connection, Shadow shadow) throws SQLException {
        var names = new ArrayList<String>();
        names.add(
                "ALTER TABLE "
                        + shadow.name().sql()
                        + " RENAME TO "
                        + TableName.quote(shadow.target().name()));
        for (var index :
                CarriedStatements.indexes(connection, shadow.targetOid(), shadow.name().sql())) {
            names.add(
                    index.constraint()
                            ? "ALTER TABLE "
                                    + shadow.target().sql()
                                    + " RENAME CONSTRAINT "
                                    + TableName.quote(index.made())
                                    + " TO "
                                    + TableName.quote(index.name())
                            : "ALTER INDEX "
                                    + new TableName(shadow.target().schema(), index.made()).sql()
                                    + " RENAME TO "
                                    + TableName.quote(index.name()));
        }
        return names;
    }

    /// Sequences go over with their numbers: those of an identity are the new table's own and take
    /// the old one's numbers and, afterwards, its name.
    private static List<String> move(Connection connection, List<Numbers> sequences)
            throws SQLException {
        var renames = new ArrayList<String>();
        for (var numbers : sequences) {
            String table = numbers.shadow().name().sql();
            if (numbers.made().isEmpty()) {
                CarriedStatements.run(
                        connection,
                        "ALTER SEQUENCE "
                                + numbers.old()
                                + " OWNED BY "
                                + table
                                + "."
                                + TableName.quote(numbers.column()));
            } else {
                renames.add(
                        "ALTER SEQUENCE "
                                + numbers.made()
                                + " RENAME TO "
                                + TableName.quote(numbers.oldName()));
            }
            String target = numbers.made().isEmpty() ? numbers.old() : numbers.made();
            Sql.list(
                    connection,
                    "SELECT setval(?::text::regclass, CASE WHEN s.seqincrement > 0 AND ? >="
                            + " q.last_value AND ? <= s.seqmax THEN ? ELSE q.last_value END,"
                            + " q.is_called OR (s.seqincrement > 0 AND ? >= q.last_value)) FROM "
                            + numbers.old()
                            + " q, pg_sequence s WHERE s.seqrelid = ?::text::regclass",
                    row -> 0,
                    target,
                    numbers.highest(),
                    numbers.highest(),
                    numbers.highest(),
                    numbers.highest(),
                    numbers.old());
        }
        return renames;
    }

    private static void run(Connection connection, List<String> statements) throws SQLException {
        for (var statement : statements) {
            CarriedStatements.run(connection, Objects.requireNonNull(statement));
        }
    }
}
