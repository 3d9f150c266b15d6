package dev.lode.cli;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// What happens on Ctrl-C or SIGTERM: the command's thread is interrupted, statements that run in
/// the database are cancelled, and the process waits until the command has put its state in order,
/// at most [#PATIENCE] or what the command asked for. A second one ends the process at once: what a
/// killed process leaves is just as safe, and the next start tidies it up.
///
/// Thread safe.
final class Interruption {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration AGAIN = Duration.ofMillis(150);

    private final List<Runnable> cancels = new CopyOnWriteArrayList<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean asked;
    private volatile boolean givingBack;
    private volatile Duration patience = PATIENCE;
    private volatile Runnable lastWords = () -> {};

    /// Makes the process react to signals for the command that the calling thread runs.
    void guard() {
        var command = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(command), "interruption"));
    }

    /// Called again and again while the command is to stop, until it has.
    void onStop(Runnable cancel) {
        cancels.add(cancel);
    }

    /// What is said when a second signal ends the process in the middle.
    void lastWords(Runnable words) {
        lastWords = words;
    }

    /// The command gives indexes and keys back from here on: its end is waited for.
    void givingBack() {
        givingBack = true;
    }

    /// The command may need so long to give back what it took.
    void patience(Duration most) {
        patience = most.compareTo(PATIENCE) > 0 ? most : PATIENCE;
    }

    /// Whether the user asked to stop.
    boolean asked() {
        return asked;
    }

    /// The command has ended: the process may go.
    void end() {
        ended.countDown();
    }

    private void stop(Thread command) {
        if (ended.getCount() == 0) {
            return;
        }
        asked = true;
        SecondSignal.endsTheProcess(lastWords);
        command.interrupt();
        long started = System.nanoTime();
        try {
            while (!ended.await(AGAIN.toMillis(), TimeUnit.MILLISECONDS)
                    && (givingBack || System.nanoTime() - started < patience.toNanos())) {
                cancels.forEach(Runnable::run);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
