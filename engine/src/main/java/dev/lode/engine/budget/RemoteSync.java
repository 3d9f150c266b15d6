package dev.lode.engine.budget;

import dev.lode.core.ByteSize;
import dev.lode.core.ContentId;
import dev.lode.core.ErrorKind;
import dev.lode.core.FileBytes;
import dev.lode.core.Fingerprint;
import dev.lode.core.LodeException;
import dev.lode.core.TableName;
import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;
import dev.lode.core.pack.LoadMode;
import dev.lode.core.pack.Pack;
import dev.lode.engine.fetch.FetchReport;
import dev.lode.engine.fetch.Fetcher;
import dev.lode.engine.fetch.PartialFiles;
import dev.lode.engine.load.ItemSupply;
import dev.lode.engine.load.LocalItem;
import dev.lode.engine.load.LocalSnapshot;
import dev.lode.postgres.TargetDatabase;
import dev.lode.postgres.ledger.ItemIdentities;
import dev.lode.source.Item;
import dev.lode.source.stream.StreamSettings;
import dev.lode.source.stream.StreamedItem;
import dev.lode.store.AtomicFile;
import dev.lode.store.DiskTrouble;
import dev.lode.store.ManifestEntry;
import dev.lode.store.Snapshot;
import dev.lode.store.SnapshotId;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A snapshot at its source, on its way into the database within a budget of disk: plan, stage,
/// load with [#supply]. Use it from one thread.
public final class RemoteSync implements AutoCloseable {
    private final Pack pack;
    private final List<RemotePart> parts;
    private final Fetcher fetcher;
    private final SnapshotId id;
    private final StreamSettings streaming;
    private final RunListener listener;
    private final Snapshot snapshot;
    private final StoredFiles store;
    private final Map<String, ContentId> contents = new HashMap<>();
    private StagedSupply supply;

    /// @param fetcher brings files into the store; its source is the one that is streamed from
    public RemoteSync(
            Pack pack,
            SnapshotId id,
            List<RemotePart> parts,
            Fetcher fetcher,
            StreamSettings streaming,
            RunListener listener) {
        this.pack = pack;
        this.id = id;
        this.parts = List.copyOf(parts);
        this.fetcher = fetcher;
        this.streaming = streaming;
        this.listener = listener;
        this.snapshot = new Snapshot(fetcher.root(), id);
        this.store =
                new StoredFiles(snapshot, new AtomicFile(fetcher.root().disk(), fetcher.temp()));
        this.supply = new StagedSupply(nothing(), store, new FetchOne(), listener);
    }

    private static DiskPlan nothing() {
        return DiskPlan.of(List.of(), ByteSize.of(0));
    }

    /// Where every item stands, by the ledger and the store; writes nothing.
    ///
    /// @param again whether items are loaded that the ledger has as applied
    public List<DiskPlan.Standing> standings(TargetDatabase database, boolean again) {
        var known =
                again
                        ? Map.<Fingerprint, List<ItemIdentities.Known>>of()
                        : database.known(
                                pack.dataset(),
                                parts.stream().map(RemotePart::fingerprint).toList());
        var tables =
                database.tables(
                        parts.stream()
                                .map(part -> new TableName(pack.schema(), part.spec().table()))
                                .toList());
        var standings = new ArrayList<DiskPlan.Standing>();
        for (var part : parts) {
            var table = tables.get(new TableName(pack.schema(), part.spec().table()));
            var applied =
                    known.getOrDefault(part.fingerprint(), List.of()).stream()
                            .filter(one -> table != null && one.tableOid() == table.oid())
                            .filter(one -> one.last() || part.spec().mode() == LoadMode.APPEND)
                            .findFirst();
            applied.flatMap(ItemIdentities.Known::content)
                    .ifPresent(content -> contents.put(part.item().name(), content));
            var state =
                    store.present(part).isPresent()
                            ? DiskPlan.State.PRESENT
                            : applied.isPresent() ? DiskPlan.State.APPLIED : DiskPlan.State.NEEDED;
            standings.add(new DiskPlan.Standing(part, state));
        }
        return standings;
    }

