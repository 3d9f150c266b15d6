package dev.lode.core.place;

import java.util.List;

/// Somebody who tells of new files before a listing shows them. What is told may be late, wrong,
/// twice and in any order: listings alone find everything.
public interface Announcements {
    /// Nobody.
    Announcements NONE =
            new Announcements() {
                @Override
                public List<String> take() {
                    return List.of();
                }

                @Override
                public void dealtWith(String key) {}
            };

    /// Keys below the incoming place that were told of since the last call; does not wait.
    List<String> take() throws InterruptedException;

    /// A file that was told of is durably loaded, failed or gone. Called by any thread, also for
    /// keys that nobody told of.
    void dealtWith(String key);
}
