package dev.lode.publish;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Random;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Items of several partitions: what a publication is made from, and what it should be.
public final class Corpus {
    private final TreeMap<String, Items> partitions = new TreeMap<>();

    public Items partition(String name) {
        return partitions.computeIfAbsent(name, _ -> new Items());
    }

    public SortedMap<String, Items> partitions() {
        return partitions;
    }

    public long items() {
        return partitions.values().stream().mapToLong(items -> items.map().size()).sum();
    }

    /// Fills some partitions, one of them empty.
    public static Corpus of(int partitions, int items, Random random) {
        var corpus = new Corpus();
        for (int i = 0; i < partitions; i++) {
            corpus.partition("court" + i);
        }
        for (int i = 0; i < items; i++) {
            int court = (int) ((partitions - 1) * Math.pow(random.nextDouble(), 2));
            corpus.partition("court" + court)
                    .put(Integer.toString(i), 1 + random.nextInt(800), random);
        }
        return corpus;
    }

    public Corpus copy() {
        var copy = new Corpus();
        partitions.forEach((name, items) -> copy.partition(name).map().putAll(items.map()));
        return copy;
    }

    /// Inserts, updates, shrinks, deletes and moves some items.
    public void disturb(Random random, int changes) {
        var names = new ArrayList<>(partitions.keySet());
        for (int i = 0; i < changes; i++) {
            var from = partition(names.get(random.nextInt(names.size())));
            var keys = new ArrayList<>(from.map().keySet());
            if (keys.isEmpty() || random.nextInt(3) > 0) {
                from.disturb(random, 1, 400);
            } else {
                String key = keys.get(random.nextInt(keys.size()));
                byte[] content = from.map().remove(key);
                partition(names.get(random.nextInt(names.size()))).map().put(key, content);
            }
        }
    }

    /// Everything has to be compared.
    public ItemSource whole() {
        return new Source(null, new Random(0));
    }

    /// What changed is known.
    public ItemSource since(Corpus before, Random random) {
        return new Source(before, random);
    }

    private final class Source implements ItemSource {
        private final @org.jspecify.annotations.Nullable Corpus before;
        private final Random random;

        Source(@org.jspecify.annotations.Nullable Corpus before, Random random) {
            this.before = before;
            this.random = random;
        }

        @Override
        public SortedSet<String> partitions() {
            return new TreeSet<>(partitions.keySet());
        }

        @Override
        public Work workOf(String partition) {
            if (before == null) {
                return new Work.Everything();
            }
            var old = before.partitions.getOrDefault(partition, new Items());
            return same(old, partition(partition))
                    ? new Work.Nothing()
                    : new Work.Some(() -> partition(partition).since(old.map(), random));
        }

        @Override
        public ChangeReader whole(String partition) {
            return partitions.getOrDefault(partition, new Items()).whole();
        }
    }

    static boolean same(Items one, Items other) {
        return one.map().size() == other.map().size()
                && one.map().entrySet().stream()
                        .allMatch(
                                entry ->
                                        Arrays.equals(
                                                entry.getValue(), other.map().get(entry.getKey())));
    }
}
