package dev.lode.engine.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.core.LodeException;
import dev.lode.core.event.RunEvent;
import dev.lode.core.pack.ServiceGroup;
import dev.lode.core.pack.ServicesSpec;
import dev.lode.store.DataRoot;
import dev.lode.store.DataRootChoice;
import dev.lode.store.Disk;
import dev.lode.testkit.services.FakeDocker;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

class ServicesPauseTest {
    private static final String DATABASE = "lode@db:5432/data";

    @TempDir private Path folder;

    private final List<String> notes = new CopyOnWriteArrayList<>();
    private FakeDocker docker;
    private DataRoot root;
    private JournalFolder journals;

    @BeforeEach
    void declaresAStack() throws IOException {
        docker =
                FakeDocker.in(folder.resolve("docker"))
                        .service("postgres", "running")
                        .service("es", "running")
                        .service("django", "running", "postgres", "es")
                        .service("celery", "running", "postgres")
                        .service("selenium", "exited");
        var data = Files.createDirectories(folder.resolve("data"));
        root =
                DataRoot.open(
                        new DataRootChoice(
                                Optional.of(data), java.util.Map.of(), folder, folder, false),
                        Disk.LOCAL);
        journals = new JournalFolder(root);
    }

    @AfterEach
    void endsWhatHangs() {
        docker.close();
    }

    @Test
    void stopsWhatRunsAndStartsExactlyThatAgain() throws Exception {
        var pause = pause("django", "celery", "es", "selenium");

        pause.begin(7);
        assertThat(docker.running()).containsExactly("postgres");
        assertThat(pause.confirmed()).isTrue();
        assertThat(journals.of("d").getFirst().services())
                .containsExactly("django", "celery", "es");
        pause.end();

        assertThat(docker.running()).containsExactly("celery", "django", "es", "postgres");
        assertThat(docker.changes())
                .containsExactly("stop django celery es", "start django celery es");
        assertThat(journals.of("d")).isEmpty();
        assertThat(pause.failures()).isEmpty();
    }

    @Test
    void theJournalIsThereBeforeAnythingIsStopped() throws Exception {
        // The fourth call is the first stop: version, config, ps.
        docker.hangingBefore(4);
        var pause = pause(settings(Duration.ofSeconds(1)), "django");

        assertThatThrownBy(() -> pause.begin(7)).hasMessageContaining("not done after 1 s");
        assertThat(docker.running()).contains("django");
        assertThat(journals.of("d").getFirst().services()).containsExactly("django");

        docker.free();
        pause.end();
        assertThat(docker.changes()).containsExactly("stop django");
        assertThat(journals.of("d")).isEmpty();
    }

    @Test
    void aStopThatFailsIsUndone() throws Exception {
        docker.failing("stop", 1, "Error response from daemon: cannot stop container");
        var pause = pause("django", "es");

        assertThatThrownBy(() -> pause.begin(7))
                .isInstanceOf(LodeException.class)
                .hasMessageContaining("cannot stop container")
                .hasMessageContaining("docker compose");
        pause.end();

        assertThat(docker.running()).contains("django", "es");
        assertThat(journals.of("d")).isEmpty();
    }

    @Test
    void aServiceThatDoesNotStopEndsTheRunAndIsGivenBack() throws Exception {
        docker.stubborn("es");
        var pause = pause("django", "es");

        assertThatThrownBy(() -> pause.begin(7)).hasMessageContaining("es: still run after");
        pause.end();

        assertThat(docker.running()).contains("django", "es");
        assertThat(journals.of("d")).isEmpty();
    }

    @Test
    void aStartThatFailsIsToldWithTheCommandAndStaysJournaled() throws Exception {
        var pause = pause("django");
        pause.begin(7);
        docker.failing("start", 5, "Error response from daemon: port is already allocated");
        pause.end();

        assertThat(pause.failures().getFirst())
                .contains("port is already allocated")
                .contains("cd " + docker.project() + " && ")
                .contains("compose --profile '*' start django");
        assertThat(journals.of("d")).hasSize(1);

        docker.failing("start", 0, "");
        assertThat(byHand().start()).isEmpty();
        assertThat(docker.running()).contains("django");
        assertThat(journals.of("d")).isEmpty();
    }

    @Test
    void aStartThatFailsOnceIsTriedAgain() throws Exception {
        var pause = pause("django");
        pause.begin(7);
        docker.failing("start", 1, "Error response from daemon: busy");
        pause.end();

        assertThat(pause.failures()).isEmpty();
        assertThat(docker.running()).contains("django");
    }

