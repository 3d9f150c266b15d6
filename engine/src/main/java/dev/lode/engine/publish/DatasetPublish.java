package dev.lode.engine.publish;

import dev.lode.core.ByteSize;
import dev.lode.core.Count;
import dev.lode.core.LodeException;
import dev.lode.core.Parallel;
import dev.lode.core.TableName;
import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;
import dev.lode.core.pack.Pack;
import dev.lode.core.pack.publish.PublicationSpec;
import dev.lode.postgres.load.RunOrigin;
import dev.lode.postgres.publish.Changed;
import dev.lode.postgres.publish.PublishDatabase;
import dev.lode.postgres.publish.PublishRun;
import dev.lode.postgres.publish.PublishSnapshot;
import dev.lode.postgres.publish.PublishedItems;
import dev.lode.publish.KeyOrder;
import dev.lode.publish.Manifest;
import dev.lode.publish.Publication;
import dev.lode.publish.PublicationBuilder;
import dev.lode.publish.PublicationFolder;
import dev.lode.publish.PublishedFile;
import dev.lode.publish.s3.UploadReport;
import dev.lode.store.DiskTrouble;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Publishes a dataset: all its publications from one snapshot of the database, each into a
/// generation of its own. What one fails at does not stop the others. Two are under way at the same
/// time: one reads and compresses, while the other's archive of all is copied, brought to the disk
/// and uploaded.
///
/// The ledger knows which state of the database a generation holds only after the generation is the
/// latest. Where it does not know, as after a crash between the two, all items are compared.
public final class DatasetPublish {
    private static final int AT_ONCE = 2;

    private final Pack pack;
    private final PublishDatabase database;
    private final PublishPlace place;
    private final Optional<BucketTarget> bucket;
    private final PublishSettings settings;
    private final RunListener listener;
    private final InstantSource clock;

    /// @param bucket that generations are brought to behind that
    /// @param clock what generations are dated by
    public DatasetPublish(
            Pack pack,
            PublishDatabase database,
            PublishPlace place,
            Optional<BucketTarget> bucket,
            PublishSettings settings,
            RunListener listener,
            InstantSource clock) {
        this.pack = pack;
        this.database = database;
        this.place = place;
        this.bucket = bucket;
        this.settings = settings;
        this.listener = listener;
        this.clock = clock;
    }

    /// What a run would do; writes nothing.
    public List<PublicationPlan> plan(Collection<PublicationSpec> wanted) {
        var plans = new ArrayList<PublicationPlan>();
        try (var snapshot = snapshot(wanted, database.missingTriggers())) {
            for (var spec : wanted) {
                var items = snapshot.items(spec);
                var folder = folder(publication(spec, items));
                var before = latest(folder);
                var changed = changed(items, before);
                plans.add(plan(spec, before, changed, FormerPlaces.of(changed, before, folder)));
            }
        }
        return plans;
    }

    private static PublicationPlan plan(
            PublicationSpec spec, Optional<Manifest> before, Changed changed, FormerPlaces former) {
        var archives =
                before.map(
                        manifest ->
                                manifest.files().stream()
                                        .filter(file -> mayChange(file, changed, former))
                                        .toList());
        return new PublicationPlan(
                spec.name(),
                words(changed),
                archives.map(files -> files.size() + appearing(before.orElseThrow(), changed)),
                archives.map(
                        files ->
                                ByteSize.of(files.stream().mapToLong(PublishedFile::bytes).sum())));
    }

    /// Partitions that have no archive yet.
    private static int appearing(Manifest before, Changed changed) {
        if (!(changed instanceof Changed.Items items)) {
            return 0;
        }
        var names = new HashSet<>(items.places().keySet());
        names.addAll(items.partitions());
        before.files().forEach(file -> names.remove(file.partition()));
        return names.size();
    }

    private static boolean mayChange(PublishedFile file, Changed changed, FormerPlaces former) {
        return switch (changed) {
            case Changed.Nothing _ -> false;
            case Changed.Everything _ -> true;
            case Changed.Items items ->
                    file.partition().equals(Publication.ALL)
                            || items.keysUnknown()
                            || items.places().containsKey(file.partition())
                            || !former.of(file.partition()).isEmpty();
        };
    }

