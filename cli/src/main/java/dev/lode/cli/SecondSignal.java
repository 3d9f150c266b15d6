package dev.lode.cli;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;

/// What a second Ctrl-C or SIGTERM does while the first one's work goes on: it ends the process.
/// The JVM by itself ignores it from then on.
final class SecondSignal {
    private static final Map<String, Integer> EXIT_CODES = Map.of("INT", 130, "TERM", 143);

    /// Longer than this nobody who asked twice waits for a sentence that cannot be written.
    private static final Duration WORDS = Duration.ofMillis(500);

    private SecondSignal() {}

    /// From now on, after the last words. Without effect on a JVM that has no `sun.misc.Signal`
    /// (module `jdk.unsupported`, for which the JDK has no other name; the compiler warns of it,
    /// hence by reflection).
    static void endsTheProcess(Runnable lastWords) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            for (var name : EXIT_CODES.keySet()) {
                int exitCode = EXIT_CODES.get(name);
                Object halting =
                        Proxy.newProxyInstance(
                                handler.getClassLoader(),
                                new Class<?>[] {handler},
                                (proxy, method, words) -> {
                                    if (method.getName().equals("handle")) {
                                        Thread.ofPlatform().daemon().start(lastWords).join(WORDS);
                                        Runtime.getRuntime().halt(exitCode);
                                    }
                                    return null;
                                });
                signal.getMethod("handle", signal, handler)
                        .invoke(
                                null,
                                signal.getConstructor(String.class).newInstance(name),
                                halting);
            }
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            // Then the first signal alone counts, and the process ends when its work is done.
            return;
        }
    }
}