    /// Does what has to be done before the load: fetches everything where the plan says so, removes
    /// what is in the way. A disk that fills meanwhile turns what is left into streaming.
    public LocalSnapshot stage(DiskPlan plan) throws InterruptedException {
        store.sweep();
        var streamed =
                plan.choices().stream()
                        .filter(choice -> choice.way() == Way.STREAM || choice.way() == Way.NONE)
                        .map(choice -> choice.part().item().name())
                        .toList();
        PartialFiles.remove(snapshot, streamed);
        var entries = new HashMap<String, ManifestEntry>();
        if (plan.stagesAll()) {
            fetchAll(plan).forEach(entry -> entries.put(entry.name(), entry));
        } else {
            supply = new StagedSupply(plan, store, new FetchOne(), listener);
        }
        var items = new ArrayList<LocalItem>();
        for (var part : parts) {
            var entry =
                    Optional.ofNullable(entries.get(part.item().name()))
                            .or(() -> store.present(part));
            items.add(entry.isPresent() ? file(part, entry.get()) : stream(part));
        }
        return new LocalSnapshot(id.date(), items);
    }

    /// Those of the items that a load would read, as streams or as files that are there: for
    /// estimates; writes nothing.
    public LocalSnapshot unapplied(DiskPlan plan) {
        return new LocalSnapshot(
                id.date(),
                plan.choices().stream()
                        .filter(choice -> choice.way() != Way.NONE)
                        .map(DiskPlan.Choice::part)
                        .map(
                                part ->
                                        store.present(part)
                                                .map(entry -> file(part, entry))
                                                .orElseGet(() -> stream(part)))
                        .toList());
    }

    /// What brings items while they are loaded.
    public ItemSupply supply() {
        return supply;
    }

    private List<ManifestEntry> fetchAll(DiskPlan plan) throws InterruptedException {
        var items =
                plan.choices().stream()
                        .filter(choice -> choice.way() == Way.STAGE)
                        .map(choice -> choice.part().item())
                        .toList();
        try {
            return fetcher.fetch(id, items).orThrow().entries();
        } catch (LodeException e) {
            if (e.kind() != ErrorKind.RESOURCE || !DiskTrouble.isFull(e)) {
                throw e;
            }
            var left =
                    parts.stream()
                            .filter(part -> store.present(part).isEmpty())
                            .map(part -> part.item().name())
                            .toList();
            PartialFiles.remove(snapshot, left);
            listener.on(
                    new RunEvent.Note(
                            true,
                            e.getMessage()
                                    + "; streaming the remaining "
                                    + left.size()
                                    + " items instead, nothing more is staged"));
            return List.of();
        }
    }

    private LocalItem file(RemotePart part, ManifestEntry entry) {
        var path = store.path(entry.name());
        try {
            return new LocalItem(
                    part.spec(),
                    entry.name(),
                    FileBytes.of(path),
                    Optional.of(entry.contentId()),
                    Optional.of(entry.fingerprint()));
        } catch (IOException e) {
            throw DiskTrouble.of(path, "reading", e);
        }
    }

    private LocalItem stream(RemotePart part) {
        return new LocalItem(
                part.spec(),
                part.item().name(),
                new StreamedItem(fetcher.source(), part.item(), fetcher.retry(), streaming),
                Optional.ofNullable(contents.get(part.item().name())),
                Optional.of(part.fingerprint()));
    }

    private final class FetchOne implements StagedSupply.Fetch {
        @Override
        public FetchReport of(List<Item> items) throws InterruptedException {
            return fetcher.fetch(id, items);
        }

        @Override
        public void forget(List<String> names) {
            PartialFiles.remove(snapshot, names);
        }
    }

    /// Ends staging; what arrived stays.
    @Override
    public void close() {
        supply.close();
    }
}
