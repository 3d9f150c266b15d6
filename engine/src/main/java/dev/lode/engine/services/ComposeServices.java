package dev.lode.engine.services;

import dev.lode.core.LodeException;
import dev.lode.core.Suggestion;
import dev.lode.core.pack.ServiceGroup;
import dev.lode.core.process.Program;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Services of a docker compose project, by `docker compose` (version 2).
///
/// Facts of compose that shape this (its documentation, and the source of version 2):
/// - `ps` without `--all` leaves out containers of `run`; it passes over services of profiles that
///   are not enabled, hence `--profile '*'`.
/// - `stop` stops only what is named, dependents first; `start` starts what is named and what that
///   depends on, in the order of the dependencies, and makes no container anew.
/// - `start` of a service without a container fails; `up --no-recreate --no-deps` makes that one
///   and leaves all others as they are.
final class ComposeServices implements Controlled {
    private final ServiceGroup.Compose group;
    private final ServiceCommand command;
    private final String docker;

    /// @param group with an absolute folder
    ComposeServices(ServiceGroup.Compose group, ServiceSettings settings) {
        this.group = group;
        this.docker = settings.docker();
        this.command =
                new ServiceCommand(Path.of(group.folder()), group.environment(), settings.limit());
    }

    @Override
    public String name() {
        return "docker compose in \"" + group.folder() + "\"";
    }

    @Override
    public List<String> declared() {
        return group.services();
    }

    @Override
    public void check() throws InterruptedException {
        if (!Files.isDirectory(command.folder())) {
            throw LodeException.usage(
                    "services: \""
                            + group.folder()
                            + "\" is no folder; nothing was stopped; name the folder of the compose"
                            + " file with --compose-folder, or load with --services none");
        }
        var version = command.run(List.of(docker, "compose", "version"));
        if (!version.succeeded()) {
            throw LodeException.resource(
                    "services: \""
                            + docker
                            + " compose\" does not work: "
                            + ServiceCommand.said(version)
                            + "; nothing was stopped; install the compose plugin (version 2; the"
                            + " old docker-compose is not used), or load with --services none");
        }
        var known = lines(command.succeed(compose("config", "--services")));
        for (var service : group.services()) {
            if (!known.contains(service)) {
                throw LodeException.usage(
                        "services: "
                                + name()
                                + " has no service '"
                                + service
                                + "'"
                                + Suggestion.hint(service, known)
                                + "; nothing was stopped; it has "
                                + String.join(", ", known));
            }
        }
    }

    @Override
    public Set<String> alive() throws InterruptedException {
        return ofDeclared(
                compose("ps", "--services", "--status", "running", "--status", "restarting"));
    }

    @Override
    public Set<String> running() throws InterruptedException {
        return ofDeclared(compose("ps", "--services", "--status", "running"));
    }

    @Override
    public void stop(Collection<String> services) throws InterruptedException {
        command.succeed(compose("stop", services));
    }

    @Override
    public void start(Collection<String> services) throws InterruptedException {
        var there = ofDeclared(compose("ps", "--all", "--services"));
        var vanished = new ArrayList<>(services);
        vanished.removeAll(there);
        var stopped = new ArrayList<>(services);
        stopped.retainAll(there);
        if (!vanished.isEmpty()) {
            command.succeed(upAgain(vanished));
        }
        if (!stopped.isEmpty()) {
            command.succeed(compose("start", stopped));
        }
    }

    @Override
    public String byHand(Collection<String> services) {
        return "cd "
                + ServiceCommand.shell(List.of(group.folder()))
                + " && "
                + ServiceCommand.shell(compose("start", services));
    }

    private Set<String> ofDeclared(List<String> words) throws InterruptedException {
        var result = command.succeed(words);
        if (!result.whole()) {
            throw LodeException.resource(
                    "\""
                            + ServiceCommand.shell(words)
                            + "\": its answer was cut; what runs is not known");
        }
        var found = lines(result);
        found.retainAll(group.services());
        return found;
    }

    private List<String> compose(String verb, Collection<String> services) {
        var words = compose(verb);
        words.addAll(services);
        return words;
    }

    private List<String> upAgain(Collection<String> services) {
        var words = compose("up", "-d", "--no-deps", "--no-recreate");
        words.addAll(services);
        return words;
    }

    private List<String> compose(String... words) {
        var all = new ArrayList<>(List.of(docker, "compose"));
        group.project().ifPresent(project -> all.addAll(List.of("--project-name", project)));
        group.files().forEach(file -> all.addAll(List.of("--file", file)));
        all.addAll(List.of("--profile", "*"));
        all.addAll(List.of(words));
        return all;
    }

    private static Set<String> lines(Program.Result result) {
        var lines = new LinkedHashSet<String>();
        result.output().lines().map(String::strip).filter(l -> !l.isEmpty()).forEach(lines::add);
        return lines;
    }
}