    @Test
    void aServiceThatCrashesAtItsStartIsNamed() throws Exception {
        var pause = pause("django", "celery");
        pause.begin(7);
        docker.crashing("celery");
        pause.end();

        assertThat(docker.running()).contains("django");
        assertThat(pause.failures().getFirst())
                .startsWith("services celery: not started again: they do not run");
    }

    @Test
    void aHangingStartIsEndedAndTheJournalStays() throws Exception {
        var pause = pause(settings(Duration.ofSeconds(1)), "django");
        pause.begin(7);
        docker.hangingBefore(docker.calls().size() + 1);
        pause.end();

        assertThat(pause.failures().getFirst()).contains("not done after 1 s");
        assertThat(journals.of("d")).hasSize(1);
    }

    @Test
    void aContainerThatVanishedIsMadeAgainWithoutTouchingOthers() throws Exception {
        var pause = pause("django", "celery");
        pause.begin(7);
        docker.vanish("celery");
        pause.end();

        assertThat(docker.running()).contains("django", "celery");
        assertThat(docker.changes())
                .containsExactly(
                        "stop django celery",
                        "up -d --no-deps --no-recreate celery",
                        "start django");
    }

    @Test
    void whatStartStartsAlongIsStoppedAgainWhereItDidNotRunBefore() throws Exception {
        docker.set("es", "exited");
        var pause = pause("django", "es");
        pause.begin(7);
        pause.end();

        assertThat(docker.running()).containsExactly("celery", "django", "postgres");
    }

    @Test
    void composeRunBringsServicesBackAndTheyAreStoppedAgain() throws Exception {
        docker.service("bulk", "", "postgres", "django");
        var pause = pause("django", "es");
        pause.begin(7);

        compose("run", "--rm", "bulk");
        assertThat(docker.running()).contains("django", "es");
        assertThat(pause.confirmed()).isTrue();
        assertThat(docker.running()).doesNotContain("django", "es");
        assertThat(notes).anyMatch(note -> note.contains("django, es came back"));

        compose("run", "--rm", "--no-deps", "bulk");
        assertThat(docker.running()).doesNotContain("django", "es");
        pause.end();
        assertThat(docker.running()).contains("django", "es");
    }

    @Test
    void aServiceThatComesBackTooOftenIsLetAloneAndNobodyVouchesForTheWriters() throws Exception {
        var pause = pause("django");
        pause.begin(7);
        for (int i = 0; i < 3; i++) {
            docker.set("django", "running");
            assertThat(pause.confirmed()).isTrue();
        }
        docker.set("django", "running");

        assertThat(pause.confirmed()).isFalse();
        assertThat(docker.running()).contains("django");
        assertThat(pause.confirmed()).isFalse();
        assertThat(notes.getLast()).contains("came back once more and is let alone");
        pause.end();
    }

    @Test
    void aServiceThatWasNotRunningAndIsStoppedLaterIsStartedTooInTheEnd() throws Exception {
        docker.set("django", "exited");
        var pause = pause("django");
        pause.begin(7);
        docker.set("django", "running");
        assertThat(pause.confirmed()).isTrue();
        assertThat(docker.running()).doesNotContain("django");
        pause.end();

        assertThat(docker.running()).contains("django");
        assertThat(journals.of("d")).isEmpty();
    }

    @Test
    void theLoadIsWatchedWhileItGoesOn() throws Exception {
        var again = new CountDownLatch(1);
        var settings =
                new ServiceSettings(
                        folder,
                        Optional.empty(),
                        docker.program().toString(),
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(3),
                        Duration.ofMillis(20),
                        3);
        var pause =
                new ServicesPause(
                        spec("django"),
                        settings,
                        journals,
                        "d",
                        DATABASE,
                        "me",
                        event -> {
                            if (event instanceof RunEvent.Note note && note.warning()) {
                                again.countDown();
                            }
                        });
        pause.begin(7);
        docker.set("django", "running");
        again.await();
        assertThat(pause.confirmed()).isTrue();
        assertThat(docker.running()).doesNotContain("django");
        pause.end();
        assertThat(docker.running()).contains("django");
    }

    @Test
    void aRestartingServiceIsStoppedToo() throws Exception {
        docker.set("celery", "restarting");
        var pause = pause("celery");
        pause.begin(7);
        assertThat(docker.changes()).containsExactly("stop celery");
        pause.end();
    }

    @Test
    void aServiceOfAProfileIsSeen() throws Exception {
        docker.profile("celery", "workers");
        var pause = pause("celery");
        pause.begin(7);
        assertThat(docker.running()).doesNotContain("celery");
        pause.end();
        assertThat(docker.running()).contains("celery");
    }

