package dev.lode.engine.publish;

import dev.lode.core.LodeException;
import dev.lode.postgres.publish.Changed;
import dev.lode.postgres.publish.ItemRow;
import dev.lode.postgres.publish.ItemRows;
import dev.lode.postgres.publish.PublishedItems;
import dev.lode.publish.Change;
import dev.lode.publish.ChangeReader;
import dev.lode.publish.ItemSource;
import dev.lode.publish.KeyOrder;
import dev.lode.publish.Manifest;
import dev.lode.publish.Publication;
import dev.lode.publish.PublicationFolder;
import dev.lode.publish.PublishedFile;
import dev.lode.publish.archive.ArchiveKeys;
import dev.lode.store.DiskTrouble;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;

/// The items of a publication in one snapshot of the database, as its archives take them. Safe for
/// use by several threads.
final class DatabaseItems implements ItemSource {
    /// Items of one query: enough that its round trip does not count.
    private static final int BATCH = 500;

    private final PublishedItems items;
    private final Changed changed;
    private final FormerPlaces former;
    private final Optional<Manifest> before;
    private final PublicationFolder folder;
    private final AtomicLong read = new AtomicLong();

    /// @param former where changed items were before
    /// @param before the generation that the changes are since
    DatabaseItems(
            PublishedItems items,
            Changed changed,
            FormerPlaces former,
            Optional<Manifest> before,
            PublicationFolder folder) {
        this.items = items;
        this.changed = changed;
        this.former = former;
        this.before = before;
        this.folder = folder;
    }

    /// Items read from the database so far.
    long read() {
        return read.get();
    }

    @Override
    public SortedSet<String> partitions() {
        return switch (changed) {
            case Changed.Nothing _ -> published();
            case Changed.Everything _ -> {
                items.refuseDuplicates();
                yield items.partitions();
            }
            case Changed.Items some -> {
                // What a build of everything would find: partitions that are listed or hold an
                // item.
                var now = new TreeSet<>(some.partitions());
                for (String partition : published()) {
                    if (!now.contains(partition) && items.holds(partition)) {
                        now.add(partition);
                    }
                }
                yield now;
            }
        };
    }

    private SortedSet<String> published() {
        var partitions = new TreeSet<String>();
        before.ifPresent(
                manifest ->
                        manifest.files().stream()
                                .map(PublishedFile::partition)
                                .filter(partition -> !partition.equals(Publication.ALL))
                                .forEach(partitions::add));
        return partitions;
    }

    @Override
    public Work workOf(String partition) {
        return switch (changed) {
            case Changed.Nothing _ -> new Work.Nothing();
            case Changed.Everything _ -> new Work.Everything();
            case Changed.Items some -> {
                boolean untouched =
                        !some.places().containsKey(partition)
                                && former.of(partition).isEmpty()
                                && !some.keysUnknown();
                yield untouched
                        ? new Work.Nothing()
                        : new Work.Some(() -> changes(some, partition));
            }
        };
    }

    private ChangeReader changes(Changed.Items some, String partition) throws InterruptedException {
        var here = some.places().getOrDefault(partition, List.of());
        var present = new HashSet<>(here);
        var gone = new ArrayList<String>();
        for (String key : former.of(partition)) {
            if (!present.contains(key)) {
                gone.add(key);
            }
        }
        if (!some.keysUnknown()) {
            return new Changes(here, gone);
        }
        var all = new TreeSet<String>(KeyOrder.INSTANCE);
        all.addAll(gone);
        all.addAll(vanished(partition));
        return new Changes(here, List.copyOf(all));
    }

    /// Keys of the archive before that the database does not have any more.
    private List<String> vanished(String partition) throws InterruptedException {
        var file = before.flatMap(manifest -> manifest.file(partition));
        if (file.isEmpty()) {
            return List.of();
        }
        var vanished = new ArrayList<String>();
        try (var old = ArchiveKeys.open(folder.archive(file.get()));
                var now = items.keysOfPartition(partition)) {
            var row = now.next();
            for (String key = old.next(); key != null; key = old.next()) {
                while (row != null && KeyOrder.INSTANCE.compare(row.key(), key) < 0) {
                    row = now.next();
                }
                if (row == null || !row.key().equals(key)) {
                    vanished.add(key);
                }
            }
        } catch (IOException e) {
            throw DiskTrouble.of(folder.path(), "reading", e);
        }
        return vanished;
    }

    @Override
    public ChangeReader whole(String partition) throws InterruptedException {
        return new Rows(items.ofPartition(partition));
    }

    /// All rows of a query.
    private final class Rows implements ChangeReader {
        private final ItemRows rows;
        private final ItemContent content = new ItemContent(items.spec().content());
        private String last = "";

        Rows(ItemRows rows) {
            this.rows = rows;
        }

        @Override
        public @Nullable Change next() {
            ItemRow row = rows.next();
            if (row == null) {
                return null;
            }
            if (row.key().equals(last)) {
                throw LodeException.data(
                        "publication '"
                                + items.spec().name()
                                + "', partition \""
                                + row.partition()
                                + "\": key \""
                                + last
                                + "\" comes twice; the generation was not made; take a key that is"
                                + " unique, or joins that find one row at most");
            }
            last = row.key();
            read.incrementAndGet();
            return new Change.Put(content.of(row));
        }

        @Override
        public void close() {
            rows.close();
        }
    }

    /// Changed items, read a batch at a time, and keys that are gone, both in the order of keys.
    private final class Changes implements ChangeReader {
        private final List<String> here;
        private final List<String> gone;
        private int nextBatch;
        private int nextGone;
        private @Nullable Rows rows;
        private @Nullable Change pending;

        Changes(List<String> here, List<String> gone) {
            this.here = here;
            this.gone = gone;
        }

        @Override
        public @Nullable Change next() throws InterruptedException {
            if (pending == null) {
                pending = nextHere();
            }
            var put = pending;
            if (nextGone < gone.size()) {
                String key = gone.get(nextGone);
                if (put == null || KeyOrder.INSTANCE.compare(key, put.key()) < 0) {
                    nextGone++;
                    return new Change.Remove(key);
                }
            }
            pending = null;
            return put;
        }

        private @Nullable Change nextHere() throws InterruptedException {
            while (true) {
                var open = rows;
                if (open == null) {
                    if (nextBatch >= here.size()) {
                        return null;
                    }
                    int end = Math.min(here.size(), nextBatch + BATCH);
                    open = new Rows(items.ofKeys(here.subList(nextBatch, end)));
                    rows = open;
                    nextBatch = end;
                }
                var change = open.next();
                if (change != null) {
                    return change;
                }
                open.close();
                rows = null;
            }
        }

        @Override
        public void close() {
            if (rows != null) {
                rows.close();
            }
        }
    }
}
