package dev.lode.testkit.services;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// A `docker` program for the front of `PATH` with the part of `docker compose` that Lode and its
/// users call: it keeps containers in a folder, follows `depends_on`, refuses what it does not know
/// in docker's own words, and can be told to fail or to hang.
public final class FakeDocker implements AutoCloseable {
    private final Path folder;

    private FakeDocker(Path folder) {
        this.folder = folder;
    }

    /// Makes one in an empty folder, with a compose project without services.
    public static FakeDocker in(Path folder) {
        try {
            for (var name :
                    List.of(
                            "bin",
                            "project",
                            "state/services",
                            "state/containers",
                            "state/profiles",
                            "state/crashing",
                            "state/stubborn")) {
                Files.createDirectories(folder.resolve(name));
            }
            var docker = new FakeDocker(folder);
            try (InputStream script =
                    Objects.requireNonNull(FakeDocker.class.getResourceAsStream("docker"))) {
                var text = new String(script.readAllBytes(), StandardCharsets.UTF_8);
                Files.writeString(docker.program(), text.replace("@STATE@", docker.state("")));
            }
            if (!docker.program().toFile().setExecutable(true)) {
                throw new IOException(docker.program() + " cannot be made executable");
            }
            Files.writeString(docker.project().resolve("compose.yaml"), "services: {}\n");
            Files.writeString(Path.of(docker.state("calls")), "");
            return docker;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The program.
    public Path program() {
        return folder.resolve("bin").resolve("docker").toAbsolutePath();
    }

    /// A `PATH` on which it is found first.
    public String path() {
        return program().getParent() + ":" + System.getenv("PATH");
    }

    /// The folder of the compose project.
    public Path project() {
        return folder.resolve("project").toAbsolutePath();
    }

    /// Declares a service.
    ///
    /// @param state running, restarting, paused or exited; empty for one without a container
    public FakeDocker service(String name, String state, String... dependsOn) {
        write("services/" + name, String.join(" ", dependsOn));
        if (!state.isEmpty()) {
            write("containers/" + name, state + "\n");
        }
        return this;
    }

    /// The service belongs to a profile.
    public FakeDocker profile(String service, String profile) {
        write("profiles/" + service, profile);
        return this;
    }

    /// From now on the service exits as soon as it is started.
    public FakeDocker crashing(String service) {
        write("crashing/" + service, "");
        return this;
    }

    /// From now on the service does not stop.
    public FakeDocker stubborn(String service) {
        write("stubborn/" + service, "");
        return this;
    }

    /// The container of a service is removed.
    public void vanish(String service) {
        delete("containers/" + service);
    }

    /// The container of a service gets another state, as if by another hand.
    public void set(String service, String state) {
        write("containers/" + service, state + "\n");
    }

    /// The next so many calls of a verb fail.
    public FakeDocker failing(String verb, int times, String message) {
        write("fail-" + verb, times + "\n" + message + "\n");
        return this;
    }

    /// There is docker, but no compose plugin.
    public FakeDocker withoutCompose() {
        write("no-compose", "");
        return this;
    }

    /// The call of that number, from 1, never ends, and has done nothing.
    public FakeDocker hangingBefore(int call) {
        write("hang-before", String.valueOf(call));
        return this;
    }

    /// The call of that number, from 1, never ends, and has done everything.
    public FakeDocker hangingAfter(int call) {
        write("hang-after", String.valueOf(call));
        return this;
    }

    /// Whether a call hangs now.
    public boolean hangs() {
        return Files.exists(Path.of(state("hanging")));
    }

    /// Ends the hanging call; none hangs from now on.
    public void free() {
        delete("hang-before");
        delete("hang-after");
        if (hangs()) {
            ProcessHandle.of(Long.parseLong(read("hanging").strip()))
                    .ifPresent(ProcessHandle::destroyForcibly);
            delete("hanging");
        }
    }

    /// The services that run.
    public Set<String> running() {
        try (var files = Files.list(Path.of(state("containers")))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.endsWith(".next"))
                    .filter(name -> read("containers/" + name).strip().equals("running"))
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// All calls so far, as typed.
    public List<String> calls() {
        return read("calls").lines().toList();
    }

    /// The calls that change something: verb and services.
    public List<String> changes() {
        return calls().stream()
                .map(call -> call.replaceFirst("^compose (--\\S+ \\S+ )*", ""))
                .filter(call -> call.matches("(stop|start|up|run) .*"))
                .toList();
    }

    /// Names of the environment variables that the last call saw.
    public Set<String> environment() {
        return Set.copyOf(read("environment").lines().toList());
    }

    @Override
    public void close() {
        free();
    }

    private String state(String name) {
        return folder.resolve("state").toAbsolutePath().resolve(name).toString();
    }

    private void write(String name, String text) {
        try {
            Files.writeString(Path.of(state(name)), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void delete(String name) {
        try {
            Files.deleteIfExists(Path.of(state(name)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String read(String name) {
        try {
            return Files.readString(Path.of(state(name)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
