package dev.lode.embedded;

import dev.lode.core.LodeException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// The two locks of a server's folder, across processes and within this one.
/// 1. `start.lock`, exclusive: whoever starts, stops, joins or leaves holds it while doing so.
/// 2. `users.lock`, shared: held by every process as long as it uses the server. The operating
///    system drops it when the process dies, however it dies. Who gets it exclusively is the last
///    one.
///
/// A process has each file open at most once: closing any other channel on it would drop the lock
/// (POSIX), and a second lock of the same process is refused by Java. Hence one object per folder,
/// shared by everyone in the process. Thread safe.
final class SharedFolder {
    private static final Map<Path, SharedFolder> FOLDERS = new ConcurrentHashMap<>();
    private static final long PAUSE_MILLIS = 5;

    private final Path folder;
    private final ReentrantLock turn = new ReentrantLock(true);
    private int users;
    private @Nullable FileChannel usersChannel;

    private SharedFolder(Path folder) {
        this.folder = folder;
    }

    /// @param folder its real path, so that every way to it finds the same locks
    static SharedFolder of(Path folder) {
        return FOLDERS.computeIfAbsent(folder, SharedFolder::new);
    }

    /// Something that is done alone.
    @FunctionalInterface
    interface Work<T> {
        T run() throws IOException;
    }

    /// Runs `work` while no other thread or process starts or stops this server.
    ///
    /// @throws LodeException RESOURCE when the others need longer than `limit`
    <T> T alone(Duration limit, Work<T> work) throws IOException {
        return aloneWithin(limit, work)
                .orElseThrow(
                        () ->
                                LodeException.resource(
                                        "\""
                                                + folder
                                                + "\": another Lode has been starting or stopping"
                                                + " its PostgreSQL server for "
                                                + limit.toSeconds()
                                                + " s; gave up waiting; look at \""
                                                + folder.resolve("server.log")
                                                + "\", end that Lode, and start again"));
    }

    /// Like [#alone], but empty, with nothing done, when the others need longer than `limit`.
    <T> Optional<T> aloneWithin(Duration limit, Work<T> work) throws IOException {
        Waiting waiting = Waiting.atMost(limit);
        try {
            if (!turn.tryLock(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                return Optional.empty();
            }
        } catch (InterruptedException e) {
            throw Waiting.interrupted(e);
        }
        try (var channel = open("start.lock")) {
            // Closing the channel ends the lock.
            while (channel.tryLock() == null) {
                if (waiting.over()) {
                    return Optional.empty();
                }
                waiting.pause(PAUSE_MILLIS);
            }
            return Optional.of(work.run());
        } finally {
            turn.unlock();
        }
    }

    /// Counts the caller as a user. To be called alone.
    void join() throws IOException {
        if (users == 0) {
            FileChannel channel = open("users.lock");
            try {
                // Nobody holds it exclusively for longer than a moment, and only alone.
                channel.lock(0, Long.MAX_VALUE, true);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
            usersChannel = channel;
        }
        users++;
    }

    /// No longer counts the caller, who joined before. To be called alone.
    ///
    /// @return whether nobody uses the server any more, here or in another process
    boolean leave() throws IOException {
        users--;
        if (users > 0) {
            return false;
        }
        FileChannel channel = usersChannel;
        usersChannel = null;
        if (channel != null) {
            channel.close();
        }
        return !used();
    }

    /// Whether anybody uses the server. To be called alone.
    boolean used() throws IOException {
        if (users > 0) {
            return true;
        }
        try (var channel = open("users.lock");
                var lock = channel.tryLock()) {
            return lock == null;
        }
    }

    private FileChannel open(String name) throws IOException {
        return FileChannel.open(
                folder.resolve(name),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
    }
}
