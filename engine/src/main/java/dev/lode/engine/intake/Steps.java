package dev.lode.engine.intake;

import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;

import java.util.concurrent.atomic.AtomicReference;

/// Tells listeners how far each file is. Thread safe.
final class Steps {
    private final RunListener listener;
    private final AtomicReference<String> last = new AtomicReference<>("");

    Steps(RunListener listener) {
        this.listener = listener;
    }

    /// @param step claimed, read, loaded, duplicate, failed, moved or noted
    void step(String step, String file, long id) {
        listener.on(new RunEvent.FileStep(step, file, id));
    }

    void failed(String file, String reason) {
        listener.on(new RunEvent.Note(true, file + ": failed: " + reason));
    }

    /// Something that will be tried again; the same sentence is said once.
    void trouble(String sentence) {
        if (!sentence.equals(last.getAndSet(sentence))) {
            listener.on(new RunEvent.Note(true, sentence));
        }
    }

    void note(String sentence) {
        listener.on(new RunEvent.Note(false, sentence));
    }

    void progress(RunEvent.IntakeProgress progress) {
        listener.on(progress);
    }
}
