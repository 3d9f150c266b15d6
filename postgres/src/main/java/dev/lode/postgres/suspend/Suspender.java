package dev.lode.postgres.suspend;

import dev.lode.core.LodeException;
import dev.lode.core.TableName;
import dev.lode.postgres.Sql;
import dev.lode.postgres.schema.Blocker.Wanted;
import dev.lode.postgres.schema.Step;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Takes things away from tables in one transaction:
/// 1. the catalog says which tables have to be locked; they are locked in the order of their names,
///    with a short lock_timeout and pauses between attempts, so that nobody queues behind for long;
/// 2. under the locks the catalog is read again: what is written down is what is taken away;
/// 3. the journal's rows come first, then the fences, then the objects go.
///
/// So there is no moment in which something is gone and not written down. Never CASCADE.
final class Suspender {
    /// Where Lode's processes take turns at suspending: "lode" in ASCII, then 1.
    private static final long ADVISORY = 0x6c6f646500000001L;

    private final Step step;
    private final TransactionGuard guard;
    private final SuspendOwner owner;

    Suspender(Step step, TransactionGuard guard, SuspendOwner owner) {
        this.step = step;
        this.guard = guard;
        this.owner = owner;
    }

    /// What [#suspend] would do.
    static SuspendPlan plan(Connection connection, String dataset, SuspendRequest request)
            throws SQLException {
        var objects = wanted(connection, request);
        var busy = busy(connection, dataset, request);
        return new SuspendPlan(
                objects.stream()
                        .filter(object -> goes(object, request, busy))
                        .map(SuspendPlan::thing)
                        .toList(),
                left(objects, request, busy));
    }

    SuspendPlan suspend(SuspendRequest request) throws SQLException, InterruptedException {
        var tables =
                lockedFor(
                        wanted(step.connection(), request).stream()
                                .filter(Suspendable::mayBeSuspended)
                                .filter(object -> allowed(object, request))
                                .toList());
        if (tables.isEmpty()) {
            return plan(step.connection(), owner.dataset(), request);
        }
        return step.patiently(
                "suspending indexes and keys",
                tables,
                Wanted.ACCESS_EXCLUSIVE,
                ADVISORY,
                () ->
                        step.transaction(
                                ADVISORY, connection -> locked(connection, request, tables)));
    }

    private SuspendPlan locked(
            Connection connection, SuspendRequest request, List<TableName> tables)
            throws SQLException {
        guard.check(connection);
        Sql.run(
                connection,
                "LOCK TABLE "
                        + tables.stream().map(TableName::sql).collect(Collectors.joining(", "))
                        + " IN ACCESS EXCLUSIVE MODE");
        var objects = wanted(connection, request);
        var busy = busy(connection, owner.dataset(), request);
        var going = objects.stream().filter(object -> goes(object, request, busy)).toList();
        if (!tables.containsAll(lockedFor(going))) {
            // Somebody made a key between the two looks: rare enough to leave it to the next run.
            throw LodeException.resource(
                    "suspending indexes and keys: tables were changed by somebody else at the same"
                            + " time; nothing was suspended; run the same command again");
        }
        boolean live = !request.writers().exclusive();
        if (request.writers() instanceof Writers.Fenced fenced) {
            fence(connection, going, fenced);
        }
        for (var object : going) {
            Journal.add(connection, owner, object, live);
        }
        for (var object : going) {
            Sql.run(connection, object.suspend());
        }
        return new SuspendPlan(
                going.stream().map(SuspendPlan::thing).toList(), left(objects, request, busy));
    }

    /// A fence at both ends of every key, on the partitions too: statement triggers of a
    /// partitioned table do not see rows that are written to a partition by name.
    private void fence(Connection connection, List<Suspendable> going, Writers.Fenced fenced)
            throws SQLException {
        var ends = new TreeSet<Long>();
        for (var object : going) {
            if (object.kind() == SuspendKind.FOREIGN_KEY) {
                ends.add(object.tableOid());
                ends.add(object.otherOid());
            }
        }
        for (var table : Fence.openTables(connection, ends)) {
            var fence = Fence.on(table, owner.dataset(), fenced.prefix());
            Journal.add(connection, owner, fence, false);
            Sql.run(connection, fence.suspend());
        }
    }

    private static List<Suspendable> wanted(Connection connection, SuspendRequest request)
            throws SQLException {
        var oids = SuspendableReader.oids(connection, request.tables());
        return SuspendableReader.read(connection, oids, request.incoming()).stream()
                .filter(request::covers)
                .toList();
    }

    /// Tables that are fenced for another dataset: its keys are its own matter.
    private record Busy(List<Long> tables) {
        boolean has(Suspendable object) {
            return tables.contains(object.tableOid()) || tables.contains(object.otherOid());
        }
    }

    private static Busy busy(Connection connection, String dataset, SuspendRequest request)
            throws SQLException {
        return request.writers().exclusive() && Journal.exists(connection)
                ? new Busy(Fence.tablesOfOthers(connection, dataset))
                : new Busy(List.of());
    }

    private static boolean allowed(Suspendable object, SuspendRequest request) {
        return object.kind() != SuspendKind.FOREIGN_KEY || request.writers().exclusive();
    }

    private static boolean goes(Suspendable object, SuspendRequest request, Busy busy) {
        return object.mayBeSuspended()
                && allowed(object, request)
                && !(object.kind() == SuspendKind.FOREIGN_KEY && busy.has(object));
    }

    private static List<SuspendPlan.Left> left(
            List<Suspendable> objects, SuspendRequest request, Busy busy) {
        var left = new ArrayList<SuspendPlan.Left>();
        for (var object : objects) {
            reason(object, request, busy)
                    .ifPresent(reason -> left.add(SuspendPlan.left(object, reason)));
        }
        return left;
    }

    private static Optional<String> reason(Suspendable object, SuspendRequest request, Busy busy) {
        if (!object.mayBeSuspended()) {
            return Optional.of(object.left());
        }
        if (!allowed(object, request)) {
            return Optional.of(
                    "others may write its tables; --exclusive keeps them out while it is away");
        }
        return goes(object, request, busy)
                ? Optional.empty()
                : Optional.of(
                        "its tables are fenced for another dataset; lode constraints status shows"
                                + " which");
    }

    /// In the order of their names, which is the same in every process.
    private static List<TableName> lockedFor(Collection<Suspendable> objects) {
        var tables = new TreeSet<TableName>();
        for (var object : objects) {
            tables.add(object.table());
            object.other().ifPresent(tables::add);
        }
        return List.copyOf(tables);
    }
}
