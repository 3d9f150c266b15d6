package dev.lode.core.event;

import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;

import org.jspecify.annotations.Nullable;

import java.util.function.Supplier;

/// Events of the JDK's Flight Recorder, made only where the recorder has been started in this
/// process: the first event of one that records nothing costs it a tenth of a second, in which the
/// recorder gets ready for nobody.
public final class Flight {
    private Flight() {}

    /// An event that has begun, or null while nobody can have asked for any.
    public static <E extends Event> @Nullable E begun(Supplier<E> event) {
        if (!FlightRecorder.isInitialized()) {
            return null;
        }
        var begun = event.get();
        begun.begin();
        return begun;
    }
}
