package dev.lode.cli;

import dev.lode.cli.settings.Setting;
import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;
import dev.lode.core.pack.Pack;
import dev.lode.core.pack.TableSpec;
import dev.lode.engine.budget.RemotePart;
import dev.lode.engine.budget.RemoteSync;
import dev.lode.engine.fetch.FetchReport;
import dev.lode.engine.fetch.FetchSettings;
import dev.lode.engine.fetch.Fetcher;
import dev.lode.engine.load.OlderSnapshot;
import dev.lode.engine.plan.Chosen;
import dev.lode.engine.plan.Listed;
import dev.lode.engine.plan.SnapshotChooser;
import dev.lode.postgres.TargetDatabase;
import dev.lode.source.Item;
import dev.lode.source.Retry;
import dev.lode.source.Source;
import dev.lode.source.stream.StreamSettings;
import dev.lode.store.SnapshotId;
import dev.lode.store.TempFiles;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
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

    /// Before anything is fetched.
    ///
    /// @throws dev.lode.core.LodeException of kind USAGE when tables hold a newer snapshot and
    ///   nobody said that this one may take it back
    void refuseOlder(TargetDatabase target) {
        if (!workplace.settings().flag(Setting.ACCEPT_OLDER).orElse(false)) {
            new OlderSnapshot(pack, target)
                    .refuse(
                            chosen.date(),
                            chosen.parts().stream().map(part -> part.table()).toList());
        }
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

    /// The way of the snapshot into the database, within a budget of disk.
    ///
    /// @param temp temporary files of the run
    RemoteSync sync(RunListener listener, TempFiles temp) {
        chosen.skipped().forEach(reason -> listener.on(new RunEvent.Note(false, reason)));
        var parts = new ArrayList<RemotePart>();
        for (var part : chosen.parts()) {
            parts.add(
                    new RemotePart(
                            part.table(), Objects.requireNonNull(items.get(part.file().name()))));
        }
        return new RemoteSync(
                pack,
                id(),
                parts,
                fetcher(listener, false, temp),
                StreamSettings.within(workplace.settings().size(Setting.STREAM_AHEAD)),
                listener);
    }

    private Fetcher fetcher(RunListener listener, boolean rehash, TempFiles temp) {
        var settings = workplace.settings();
        return new Fetcher(
                source,
                workplace.dataRoot(),
                temp,
                Retry.of(workplace.retryPolicy(), new Random()),
                FetchSettings.DEFAULT
                        .withParallel(
                                settings.number(Setting.FETCH_FILES, 1, 64),
                                settings.number(Setting.FETCH_RANGES, 1, 64))
                        .withRehash(rehash),
                listener,
                Instant::now);
    }

    /// Brings what is missing into the store.
    FetchReport fetch(RunListener listener, boolean rehash) throws InterruptedException {
        chosen.skipped().forEach(reason -> listener.on(new RunEvent.Note(false, reason)));
        listener.on(new RunEvent.StageStarted("fetch " + id()));
        try (var temp =
                TempFiles.open(workplace.dataRoot(), "fetch-" + ProcessHandle.current().pid())) {
            return fetcher(listener, rehash, temp).fetch(id(), items());
        }
    }
}
