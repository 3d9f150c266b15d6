package dev.lode.format.json;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Keys of the objects that are open, by their hashes, to find one that stands twice in its object.
/// Objects close in the opposite order. Belongs to one thread.
final class OpenKeys {
    /// Of so many keys each new one is compared with all before it; beyond, an object has a set.
    private static final int FEW = 64;

    private long[] hashes = new long[256];
    private int count;
    private final Map<Integer, Set<Long>> many = new HashMap<>();

    /// Begins an object inside the one that was begun last.
    ///
    /// @return its place
    int open() {
        return count;
    }

    /// Notes a key of the object that was begun last.
    ///
    /// @return whether it was there already
    boolean isTwice(int object, long hash) {
        if (count - object >= FEW) {
            return isTwiceOfMany(object, hash);
        }
        for (int i = object; i < count; i++) {
            if (hashes[i] == hash) {
                return true;
            }
        }
        push(hash);
        return false;
    }

    private boolean isTwiceOfMany(int object, long hash) {
        @Nullable Set<Long> set = many.get(object);
        if (set == null) {
            set = new HashSet<>();
            for (int i = object; i < count; i++) {
                set.add(hashes[i]);
            }
            many.put(object, set);
        }
        if (!set.add(hash)) {
            return true;
        }
        push(hash);
        return false;
    }

    private void push(long hash) {
        if (count == hashes.length) {
            hashes = Arrays.copyOf(hashes, count * 2);
        }
        hashes[count++] = hash;
    }

    /// Ends the object that was begun last.
    void close(int object) {
        // The next object at this place has keys of its own.
        if (count - object >= FEW) {
            many.remove(object);
        }
        count = object;
    }

    void clear() {
        count = 0;
        many.clear();
    }
}