    static String words(Changed changed) {
        return switch (changed) {
            case Changed.Nothing _ -> "nothing changed";
            case Changed.Everything(String why) -> "all items are compared: " + why;
            case Changed.Items items -> {
                long keys = items.places().values().stream().mapToLong(List::size).sum();
                var tables = new ArrayList<String>();
                items.why()
                        .forEach(
                                (table, rows) ->
                                        tables.add(table + " (" + Count.of(rows, "row") + ")"));
                tables.sort(String::compareTo);
                yield keys
                        + (keys == 1 ? " item" : " items")
                        + " in "
                        + items.places().size()
                        + (items.places().size() == 1 ? " archive" : " archives")
                        + " may have changed"
                        + (tables.isEmpty() ? "" : ": " + String.join(", ", tables))
                        + (items.keysUnknown() ? "; keys are compared for deleted items" : "");
            }
        };
    }

    /// Publishes.
    ///
    /// @param onLoss called when another process took the run over
    /// @throws LodeException of kind RESOURCE when another process publishes the dataset, or the
    ///   snapshot cannot be had; what fails with one publication stands in the report
    public PublishReport run(Collection<PublicationSpec> wanted, RunOrigin origin, Runnable onLoss)
            throws InterruptedException {
        wanted.forEach(this::refuse);
        long begun = System.nanoTime();
        try (var run = database.begin(origin, settings.leaseTimeout(), onLoss)) {
            listener.on(
                    new RunEvent.RunStarted(
                            run.run(), "publish", pack.dataset(), "", wanted.size()));
            var outcomes = new ArrayList<PublicationOutcome>();
            try {
                publish(wanted, run, outcomes);
                var report =
                        new PublishReport(
                                run.run(),
                                pack.dataset(),
                                bucket.map(BucketTarget::name).orElse(place.name()),
                                outcomes,
                                since(begun));
                run.finish(
                        report.state(),
                        report.failure().map(LodeException::getMessage).orElse(words(report)),
                        PublishJson.text(report));
                return report;
            } catch (LodeException e) {
                run.finish("failed", e.getMessage(), "{}");
                throw e;
            } catch (InterruptedException e) {
                run.finish(
                        "interrupted",
                        "finished generations stay; the same command makes the others",
                        "{}");
                throw e;
            }
        }
    }

    private static String words(PublishReport report) {
        long made =
                report.publications().stream()
                        .filter(one -> one.built().filter(built -> built.isNew()).isPresent())
                        .count();
        return made + " of " + report.publications().size() + " publications changed";
    }

    private void publish(
            Collection<PublicationSpec> wanted, PublishRun run, List<PublicationOutcome> outcomes)
            throws InterruptedException {
        var late = database.makeTriggers();
        listener.on(new RunEvent.StageStarted("snapshot"));
        var builder =
                new PublicationBuilder(
                        place.root(),
                        place.published(),
                        settings.workers(),
                        PublishSettings.retention(pack.publish().keep()),
                        listener);
        try (var snapshot = snapshot(wanted, late)) {
            var chains = new ArrayList<List<Parallel.Work<PublicationOutcome, LodeException>>>();
            for (var spec : wanted) {
                chains.add(List.of(() -> one(spec, builder, snapshot, run)));
            }
            outcomes.addAll(
                    new Parallel<>("publishing", AT_ONCE, LodeException.class, () -> {})
                            .run(chains));
        }
        if (Thread.interrupted()) {
            // A statement that was cancelled fails its publication before it is known why.
            throw new InterruptedException("stopped while publishing");
        }
        run.prune();
    }

    private PublishSnapshot snapshot(Collection<PublicationSpec> wanted, Set<TableName> late) {
        return database.snapshot(
                wanted, late, settings.workers(), settings.snapshotLimit(), settings.mostKeys());
    }

