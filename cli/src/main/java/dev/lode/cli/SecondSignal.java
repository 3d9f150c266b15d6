package dev.lode.cli;

import java.lang.reflect.Proxy;
import java.util.List;

/// A second Ctrl-C while the process is on its way out. The JVM takes no notice of it by itself;
/// the class that can make it do so (`sun.misc.Signal`, module jdk.unsupported) may be named only
/// at run time. Where it is missing, the process ends when its state is in order.
final class SecondSignal {
    private static final int INTERRUPTED = 130;

    private SecondSignal() {}

    /// From now on a signal ends the process at once, without a word: what it leaves is safe.
    static void endsTheProcess() {
        try {
            var signal = Class.forName("sun.misc.Signal");
            var handler = Class.forName("sun.misc.SignalHandler");
            var halt =
                    Proxy.newProxyInstance(
                            handler.getClassLoader(),
                            new Class<?>[] {handler},
                            (_, method, _) -> {
                                if (method.getName().equals("handle")) {
                                    Runtime.getRuntime().halt(INTERRUPTED);
                                }
                                return null;
                            });
            for (var name : List.of("INT", "TERM")) {
                signal.getMethod("handle", signal, handler)
                        .invoke(null, signal.getConstructor(String.class).newInstance(name), halt);
            }
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            // This Java lets nobody handle signals: a second one changes nothing then.
        }
    }
}
