package dev.lode.engine.doctor;

import dev.lode.core.LodeException;
import dev.lode.core.TableName;
import dev.lode.core.pack.LoadMode;
import dev.lode.core.pack.Pack;
import dev.lode.core.pack.TableSpec;
import dev.lode.postgres.TargetDatabase;
import dev.lode.postgres.doctor.LedgerExam;
import dev.lode.postgres.verify.Unfinished;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Looks at a database: the server's settings, the ledger, the tables of datasets. Reads only. A
/// part that cannot be looked at is a finding of its own, and the others go on.
public final class DatabaseDoctor {
    private final TargetDatabase database;
    private final int workers;

    /// @param workers items that a load takes at the same time
    public DatabaseDoctor(TargetDatabase database, int workers) {
        this.database = database;
        this.workers = workers;
    }

    /// @param packs datasets whose tables are looked at
    public List<Diagnosis> diagnoses(Collection<Pack> packs) {
        var found = new ArrayList<Diagnosis>();
        if (!looked(found, "server", this::server)) {
            return found;
        }
        looked(found, "ledger", this::ledger);
        for (var pack : packs) {
            looked(found, "tables", () -> tables(pack));
        }
        return found;
    }

    private static boolean looked(
            List<Diagnosis> found, String area, Supplier<List<Diagnosis>> look) {
        try {
            found.addAll(look.get());
            return true;
        } catch (LodeException e) {
            found.add(Diagnosis.broken(area, String.valueOf(e.getMessage()), "", ""));
            return false;
        }
    }

    private List<Diagnosis> server() {
        return new ServerExam(database.server(), database.tuning(), workers).diagnoses();
    }

    private List<Diagnosis> ledger() {
        var exam = database.exam();
        if (!exam.present()) {
            return List.of(
                    Diagnosis.note(
                            "ledger",
                            database.where() + " has none yet",
                            "lode init DATASET, or the first lode sync, makes it",
                            ""));
        }
        var found = new ArrayList<Diagnosis>();
        exam.runs().forEach(run -> found.add(run(run)));
        for (var item : exam.items()) {
            boolean underWay =
                    exam.runs().stream()
                            .anyMatch(run -> run.alive() && run.dataset().equals(item.dataset()));
            if (!underWay) {
                found.add(item(item));
            }
        }
        exam.suspended().forEach(suspended -> found.add(suspended(suspended)));
        if (found.isEmpty()) {
            found.add(Diagnosis.well("ledger", "no run, item or key is unfinished"));
        }
        return found;
    }

    private static Diagnosis run(LedgerExam.Run run) {
        String what = "run " + run.id() + " of dataset '" + run.dataset() + "' ";
        if (run.alive()) {
            return Diagnosis.note("ledger", what + "is under way", "", "");
        }
        return Diagnosis.worth(
                "ledger",
                what + (run.state().equals("running") ? "was interrupted" : "is " + run.state()),
                "lode sync " + run.dataset() + " goes on where it stopped",
                "the snapshot becomes whole");
    }

    private static Diagnosis item(LedgerExam.Item item) {
        return Diagnosis.worth(
                "ledger",
                item.table()
                        + ": "
                        + item.name()
                        + (item.state().equals("failed") ? " failed" : " is half loaded"),
                "lode sync " + item.dataset() + " goes on where it stopped",
                "the table becomes whole");
    }

    private static Diagnosis suspended(LedgerExam.Suspended suspended) {
        String what =
                suspended.count()
                        + " suspended objects ("
                        + suspended.kind().replace('_', ' ')
                        + ") of dataset '"
                        + suspended.dataset()
                        + "'";
        return suspended.alive()
                ? Diagnosis.note("ledger", what + ", by a run that is under way", "", "")
                : Diagnosis.worth(
                        "ledger",
                        what,
                        "lode constraints restore " + suspended.dataset(),
                        "the tables are as they were before the load");
    }

    private List<Diagnosis> tables(Pack pack) {
        var names =
                pack.tables().stream()
                        .map(table -> new TableName(pack.schema(), table.table()))
                        .toList();
        var there = database.tables(names);
        if (there.isEmpty()) {
            return List.of();
        }
        var found = new ArrayList<Diagnosis>();
        boolean update =
                pack.tables().stream().map(TableSpec::mode).anyMatch(LoadMode.UPSERT::equals);
        for (var missing : database.missingPrivileges(there.keySet(), update)) {
            found.add(
                    Diagnosis.broken(
                            "tables",
                            missing.place() + ": " + missing.lack(),
                            missing.remedy(),
                            "the load can run"));
        }
        var slow = database.slowColumns(there.keySet());
        if (!slow.isEmpty()) {
            found.add(slow(pack, slow));
        }
        database.unfinished(there.values()).forEach(one -> found.add(unfinished(pack, one)));
        if (found.isEmpty()) {
            found.add(
                    Diagnosis.well(
                            "tables",
                            there.size()
                                    + " of dataset '"
                                    + pack.dataset()
                                    + "': rights, indexes and keys are in order"));
        }
        return found;
    }

    private static Diagnosis slow(Pack pack, Map<TableName, List<String>> slow) {
        return Diagnosis.worth(
                "tables",
                slow.values().stream().mapToLong(List::size).sum()
                        + " columns of long values in "
                        + slow.size()
                        + " tables of dataset '"
                        + pack.dataset()
                        + "' are not compressed with lz4, such as "
                        + slow.values().iterator().next().getFirst()
                        + " of "
                        + slow.keySet().iterator().next(),
                "lode init "
                        + pack.dataset()
                        + " --lz4 (--dry-run shows the statements); a change of the schema for"
                        + " good, for rows stored from then on",
                "tables of long text load in 44 % of the time, at about the same size");
    }

    private static Diagnosis unfinished(Pack pack, Unfinished one) {
        String what = "table '" + one.table() + "': ";
        return switch (one.kind()) {
            case INVALID_INDEX ->
                    Diagnosis.broken(
                            "tables",
                            what + "index '" + one.name() + "' is invalid: no query uses it",
                            "REINDEX INDEX CONCURRENTLY "
                                    + new TableName(one.table().schema(), one.name()).sql(),
                            "queries find rows by it again");
            case FOREIGN_KEY_NOT_VALID, CHECK_NOT_VALID, NOT_NULL_NOT_VALID ->
                    Diagnosis.worth(
                            "tables",
                            what + "constraint '" + one.name() + "' is NOT VALID",
                            "lode verify "
                                    + pack.dataset()
                                    + " shows the rows in its way; then ALTER TABLE "
                                    + one.table().sql()
                                    + " VALIDATE CONSTRAINT "
                                    + TableName.quote(one.name()),
                            "the server vouches for every row");
        };
    }
}