    private PublicationOutcome one(
            PublicationSpec spec,
            PublicationBuilder builder,
            PublishSnapshot snapshot,
            PublishRun run)
            throws InterruptedException {
        long begun = System.nanoTime();
        String why = "";
        try {
            var items = snapshot.items(spec);
            var publication = publication(spec, items);
            var folder = folder(publication);
            var before = latest(folder);
            var changed = changed(items, before);
            why = words(changed);
            listener.on(new RunEvent.Note(false, spec.name() + ": " + why));
            var former = FormerPlaces.of(changed, before, folder);
            refuseWithoutRoom(plan(spec, before, changed, former));
            var source = new DatabaseItems(items, changed, former, before, folder);
            var built = builder.build(publication, source, clock.instant());
            run.published(
                    spec,
                    place.name(),
                    built.manifest().generation(),
                    built.manifest().content(),
                    snapshot);
            Optional<UploadReport> uploaded = Optional.empty();
            if (bucket.isPresent()) {
                listener.on(new RunEvent.PublishStage(spec.name(), "upload"));
                uploaded =
                        Optional.of(
                                bucket.get()
                                        .upload(
                                                folder,
                                                pack.dataset() + "/" + spec.name(),
                                                spec.isPublic()));
            }
            return new PublicationOutcome(
                    spec.name(),
                    why,
                    Optional.of(built),
                    source.read(),
                    uploaded,
                    Optional.empty(),
                    since(begun));
        } catch (LodeException e) {
            if (Thread.currentThread().isInterrupted()) {
                // A file that is closed under its writer says nothing of its disk.
                throw new InterruptedException("stopped while publishing " + spec.name());
            }
            listener.on(new RunEvent.ItemFailed(spec.name(), "", String.valueOf(e.getMessage())));
            return new PublicationOutcome(
                    spec.name(),
                    why,
                    Optional.empty(),
                    0,
                    Optional.empty(),
                    Optional.of(e),
                    since(begun));
        }
    }

    /// What is rebuilt needs room beside what is there. Of a first build that is not known.
    private void refuseWithoutRoom(PublicationPlan plan) {
        var free = place.root().space().free();
        var need = plan.disk().orElse(ByteSize.of(0));
        if (need.compareTo(free) > 0) {
            throw LodeException.resource(
                    "\""
                            + place.published()
                            + "\": "
                            + free
                            + " free, up to "
                            + need
                            + " needed for what changed in publication '"
                            + plan.name()
                            + "'; nothing was written; free some room, or publish elsewhere with"
                            + " --to");
        }
    }

    private Changed changed(PublishedItems items, Optional<Manifest> before) {
        if (before.isEmpty()) {
            return new Changed.Everything("nothing points to a generation yet");
        }
        if (settings.compare()) {
            return new Changed.Everything("as --compare asks for");
        }
        return items.changed(
                place.name(), before.get().generation(), before.get().content(), KeyOrder.INSTANCE);
    }

    private Publication publication(PublicationSpec spec, PublishedItems items) {
        return PublicationShapes.of(pack.dataset(), spec, settings.compression(), items);
    }

    private PublicationFolder folder(Publication publication) {
        return PublicationFolder.of(place.published(), publication);
    }

    /// The latest generation; nothing also when it is damaged, which the builder tells.
    private static Optional<Manifest> latest(PublicationFolder folder) {
        try {
            return folder.latest();
        } catch (LodeException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw DiskTrouble.of(folder.path(), "reading", e);
        }
    }

    /// What is not public is made only where its owner says that nobody is served from.
    private void refuse(PublicationSpec spec) {
        if (!spec.isPublic() && !place.isPrivate()) {
            throw LodeException.usage(
                    "publication '"
                            + spec.name()
                            + "' of '"
                            + pack.dataset()
                            + "': is not public, and \""
                            + place.published()
                            + "\" may be served to anybody; nothing was published; give a folder"
                            + " that is not served with --to DIR --private");
        }
    }

    private static Duration since(long begun) {
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    /// Those of the pack's publications that are wanted.
    ///
    /// @param only their names; empty for all
    /// @throws LodeException of kind USAGE for a name that the pack does not know, or when it has
    ///   no publications
    public static List<PublicationSpec> chosen(Pack pack, List<String> only) {
        Map<String, PublicationSpec> all = new LinkedHashMap<>();
        pack.publish().publications().forEach(spec -> all.put(spec.name(), spec));
        if (all.isEmpty()) {
            throw LodeException.usage(
                    "dataset '"
                            + pack.dataset()
                            + "': its pack declares no publications; add publish to its pack.yaml");
        }
        if (only.isEmpty()) {
            return List.copyOf(all.values());
        }
        return only.stream()
                .distinct()
                .map(
                        name ->
                                Optional.ofNullable(all.get(name))
                                        .orElseThrow(
                                                () ->
                                                        LodeException.usage(
                                                                "publication '"
                                                                        + name
                                                                        + "': unknown in dataset '"
                                                                        + pack.dataset()
                                                                        + "'; it has "
                                                                        + String.join(
                                                                                ", ",
                                                                                all.keySet()))))
                .toList();
    }
}
