package dev.lode.engine.intake;

import dev.lode.core.LodeException;
import dev.lode.core.TableName;
import dev.lode.core.pack.Pack;
import dev.lode.core.pack.document.DocumentSpec;
import dev.lode.engine.load.DatasetLoad;
import dev.lode.postgres.TargetDatabase;
import dev.lode.postgres.document.DocumentTarget;
import dev.lode.postgres.schema.LateReport;
import dev.lode.postgres.schema.MissingLate;
import dev.lode.postgres.suspend.Suspended;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// The tables of a dataset as they are now: made where they are missing, opened again after
/// anything went wrong with them. Thread safe.
final class Targets {
    private static final int KEYS_AT_ONCE = 2;

    private final Pack pack;
    private final TargetDatabase database;
    private final boolean create;
    private final Steps steps;
    private @Nullable DocumentTarget open;

    Targets(Pack pack, TargetDatabase database, boolean create, Steps steps) {
        this.pack = pack;
        this.database = database;
        this.create = create;
        this.steps = steps;
    }

    /// @throws LodeException of kind RESOURCE when tables are missing and are not to be made, or
    ///   the server does not answer
    synchronized DocumentTarget target() throws InterruptedException {
        var target = open;
        if (target == null) {
            if (create) {
                make();
            }
            target = database.documents(pack);
            open = target;
        }
        return target;
    }

    private void make() throws InterruptedException {
        var script = DatasetLoad.script(pack);
        var made = database.createTables(pack.dataset(), script);
        if (!made.tables().isEmpty()) {
            steps.note(
                    database.where() + ": " + made.tables().size() + " tables made for its files");
        }
        // What is away, for a backload or by somebody's hand, is given back by who took it.
        var away = database.suspended();
        // Made while the tables are empty: files come one by one for ever, there is no later.
        var missing =
                database.missingOwnKeys(script).stream()
                        .filter(key -> away.stream().noneMatch(thing -> same(thing, key)))
                        .toList();
        if (!missing.isEmpty()) {
            database.makeKeys(script, missing, KEYS_AT_ONCE, this::tell);
        }
    }

    private static boolean same(Suspended thing, MissingLate key) {
        return thing.table().equals(key.object().table())
                && thing.name().equals(key.object().name());
    }

    private void tell(LateReport report) {
        boolean wrong =
                report.outcome() == LateReport.Outcome.FAILED
                        || report.outcome() == LateReport.Outcome.LEFT_NOT_VALID;
        if (wrong) {
            steps.trouble(report.sentence());
        }
    }

    /// Those that files fill, whether they are there or not.
    static List<TableName> names(Pack pack) {
        return pack.documents().map(DocumentSpec::filled).orElse(List.of()).stream()
                .map(table -> new TableName(pack.schema(), table))
                .toList();
    }

    /// It failed: looked at again when it is next asked for.
    synchronized void forget(DocumentTarget failed) {
        if (open == failed) {
            open = null;
        }
    }
}
