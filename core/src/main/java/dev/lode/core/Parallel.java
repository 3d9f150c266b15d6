package dev.lode.core;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Runs chains of work on a bounded number of threads: one chain's work one after another, chains
/// at the same time, in their order. The first failure goes to the caller once all have ended.
///
/// @param <E> what work may fail of beside unchecked exceptions
public final class Parallel<E extends Exception> {
    private final String name;
    private final int workers;
    private final Class<E> known;
    private final Runnable cancel;

    /// Something to do.
    ///
    /// @param <T> what comes of it
    /// @param <E> what it may fail of
    @FunctionalInterface
    public interface Work<T, E extends Exception> {
        T run() throws E, InterruptedException;
    }

    /// @param name of its threads, and what they do in messages
    /// @param known what work may fail of
    /// @param cancel makes running work end soon that does not heed interrupts
    public Parallel(String name, int workers, Class<E> known, Runnable cancel) {
        this.name = name;
        this.workers = workers;
        this.known = known;
        this.cancel = cancel;
    }

    /// @return what came of all, in their order
    /// @throws E what the first of them in order failed of
    public <T> List<T> run(List<List<Work<T, E>>> chains) throws E, InterruptedException {
        if (chains.isEmpty()) {
            return List.of();
        }
        try (var threads =
                Executors.newFixedThreadPool(
                        Math.min(workers, chains.size()),
                        Thread.ofPlatform().daemon().name(name + "-", 1).factory())) {
            var futures = new ArrayList<Future<List<T>>>();
            for (var chain : chains) {
                futures.add(
                        threads.submit(
                                () -> {
                                    var answers = new ArrayList<T>();
                                    for (var work : chain) {
                                        answers.add(work.run());
                                    }
                                    return answers;
                                }));
            }
            var all = new ArrayList<T>();
            try {
                for (var future : futures) {
                    all.addAll(future.get());
                }
            } catch (InterruptedException e) {
                threads.shutdownNow();
                cancel.run();
                throw e;
            } catch (ExecutionException e) {
                threads.shutdownNow();
                cancel.run();
                throw failure(e);
            }
            return all;
        }
    }

    private E failure(ExecutionException e) throws InterruptedException {
        return switch (e.getCause()) {
            case RuntimeException cause -> throw cause;
            case Error cause -> throw cause;
            case InterruptedException _ ->
                    throw new InterruptedException("interrupted while " + name);
            case Exception cause when known.isInstance(cause) -> known.cast(cause);
            case null, default -> throw LodeException.bug("a worker broke", e.getCause());
        };
    }
}
