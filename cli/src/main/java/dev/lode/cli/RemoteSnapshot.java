package dev.lode.cli;

import dev.lode.cli.settings.Setting;
import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;
import dev.lode.core.pack.Pack;
import dev.lode.core.pack.TableSpec;
import dev.lode.engine.fetch.FetchReport;
import dev.lode.engine.fetch.FetchSettings;
import dev.lode.engine.fetch.Fetcher;
import dev.lode.engine.plan.Chosen;
import dev.lode.engine.plan.Listed;
import dev.lode.engine.plan.SnapshotChooser;
import dev.lode.source.Item;
import dev.lode.source.Retry;
import dev.lode.source.Source;
import dev.lode.store.Snapshot;
import dev.lode.store.SnapshotId;
import dev.lode.store.TempFiles;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;

/// The snapshot of a source that a command works on: chosen from its listing, and fetched when
/// asked.
final class RemoteSnapshot {
    private final Workplace workplace;
    private final Source source;
    private final Pack pack;
    private final Chosen chosen;
    private final Map<String, Item> items;

    private RemoteSnapshot(
            Workplace workplace, Source source, Pack pack, Chosen chosen, Map<String, Item> items) {
        this.workplace = workplace;
        this.source = source;
        this.pack = pack;
        this.chosen = chosen;
        this.items = items;
    }

    /// Lists the source and chooses.
    ///
    /// @throws dev.lode.core.LodeException of kind DATA when no date is complete
    static RemoteSnapshot choose(
            Workplace workplace,
            Source source,
            Pack pack,
            Collection<TableSpec> wanted,
            Optional<LocalDate> date)
            throws InterruptedException {
        var items = new HashMap<String, Item>();
        for (var item : Retry.of(workplace.retryPolicy(), new Random()).call(source::list)) {
            items.put(item.name(), item);
        }
        var listed =
                items.values().stream().map(item -> new Listed(item.name(), item.size())).toList();
        var chosen = new SnapshotChooser(pack).choose(listed, wanted, date, source.name());
        return new RemoteSnapshot(workplace, source, pack, chosen, items);
    }

    Chosen chosen() {
        return chosen;
    }

    SnapshotId id() {
        return new SnapshotId(pack.dataset(), chosen.date());
    }

    /// The remote items, in the order of the tables.
    List<Item> items() {
        return chosen.parts().stream()
                .map(part -> Objects.requireNonNull(items.get(part.file().name())))
                .toList();
    }

    /// Whether the store lacks something of it.
    boolean lacks() {
        var manifest = new Snapshot(workplace.dataRoot(), id()).manifest();
        return items().stream()
                .anyMatch(
                        item ->
                                manifest.entry(item.name())
                                        .filter(entry -> entry.size() == item.size())
                                        .isEmpty());
    }

    /// Brings what is missing into the store.
    FetchReport fetch(RunListener listener, boolean rehash) throws InterruptedException {
        chosen.skipped().forEach(reason -> listener.on(new RunEvent.Note(false, reason)));
        listener.on(new RunEvent.StageStarted("fetch " + id()));
        var settings = workplace.settings();
        var fetchSettings =
                FetchSettings.DEFAULT
                        .withParallel(
                                settings.number(Setting.FETCH_FILES, 1, 64),
                                settings.number(Setting.FETCH_RANGES, 1, 64))
                        .withRehash(rehash);
        var root = workplace.dataRoot();
        try (var temp = TempFiles.open(root, "fetch-" + ProcessHandle.current().pid())) {
            return new Fetcher(
                            source,
                            root,
                            temp,
                            Retry.of(workplace.retryPolicy(), new Random()),
                            fetchSettings,
                            listener,
                            Instant::now)
                    .fetch(id(), items());
        }
    }
}