    @Test
    void whatIsWrongWithTheDeclarationTouchesNothing() {
        assertThatThrownBy(() -> pause("djangoo").begin(7))
                .hasMessageContaining("has no service 'djangoo'; did you mean 'django'?");
        assertThatThrownBy(() -> pauseIn(folder.resolve("nowhere"), false, "django").begin(7))
                .hasMessageContaining("is no folder")
                .hasMessageContaining("--compose-folder");
        docker.withoutCompose();
        assertThatThrownBy(() -> pause("django").begin(7))
                .hasMessageContaining("docker: unknown command: docker compose")
                .hasMessageContaining("compose plugin (version 2");

        assertThat(docker.changes()).isEmpty();
        assertThat(journals.of("d")).isEmpty();
    }

    @Test
    void aMissingDockerIsNamed() {
        var settings =
                new ServiceSettings(
                        folder,
                        Optional.empty(),
                        "docker-that-is-not-there",
                        Duration.ofSeconds(5),
                        Duration.ZERO,
                        Duration.ZERO,
                        3);
        assertThatThrownBy(() -> pause(settings, "django").begin(7))
                .hasMessageContaining("program \"docker-that-is-not-there\": cannot be run");
    }

    @Test
    void anOptionalGroupWithoutItsFolderIsPassedOver() throws Exception {
        var pause = pauseIn(folder.resolve("nowhere"), true, "django");
        pause.begin(7);
        assertThat(pause.confirmed()).isFalse();
        pause.end();

        assertThat(docker.calls()).isEmpty();
        assertThat(notes).isEmpty();
    }

    @Test
    void aRunTakesOverWhatADeadOneLeftStopped() throws Exception {
        journals.write(left("host-1-3", 3, ThisMachine.ask(), "django"));
        docker.set("django", "exited");
        var pause = pause("django", "es");
        pause.begin(8);

        assertThat(journals.of("d")).hasSize(1);
        assertThat(journals.of("d").getFirst().by()).isEqualTo(8);
        assertThat(journals.of("d").getFirst().services())
                .containsExactlyInAnyOrder("django", "es");
        pause.end();
        assertThat(docker.running()).contains("django", "es");
        assertThat(journals.of("d")).isEmpty();
    }

    @Test
    void aRunThatLoadsNothingGivesBackWhatADeadOneLeftStopped() {
        journals.write(left("host-1-3", 3, ThisMachine.ask(), "django"));
        docker.set("django", "exited");
        pause("django").end();

        assertThat(docker.running()).contains("django");
        assertThat(journals.of("d")).isEmpty();
    }

    @Test
    void aRunThatLostItsJournalToAnotherKeepsItsHandsOff() throws Exception {
        var frozen = pause("django");
        frozen.begin(7);
        var next = pause("django");
        next.begin(8);
        frozen.end();
        assertThat(docker.running()).doesNotContain("django");

        next.end();
        assertThat(docker.running()).contains("django");
        assertThat(journals.of("d")).isEmpty();
    }

    @Test
    void theJournalOfAnotherMachineIsLetAlone() throws Exception {
        journals.write(left("other-1-3", 3, new ThisMachine("other", "another boot"), "django"));
        docker.set("django", "exited");
        pause("es").end();

        assertThat(docker.running()).doesNotContain("django");
        assertThat(journals.of("d")).hasSize(1);
        assertThat(byHand().status())
                .anyMatch(line -> line.journal().equals("stopped by run 3 on host \"other\""));
        byHand().start();
        assertThat(docker.running()).contains("django");
    }

    @Test
    void whatIsStoppedByHandIsStartedByHandAlone() throws Exception {
        assertThat(byHand().stop()).containsExactly("django", "celery");
        var pause = pause("django");
        pause.begin(7);
        pause.end();
        assertThat(docker.running()).doesNotContain("django", "celery");

        docker.set("django", "running");
        byHand().stop();
        assertThat(byHand().start()).isEmpty();
        assertThat(docker.running()).contains("django", "celery");
        assertThat(journals.of("d")).isEmpty();
    }

    @Test
    void theHandKeepsOffWhatALivingRunStopped() throws Exception {
        var pause = pause("django");
        pause.begin(7);
        assertThatThrownBy(() -> byHand().start()).hasMessageContaining("run 7 stopped them");
        assertThat(byHand().startLeftBehind()).isEmpty();
        assertThat(docker.running()).doesNotContain("django");
        assertThat(byHand().status())
                .contains(
                        new ServicesByHand.Line(
                                "docker compose in \"" + docker.project() + "\"",
                                "django",
                                "stopped",
                                "stopped by run 7, which goes on"));
        pause.end();
    }

