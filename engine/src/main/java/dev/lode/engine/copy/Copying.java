package dev.lode.engine.copy;

import dev.lode.core.ErrorKind;
import dev.lode.core.LodeException;
import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;
import dev.lode.core.place.Content;
import dev.lode.core.place.KeyRules;
import dev.lode.core.place.Place;
import dev.lode.core.place.PlacedFile;
import dev.lode.source.Retry;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/// Copies files of one place to another, several at the same time, while the listing goes on. What
/// is at the destination with the same size and MD5 is not copied again, so that the same command
/// finishes what was broken off. One instance is run once.
public final class Copying {
    private static final int PAGE = 1000;
    private static final int ROUNDS = 5;
    private static final int REASONS = 10;
    private static final long SHOWN_NANOS = Duration.ofSeconds(1).toNanos();

    private final Place from;
    private final Place to;
    private final KeyRules rules;
    private final int most;
    private final Retry retry;
    private final RunListener listener;
    private final boolean dryRun;

    private final LongAdder listed = new LongAdder();
    private final LongAdder copied = new LongAdder();
    private final LongAdder copiedBytes = new LongAdder();
    private final LongAdder inStore = new LongAdder();
    private final LongAdder skipped = new LongAdder();
    private final LongAdder skippedBytes = new LongAdder();
    private final LongAdder gone = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final List<String> reasons = new ArrayList<>();
    private final AtomicReference<@Nullable LodeException> wrong = new AtomicReference<>();
    private final AtomicLong shown = new AtomicLong(System.nanoTime());

    /// @param most files copied at the same time
    /// @param retry the one place where remote failures are tried again
    /// @param dryRun whether nothing is written
    public Copying(
            Place from,
            Place to,
            KeyRules rules,
            int most,
            Retry retry,
            RunListener listener,
            boolean dryRun) {
        this.from = from;
        this.to = to;
        this.rules = rules;
        this.most = most;
        this.retry = retry;
        this.listener = listener;
        this.dryRun = dryRun;
    }

    /// @throws LodeException when the source cannot be listed, or a file fails for a reason that
    ///   all others share; what was copied by then stays
    public CopyReport run() throws InterruptedException {
        var free = new Semaphore(most);
        var threads = new ArrayList<Thread>();
        try {
            list(free, threads);
            free.acquire(most);
        } catch (InterruptedException e) {
            threads.forEach(Thread::interrupt);
            free.acquireUninterruptibly(most);
            throw e;
        } catch (RuntimeException e) {
            free.acquireUninterruptibly(most);
            throw e;
        }
        show(true);
        var error = wrong.get();
        if (error != null) {
            throw error;
        }
        return report();
    }

    private void list(Semaphore free, List<Thread> threads) throws InterruptedException {
        String prefix = rules.commonPrefix();
        String after = before(prefix);
        while (wrong.get() == null) {
            String last = after;
            var page = retry.call(() -> from.list(last, PAGE));
            for (var file : page) {
                listed.increment();
                if (!file.key().startsWith(prefix) && file.key().compareTo(prefix) > 0) {
                    return;
                }
                if (!rules.includes(file.key())) {
                    continue;
                }
                free.acquire();
                if (wrong.get() != null) {
                    free.release();
                    return;
                }
                threads.removeIf(thread -> !thread.isAlive());
                threads.add(
                        Thread.ofVirtual()
                                .name("copy")
                                .start(
                                        () -> {
                                            try {
                                                one(file);
                                            } finally {
                                                free.release();
                                            }
                                        }));
            }
            show(false);
            if (page.size() < PAGE) {
                return;
            }
            after = page.getLast().key();
        }
    }

    /// A key before all that begin with a prefix, and after most that lie before them.
    private static String before(String prefix) {
        if (prefix.isEmpty() || prefix.charAt(prefix.length() - 1) <= ' ') {
            return "";
        }
        int last = prefix.length() - 1;
        return prefix.substring(0, last) + (char) (prefix.charAt(last) - 1) + "~~~~";
    }

    private void one(PlacedFile file) {
        try {
            retry.call(
                    () -> {
                        copy(file);
                        return file;
                    });
        } catch (InterruptedException e) {
            // The copy stops: files at the destination are whole or absent.
            return;
        } catch (LodeException e) {
            if (e.kind() == ErrorKind.USAGE || e.kind() == ErrorKind.RESOURCE) {
                wrong.compareAndSet(null, e);
                return;
            }
            failed(e.getMessage());
        } catch (RuntimeException e) {
            failed(file.key() + ": " + e);
        }
        show(false);
    }

    private void failed(@Nullable String reason) {
        failed.increment();
        synchronized (reasons) {
            if (reasons.size() < REASONS) {
                reasons.add(String.valueOf(reason));
            }
        }
    }

    private void copy(PlacedFile listedFile) throws InterruptedException {
        var file = listedFile;
        for (int round = 0; round < ROUNDS; round++) {
            if (isThere(file)) {
                skipped.increment();
                skippedBytes.add(file.size());
                return;
            }
            if (dryRun || done(file)) {
                copied.increment();
                copiedBytes.add(file.size());
                return;
            }
            var now = from.find(file.key());
            if (now.isEmpty()) {
                gone.increment();
                return;
            }
            file = now.get();
        }
        throw LodeException.remote(
                from.name()
                        + file.key()
                        + ": changes faster than it can be copied; nothing was written for it");
    }

    private boolean isThere(PlacedFile file) throws InterruptedException {
        var there = to.find(file.key());
        if (there.isEmpty() || there.get().size() != file.size()) {
            return false;
        }
        var here = from.md5(file);
        return here.isPresent() && here.equals(to.md5(there.get()));
    }

    /// @return false where the source has another version by now
    private boolean done(PlacedFile file) throws InterruptedException {
        var inside = to.copyFrom(from, file, file.key());
        if (inside.isPresent()) {
            boolean done = inside.get() instanceof Place.Copied.Done;
            if (done) {
                inStore.increment();
            }
            return done;
        }
        Optional<String> md5 = from.md5(file);
        return switch (from.open(file)) {
            case Content.Gone() -> false;
            case Content.Changed() -> false;
            case Content.Bytes(var stream) -> {
                try (stream) {
                    to.write(file.key(), stream, file.size(), md5);
                    yield true;
                } catch (IOException e) {
                    throw LodeException.remote(
                            from.name() + ": " + file.key() + ": reading it was cut short", e);
                }
            }
        };
    }

    private void show(boolean last) {
        long now = System.nanoTime();
        long before = shown.get();
        if (last || (now - before > SHOWN_NANOS && shown.compareAndSet(before, now))) {
            listener.on(
                    new RunEvent.CopyProgress(
                            listed.sum(),
                            copied.sum(),
                            copiedBytes.sum(),
                            skipped.sum(),
                            failed.sum()));
        }
    }

    private CopyReport report() {
        synchronized (reasons) {
            return new CopyReport(
                    listed.sum(),
                    copied.sum(),
                    copiedBytes.sum(),
                    inStore.sum(),
                    skipped.sum(),
                    skippedBytes.sum(),
                    gone.sum(),
                    failed.sum(),
                    reasons);
        }
    }
}
