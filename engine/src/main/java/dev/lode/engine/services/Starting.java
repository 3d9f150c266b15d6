package dev.lode.engine.services;

import dev.lode.core.LodeException;
import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Starts what a journal says was running, and nothing else. Idempotent: what runs already is let
/// alone, so it may be stopped anywhere and begun again.
final class Starting {
    private static final int ATTEMPTS = 2;
    private static final long ASK_MILLIS = 500;

    private final ServiceSettings settings;
    private final RunListener listener;

    Starting(ServiceSettings settings, RunListener listener) {
        this.settings = settings;
        this.listener = listener;
    }

    /// @return a sentence for each group that does not run whole again; empty when all is as it was
    List<String> start(ServiceJournal journal) throws InterruptedException {
        var failures = new ArrayList<String>();
        for (var stopped : journal.stopped().reversed()) {
            var control = Groups.of(stopped, settings).control();
            try {
                var missing = start(control, stopped.services());
                if (!missing.isEmpty()) {
                    failures.add(failure(control, missing, "they do not run"));
                }
            } catch (LodeException e) {
                failures.add(failure(control, stopped.services(), String.valueOf(e.getMessage())));
            }
        }
        return failures;
    }

    private static String failure(Controlled control, Iterable<String> services, String why) {
        var names = new ArrayList<String>();
        services.forEach(names::add);
        return "services "
                + String.join(", ", names)
                + ": not started again: "
                + why
                + "; start them by hand: "
                + control.byHand(names);
    }

    /// @return those that do not run in the end
    private Set<String> start(Controlled control, List<String> services)
            throws InterruptedException {
        var before = control.alive();
        LodeException last = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            var missing = missing(control, services);
            if (missing.isEmpty()) {
                break;
            }
            listener.on(new RunEvent.Note(false, "starting " + String.join(", ", missing)));
            try {
                control.start(missing);
                last = null;
                awaitRunning(control, services);
            } catch (LodeException e) {
                // Ctrl-C at a terminal reaches the command too, and what is started may not be
                // ready to be started yet: once more.
                last = e;
            }
        }
        stopExtra(control, before, services);
        var missing = missing(control, services);
        if (!missing.isEmpty() && last != null) {
            throw last;
        }
        return missing;
    }

    private void awaitRunning(Controlled control, List<String> services)
            throws InterruptedException {
        long deadline = System.nanoTime() + settings.startLimit().toNanos();
        while (!missing(control, services).isEmpty() && System.nanoTime() < deadline) {
            Thread.sleep(ASK_MILLIS);
        }
    }

    private static Set<String> missing(Controlled control, List<String> services)
            throws InterruptedException {
        var missing = new LinkedHashSet<>(services);
        missing.removeAll(control.running());
        return missing;
    }

    /// `docker compose start` starts what a service depends on too: those of the declared that did
    /// not run before are stopped again.
    private void stopExtra(Controlled control, Set<String> before, List<String> services)
            throws InterruptedException {
        var extra = new LinkedHashSet<>(control.alive());
        extra.removeAll(before);
        extra.removeAll(services);
        if (!extra.isEmpty()) {
            listener.on(
                    new RunEvent.Note(
                            false,
                            String.join(", ", extra)
                                    + " started along with them and did not run before: stopped"));
            control.stop(extra);
        }
    }
}