    @Test
    void anInterruptWhileGivingBackGivesBackAndIsKept() throws Exception {
        var pause = pause("django");
        pause.begin(7);
        Thread.currentThread().interrupt();
        pause.end();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(docker.running()).contains("django");
        assertThat(pause.failures()).isEmpty();
        assertThat(journals.of("d")).isEmpty();
    }

    @Test
    void commandsOfTheUserStopAndStartAServiceOfAnyKind() throws Exception {
        var flag = Files.writeString(folder.resolve("web"), "on");
        var group =
                new ServiceGroup.Commands(
                        "web",
                        List.of("rm", flag.toString()),
                        List.of("touch", flag.toString()),
                        List.of("sh", "-c", "test -e " + flag),
                        List.of());
        var pause =
                new ServicesPause(
                        new ServicesSpec(List.of(group)),
                        settings(Duration.ofSeconds(10)),
                        journals,
                        "d",
                        DATABASE,
                        "me",
                        this::note);
        pause.begin(7);
        assertThat(flag).doesNotExist();
        assertThat(ServiceJournal.parse("test", journals.of("d").getFirst().json()))
                .isEqualTo(journals.of("d").getFirst());
        pause.end();
        assertThat(flag).exists();

        var unknown =
                new ServiceGroup.Commands(
                        "web",
                        group.stop(),
                        group.start(),
                        List.of("sh", "-c", "echo no such unit >&2; exit 4"),
                        List.of());
        assertThatThrownBy(
                        () ->
                                new ServicesPause(
                                                new ServicesSpec(List.of(unknown)),
                                                settings(Duration.ofSeconds(10)),
                                                journals,
                                                "d",
                                                DATABASE,
                                                "me",
                                                this::note)
                                        .begin(8))
                .hasMessageContaining("ended with 4: no such unit");
        assertThat(flag).exists();
    }

    @Test
    void aDamagedJournalIsNamedAndNothingIsGuessed() throws Exception {
        var file = root.path().resolve("metadata/services/d/x.json");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "{\"version\": 1, \"stopped\": 3}");

        assertThatThrownBy(() -> journals.of("d"))
                .hasMessageContaining(file.toString())
                .hasMessageContaining("is no journal of stopped services");
    }

    private void compose(String... words) throws Exception {
        var command = new java.util.ArrayList<>(List.of(docker.program().toString(), "compose"));
        command.addAll(List.of(words));
        var process =
                new ProcessBuilder(command)
                        .directory(docker.project().toFile())
                        .inheritIO()
                        .start();
        assertThat(process.waitFor()).isZero();
    }

    private ServiceJournal left(String token, long run, ThisMachine machine, String... services) {
        return new ServiceJournal(
                "d",
                token,
                run,
                DATABASE,
                machine,
                List.of(
                        new ServiceJournal.Stopped(
                                group(docker.project(), false, services),
                                folder.toString(),
                                List.of(services))));
    }

    private ServicesByHand byHand() {
        return new ServicesByHand(
                spec("django", "celery"),
                settings(Duration.ofSeconds(20)),
                journals,
                "d",
                this::note);
    }

    private ServicesPause pause(String... services) {
        return pause(settings(Duration.ofSeconds(20)), services);
    }

    private ServicesPause pause(ServiceSettings settings, String... services) {
        return new ServicesPause(
                spec(services), settings, journals, "d", DATABASE, "me", this::note);
    }

    private ServicesPause pauseIn(Path project, boolean optional, String... services) {
        return new ServicesPause(
                new ServicesSpec(List.of(group(project, optional, services))),
                settings(Duration.ofSeconds(20)),
                journals,
                "d",
                DATABASE,
                "me",
                this::note);
    }

    private void note(RunEvent event) {
        if (event instanceof RunEvent.Note note && note.warning()) {
            notes.add(note.message());
        }
    }

    private ServiceSettings settings(Duration limit) {
        return new ServiceSettings(
                folder,
                Optional.empty(),
                docker.program().toString(),
                limit,
                Duration.ofSeconds(1),
                Duration.ZERO,
                3);
    }

    private ServicesSpec spec(String... services) {
        return new ServicesSpec(List.of(group(docker.project(), false, services)));
    }

    private static ServiceGroup.Compose group(Path project, boolean optional, String... services) {
        return new ServiceGroup.Compose(
                project.toString(),
                Optional.empty(),
                List.of(),
                List.of(services),
                List.of(),
                optional);
    }
}
