package dev.lode.engine.load;

import dev.lode.core.Count;
import dev.lode.core.Fingerprint;
import dev.lode.core.LodeException;
import dev.lode.core.TableName;
import dev.lode.core.pack.LoadMode;
import dev.lode.core.pack.Pack;
import dev.lode.core.pack.VanishedSpec;
import dev.lode.format.Decoders;
import dev.lode.postgres.TargetDatabase;
import dev.lode.postgres.catalog.ForeignKeyFacts;
import dev.lode.postgres.catalog.TableFacts;
import dev.lode.postgres.ledger.ItemIdentities;
import dev.lode.postgres.ledger.ItemKey;
import dev.lode.postgres.preflight.Finding;
import dev.lode.postgres.preflight.Finding.Severity;
import dev.lode.postgres.preflight.Preflight;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Reads the head of every file against the catalog and reports every mismatch together, before the
/// first row.
public final class Checks {
    private static final int LISTED = 100;

    private final Pack pack;
    private final TargetDatabase database;
    private final Decoders decoders;
    private final Severity older;

    /// @param older what a snapshot is that is older than what its tables hold
    public Checks(Pack pack, TargetDatabase database, Decoders decoders, Severity older) {
        this.pack = pack;
        this.database = database;
        this.decoders = decoders;
        this.older = older;
    }

    /// What came of it.
    ///
    /// @param tasks those that can be loaded
    public record Result(List<ItemTask> tasks, List<Finding> findings) {
        public Result {
            tasks = List.copyOf(tasks);
            findings = List.copyOf(findings);
        }

        /// @throws LodeException of kind DATA that lists every error
        public void throwIfWrong() {
            var errors =
                    findings.stream()
                            .filter(finding -> finding.severity() == Severity.ERROR)
                            .toList();
            if (!errors.isEmpty()) {
                throw LodeException.data(
                        "pre-flight found "
                                + Count.of(errors.size(), "mistake")
                                + ", no row was written:"
                                + errors.stream()
                                        .limit(LISTED)
                                        .map(finding -> System.lineSeparator() + "  " + finding)
                                        .collect(Collectors.joining())
                                + (errors.size() > LISTED
                                        ? System.lineSeparator() + "  and more"
                                        : ""));
            }
        }
    }

    public Result check(LocalSnapshot snapshot) {
        var names =
                snapshot.items().stream()
                        .map(item -> new TableName(pack.schema(), item.spec().table()))
                        .toList();
        Map<TableName, TableFacts> tables = database.tables(names);
        var preflight = new Preflight(tables, database.tables(referencedOutside(tables)));
        var dialect = Dialects.of(pack.dialect(snapshot.date()));
        var eras = pack.dialects().stream().map(Dialects::of).toList();
        var tasks = new ArrayList<ItemTask>();
        var findings = new ArrayList<Finding>();
        boolean update =
                snapshot.items().stream().anyMatch(item -> item.spec().mode() == LoadMode.UPSERT);
        var deleting =
                snapshot.items().stream()
                        .filter(item -> item.spec().mode() == LoadMode.UPSERT)
                        .filter(
                                item ->
                                        item.spec().vanished().policy()
                                                == VanishedSpec.Policy.DELETE)
                        .map(item -> new TableName(pack.schema(), item.spec().table()))
                        .toList();
        var lacking = new ArrayList<>(database.missingPrivileges(names, update));
        lacking.addAll(database.missingDelete(deleting));
        for (var missing : lacking) {
            findings.add(
                    new Finding(Severity.ERROR, missing.place(), missing.lack(), missing.remedy()));
        }
        var known = known(snapshot);
        for (var item : snapshot.items()) {
            var name = new TableName(pack.schema(), item.spec().table());
            var facts = Optional.ofNullable(tables.get(name));
            var head =
                    recognised(item, known)
                            .orElseGet(() -> ItemHead.read(item, dialect, eras, decoders));
            head.trouble().ifPresent(trouble -> findings.add(error(item, name, trouble, "")));
            if (facts.isEmpty()) {
                findings.add(
                        error(
                                item,
                                name,
                                "the table is not in " + database.where(),
                                "lode init " + pack.dataset() + " creates the pack's tables"));
            }
            if (head.trouble().isPresent() || facts.isEmpty()) {
                continue;
            }
            if (!head.records() && !item.spec().emptyOk()) {
                findings.add(
                        error(
                                item,
                                name,
                                "holds a header and no record, and the pack does not expect that of"
                                        + " it",
                                "take another date with --date, or say empty-ok: true in the pack"
                                        + " if it is as it should be"));
            }
            var check =
                    preflight.check(item.spec(), facts.get(), item.name(), head.header(), dialect);
            findings.addAll(check.findings());
            if (item.spec().mode() == LoadMode.REPLACE) {
                for (var reason : database.swapRefusals(facts.get())) {
                    findings.add(
                            error(
                                    item,
                                    name,
                                    "mode replace cannot carry this over to a new table: " + reason,
                                    "say mode: upsert with vanished: delete in the pack"));
                }
            }
            check.target()
                    .ifPresent(
                            target ->
                                    tasks.add(
                                            new ItemTask(
                                                    new ItemKey(
                                                            pack.dataset(),
                                                            name,
                                                            facts.get().oid(),
                                                            Mapping.fingerprint(
                                                                    target, head.header(), dialect),
                                                            item.spec().mode(),
                                                            item.name(),
                                                            item.bytes().size(),
                                                            item.content(),
                                                            Optional.of(snapshot.date()),
                                                            item.fingerprint(),
                                                            head.header()),
                                                    item.spec(),
                                                    target,
                                                    item.bytes(),
                                                    item.compression(),
                                                    dialect,
                                                    head.header().size())));
        }
        findings.addAll(besideReplaced(tasks));
        findings.addAll(
                new OlderSnapshot(pack, database)
                        .findings(
                                snapshot.date(),
                                snapshot.items().stream().map(LocalItem::spec).toList(),
                                older));
        return new Result(tasks, findings);
    }

