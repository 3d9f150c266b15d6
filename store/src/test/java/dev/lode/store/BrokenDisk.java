package dev.lode.store;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;

/// A real disk whose Nth change fails; later ones succeed.
final class BrokenDisk {
    private final AtomicInteger left;

    private BrokenDisk(int nth) {
        left = new AtomicInteger(nth);
    }

    static Disk failingAt(int nth) {
        return new BrokenDisk(nth).around(Disk.class, Disk.LOCAL);
    }

    private <T> T around(Class<T> type, T real) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (_, method, arguments) -> {
                            boolean fails = left.decrementAndGet() == 0;
                            boolean closing = method.getName().equals("close");
                            if (fails && !closing) {
                                throw new IOException("No space left on device");
                            }
                            try {
                                Object result = method.invoke(real, arguments);
                                if (fails) {
                                    throw new IOException("No space left on device");
                                }
                                return result instanceof Disk.WritableFile file
                                        ? around(Disk.WritableFile.class, file)
                                        : result;
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        }));
    }
}
