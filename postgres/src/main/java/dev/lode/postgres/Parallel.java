package dev.lode.postgres;

import dev.lode.core.LodeException;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Runs chains of work on a bounded number of threads: one chain's work one after another, chains
/// at the same time, in their order. The first failure goes to the caller once all have ended.
public final class Parallel {
    private final String name;
    private final int workers;
    private final Runnable cancel;

    /// @param name of its threads, and what they do in messages
    /// @param cancel makes running work end soon
    public Parallel(String name, int workers, Runnable cancel) {
        this.name = name;
        this.workers = workers;
        this.cancel = cancel;
    }

    public <T> List<T> run(List<List<Callable<T>>> chains)
            throws SQLException, InterruptedException {
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
                                        answers.add(work.call());
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
                switch (e.getCause()) {
                    case SQLException known -> throw known;
                    case LodeException known -> throw known;
                    case InterruptedException _ ->
                            throw new InterruptedException("interrupted while " + name);
                    case null, default -> throw LodeException.bug("a worker broke", e.getCause());
                }
            }
            return all;
        }
    }
}
