package dev.lode.publish;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;

/// Items of one partition, and ways to change some of them.
public final class Items {
    private static final String[] WORDS = {
        "court",
        "opinion",
        "docket",
        "appeal",
        "motion",
        "judgment",
        "order",
        "§",
        "ünïcode",
        "whereas",
        "plaintiff",
        "defendant",
        "affirmed",
        "reversed",
        "remanded",
        "counsel"
    };

    private final TreeMap<String, byte[]> items = new TreeMap<>(KeyOrder.INSTANCE);

    public NavigableMap<String, byte[]> map() {
        return items;
    }

    /// A line of JSON of about that many bytes.
    public static byte[] json(String key, int bytes, Random random) {
        var text = new StringBuilder("{\"id\":\"").append(key).append("\",\"text\":\"");
        while (text.length() < bytes) {
            text.append(WORDS[random.nextInt(WORDS.length)])
                    .append(' ')
                    .append(random.nextInt(1000))
                    .append(' ');
        }
        return text.append("\"}").toString().getBytes(StandardCharsets.UTF_8);
    }

    public void put(String key, int bytes, Random random) {
        items.put(key, json(key, bytes, random));
    }

    /// All items, as a stream.
    public ChangeReader whole() {
        return reader(
                items.entrySet().stream()
                        .<Change>map(e -> new Change.Put(new Item(e.getKey(), e.getValue())))
                        .toList());
    }

    /// What turns `before` into this, with some puts in between that change nothing.
    public ChangeReader since(NavigableMap<String, byte[]> before, Random random) {
        var changes = new TreeMap<String, Change>(KeyOrder.INSTANCE);
        before.keySet().stream()
                .filter(key -> !items.containsKey(key))
                .forEach(key -> changes.put(key, new Change.Remove(key)));
        items.forEach(
                (key, content) -> {
                    byte[] old = before.get(key);
                    if (old == null
                            || !java.util.Arrays.equals(old, content)
                            || random.nextInt(50) == 0) {
                        changes.put(key, new Change.Put(new Item(key, content)));
                    }
                });
        String stranger = "stranger-" + random.nextInt(100);
        changes.put(stranger, new Change.Remove(stranger));
        return reader(new ArrayList<>(changes.values()));
    }

    public static ChangeReader reader(List<Change> changes) {
        Iterator<Change> iterator = changes.iterator();
        return new ChangeReader() {
            @Override
            public @Nullable Change next() {
                return iterator.hasNext() ? iterator.next() : null;
            }
        };
    }

    /// Inserts, updates, deletes and shrinks some.
    public void disturb(Random random, int changes, int averageBytes) {
        for (int i = 0; i < changes; i++) {
            String key = Integer.toString(random.nextInt(20_000));
            var keys = new ArrayList<>(items.keySet());
            String there = keys.isEmpty() ? key : keys.get(random.nextInt(keys.size()));
            switch (random.nextInt(8)) {
                case 0, 1 -> put(key, 1 + random.nextInt(2 * averageBytes), random);
                case 2 -> items.remove(there);
                case 3 -> put(there, 1, random);
                case 4 -> put("long-" + "x".repeat(random.nextInt(150)) + key, 50, random);
                case 5 -> put("Ä/..\\" + key, 300, random);
                default -> put(there, 1 + random.nextInt(2 * averageBytes), random);
            }
        }
    }
}