    /// New rows of a replaced table are in place only when everything is loaded.
    private static List<Finding> besideReplaced(List<ItemTask> tasks) {
        var replaced =
                tasks.stream()
                        .filter(task -> task.spec().mode() == LoadMode.REPLACE)
                        .map(task -> task.target().table())
                        .collect(Collectors.toSet());
        return tasks.stream()
                .filter(task -> task.spec().mode() != LoadMode.REPLACE)
                .flatMap(
                        task ->
                                task.target().foreignKeys().stream()
                                        .filter(key -> replaced.contains(key.referencedTable()))
                                        .map(
                                                key ->
                                                        new Finding(
                                                                Severity.WARNING,
                                                                task.key().name()
                                                                        + ", table "
                                                                        + task.target().table(),
                                                                "key "
                                                                        + key.name()
                                                                        + " refers to "
                                                                        + key.referencedTable()
                                                                        + ", which is replaced"
                                                                        + " after the rows are"
                                                                        + " loaded: while the key"
                                                                        + " is enforced, rows that"
                                                                        + " refer to its new rows"
                                                                        + " become rejects",
                                                                "let keys be suspended with"
                                                                    + " --exclusive --suspend"
                                                                    + " always, give both tables"
                                                                    + " the same mode, or load them"
                                                                    + " afterwards with lode retry"
                                                                    + " --rejects")))
                .toList();
    }

    private Map<Fingerprint, List<ItemIdentities.Known>> known(LocalSnapshot snapshot) {
        var fingerprints =
                snapshot.items().stream().flatMap(item -> item.fingerprint().stream()).toList();
        return fingerprints.isEmpty() ? Map.of() : database.known(pack.dataset(), fingerprints);
    }

    /// The head of an item that was loaded before, without reading it: the same version has the
    /// same columns.
    private static Optional<ItemHead> recognised(
            LocalItem item, Map<Fingerprint, List<ItemIdentities.Known>> known) {
        return item.fingerprint()
                .flatMap(
                        fingerprint ->
                                known.getOrDefault(fingerprint, List.of()).stream().findFirst())
                .map(before -> new ItemHead(before.header(), true, Optional.empty()));
    }

    private static Set<TableName> referencedOutside(Map<TableName, TableFacts> tables) {
        return tables.values().stream()
                .flatMap(table -> table.foreignKeys().stream())
                .map(ForeignKeyFacts::referencedTable)
                .filter(table -> !tables.containsKey(table))
                .collect(Collectors.toSet());
    }

    private static Finding error(LocalItem item, TableName table, String sentence, String remedy) {
        return new Finding(Severity.ERROR, item.name() + ", table " + table, sentence, remedy);
    }
}
