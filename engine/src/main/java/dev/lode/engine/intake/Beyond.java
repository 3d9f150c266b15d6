package dev.lode.engine.intake;

import dev.lode.core.place.Place;

import java.util.OptionalLong;

/// Counts the files of a place behind those that a sweep has reached, a bounded piece with each
/// call, once in a sweep. What arrives behind the count meanwhile is not in it. Belongs to one
/// thread.
final class Beyond {
    private final Place place;
    private final int page;
    private final int pages;
    private boolean counting;
    private boolean whole;
    private String after = "";
    private long count;

    /// @param page files of one listing
    /// @param pages listings of one call
    Beyond(Place place, int page, int pages) {
        this.place = place;
        this.page = page;
        this.pages = pages;
    }

    /// A sweep begins or ended.
    void forget() {
        counting = false;
    }

    /// The sweep went past a file.
    void passed(String key) {
        if (!counting) {
            return;
        }
        if (whole || key.compareTo(after) <= 0) {
            count = Math.max(0, count - 1);
        } else {
            after = key;
        }
    }

    /// Goes on counting.
    ///
    /// @param reached by the sweep
    /// @return files behind it; empty while they are not all counted
    OptionalLong count(String reached) throws InterruptedException {
        if (!counting) {
            counting = true;
            whole = false;
            after = reached;
            count = 0;
        }
        for (int i = 0; i < pages && !whole; i++) {
            var files = place.list(after, page);
            count += files.size();
            if (files.size() < page) {
                whole = true;
            } else {
                after = files.getLast().key();
            }
        }
        return known();
    }

    /// Files behind what the sweep has reached; empty where they were not all counted.
    OptionalLong known() {
        return counting && whole ? OptionalLong.of(count) : OptionalLong.empty();
    }
}
