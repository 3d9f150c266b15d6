package dev.lode.engine.services;

import dev.lode.core.LodeException;
import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;
import dev.lode.core.pack.ServicesSpec;
import dev.lode.engine.services.ServiceJournal.Stopped;

import java.util.ArrayList;
import java.util.List;

/// The same steps for people: look, stop, start. What is stopped by hand stays stopped until it is
/// started by hand; no run starts it.
public final class ServicesByHand {
    private static final String HAND = "hand";

    private final ServicesSpec spec;
    private final ServiceSettings settings;
    private final JournalFolder journals;
    private final String dataset;
    private final RunListener listener;

    public ServicesByHand(
            ServicesSpec spec,
            ServiceSettings settings,
            JournalFolder journals,
            String dataset,
            RunListener listener) {
        this.spec = spec;
        this.settings = settings;
        this.journals = journals;
        this.dataset = dataset;
        this.listener = listener;
    }

    /// One service.
    ///
    /// @param state running or stopped
    /// @param journal who stopped it and when it comes back; empty when nobody of ours did
    public record Line(String group, String service, String state, String journal) {}

    /// What is declared or journaled, and whether it runs.
    public List<Line> status() throws InterruptedException {
        var all = journals.of(dataset);
        var lines = new ArrayList<Line>();
        var groups = Groups.of(spec, settings);
        for (var group : groups) {
            group.control().check();
            lines.addAll(lines(group, group.control().declared(), all));
        }
        for (var journal : all) {
            for (var stopped : journal.stopped()) {
                if (groups.stream().noneMatch(g -> g.group().equals(stopped.group()))) {
                    lines.addAll(lines(Groups.of(stopped, settings), stopped.services(), all));
                }
            }
        }
        return lines;
    }

    private List<Line> lines(Groups.Handled group, List<String> services, List<ServiceJournal> all)
            throws InterruptedException {
        var alive = group.control().alive();
        return services.stream()
                .map(
                        service ->
                                new Line(
                                        group.control().name(),
                                        service,
                                        alive.contains(service) ? "running" : "stopped",
                                        all.stream()
                                                .filter(j -> j.services().contains(service))
                                                .map(this::word)
                                                .findFirst()
                                                .orElse("")))
                .toList();
    }

    private String word(ServiceJournal journal) {
        if (journal.byHand()) {
            return "stopped by hand";
        }
        if (!journal.machine().is(ThisMachine.ask())) {
            return "stopped by run "
                    + journal.by()
                    + " on host \""
                    + journal.machine().host()
                    + "\"";
        }
        return journals.alive(journal)
                ? "stopped by run " + journal.by() + ", which goes on"
                : "left stopped by run " + journal.by() + ", which ended without giving it back";
    }

    /// Stops what runs, journal first.
    ///
    /// @return what was stopped
    public List<String> stop() throws InterruptedException {
        var groups = Groups.of(spec, settings);
        if (groups.isEmpty()) {
            throw LodeException.usage(
                    "services: none is declared for dataset '"
                            + dataset
                            + "' on this machine; nothing was stopped; declare them in the pack or"
                            + " in lode.yaml");
        }
        var stopped = new ArrayList<Stopped>();
        for (var group : groups) {
            group.control().check();
            var alive = group.control().alive();
            stopped.add(
                    new Stopped(
                            group.group(),
                            settings.here().toString(),
                            group.control().declared().stream().filter(alive::contains).toList()));
        }
        var running = stopped.stream().flatMap(one -> one.services().stream()).toList();
        if (running.isEmpty()) {
            return running;
        }
        var journal =
                new ServiceJournal(dataset, HAND, 0, "", ThisMachine.ask(), List.of())
                        .with(stopped);
        for (var earlier : journals.of(dataset)) {
            journal = earlier.byHand() ? journal.with(earlier.stopped()) : journal;
        }
        journals.write(journal);
        listener.on(new RunEvent.StageStarted("stop services"));
        for (int i = 0; i < groups.size(); i++) {
            if (!stopped.get(i).services().isEmpty()) {
                groups.get(i).control().stop(stopped.get(i).services());
            }
        }
        return running;
    }

    /// Starts what dead runs left stopped, before something else is begun.
    ///
    /// @return what could not be started, a sentence each
    public List<String> startLeftBehind() throws InterruptedException {
        return start(journals.leftBehind(dataset, ThisMachine.ask()));
    }

    /// Starts everything that is journaled, whoever stopped it.
    ///
    /// @return what could not be started, a sentence each
    /// @throws LodeException of kind RESOURCE when a living run has stopped them: it starts them
    ///   itself
    public List<String> start() throws InterruptedException {
        var all = journals.of(dataset);
        for (var journal : all) {
            if (journals.alive(journal)) {
                throw LodeException.resource(
                        "services "
                                + String.join(", ", journal.services())
                                + ": run "
                                + journal.by()
                                + " stopped them and goes on; nothing was started; it starts them"
                                + " at its end");
            }
        }
        return start(all);
    }

    private List<String> start(List<ServiceJournal> some) throws InterruptedException {
        var failures = new ArrayList<String>();
        for (var journal : some) {
            listener.on(new RunEvent.StageStarted("start services"));
            var troubles = new Starting(settings, listener).start(journal);
            if (troubles.isEmpty()) {
                journals.remove(journal);
            }
            failures.addAll(troubles);
            troubles.forEach(trouble -> listener.on(new RunEvent.Note(true, trouble)));
        }
        return failures;
    }
}
