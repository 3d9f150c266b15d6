package dev.lode.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.house.FakeCheckout.Outcome;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

class LauncherTest {
    private Path folder;
    private FakeCheckout checkout;

    @BeforeEach
    void makeCheckout(@TempDir Path temporary) throws IOException {
        folder = temporary;
        checkout = new FakeCheckout(folder);
    }

    @Nested
    class FindsAJdk {
        @Test
        void javaHomeComesFirst() throws Exception {
            Path jdk = checkout.jdk("mine", "25");

            checkout.with("JAVA_HOME", jdk.toString()).lode("ls");

            assertThat(checkout.java()).isEqualTo(jdk);
        }

        @Test
        void anOlderJavaHomeIsPassedOverForTheOneOnThePath() throws Exception {
            Path old = checkout.jdk("old", "24.0.2");
            Path onPath = checkout.jdk("on path", "25.0.3");

            checkout.with("JAVA_HOME", old.toString())
                    .with("PATH", onPath.resolve("bin") + ":" + checkout.tools())
                    .lode("ls");

            assertThat(checkout.java()).isEqualTo(onPath);
        }

        @Test
        void aFolderOfTheUserIsSearchedAndTheOldOnesInItArePassedOver() throws Exception {
            checkout.jdk("home/.jdks/a-8", "1.8.0_402");
            checkout.jdk("home/.jdks/b-21", "21");
            Path good = checkout.jdk("home/.jdks/c-25", "25.0.1");

            checkout.without("JAVA_HOME").lode("ls");

            assertThat(checkout.java()).isEqualTo(good);
        }

        @Test
        void aNewerOneAndAnEarlyAccessBuildWillDo() throws Exception {
            for (String version : List.of("26", "26-ea", "31.0.1")) {
                Path jdk = checkout.jdk("jdk " + version, version);

                checkout.with("JAVA_HOME", jdk.toString()).lode("ls");

                assertThat(checkout.java()).isEqualTo(jdk);
            }
        }

        @Test
        void aRuntimeWithoutCompilerCannotBuildACheckoutButRunsADistribution() throws Exception {
            Path runtime = checkout.jdk("home/.jdks/runtime", "25");
            Files.delete(runtime.resolve("bin/javac"));
            checkout.lode("ls");
            Path dist =
                    Files.move(
                            checkout.root().resolve("cli/target/dist"), folder.resolve("unpacked"));
            checkout.with("JAVA_HOME", runtime.toString());

            checkout.lode("ls");
            assertThat(checkout.java()).isNotEqualTo(runtime);

            FakeCheckout.run(checkout.start(folder, dist.resolve("lode"), "ls"));
            assertThat(checkout.java()).isEqualTo(runtime);
        }

        @Test
        void withoutOneItSaysWhatToInstall() throws Exception {
            Path launcher = checkout.root().resolve("lode");
            Files.writeString(launcher, Files.readString(launcher).replace("least=25", "least=99"));

            Outcome outcome = checkout.lode("ls");

            assertThat(outcome.exitCode()).isEqualTo(4);
            assertThat(outcome.stderr())
                    .startsWith("lode: no JDK 99 or newer found")
                    .contains("apt install openjdk-99-jdk");
            assertThat(checkout.builds()).isZero();
        }

        @Test
        void itIsPrintedForScripts() throws Exception {
            Path jdk = checkout.jdk("mine", "25");

            Outcome outcome = checkout.with("JAVA_HOME", jdk.toString()).lode("--java-home");

            assertThat(outcome.stdout()).isEqualTo(jdk + "\n");
            assertThat(checkout.builds()).isZero();
        }
    }

    @Nested
    class Builds {
        @Test
        void theFirstStartBuildsAndTheNextDoesNot() throws Exception {
            Outcome first = checkout.lode("ls");
            Outcome second = checkout.lode("ls");

            assertThat(first.stderr()).contains("building the program");
            assertThat(second.stderr()).isEmpty();
            assertThat(first.stdout()).isEmpty();
            assertThat(checkout.builds()).isEqualTo(1);
        }

        @Test
        void aChangedSourceBuildsAgain() throws Exception {
            checkout.lode("ls");
            checkout.edited("core/src/main/java/A.java", Instant.now());

            checkout.lode("ls");

            assertThat(checkout.builds()).isEqualTo(2);
        }

        @Test
        void aRemovedSourceBuildsAgain() throws Exception {
            checkout.lode("ls");
            Files.delete(checkout.root().resolve("core/src/main/java/B.java"));
            Files.setLastModifiedTime(
                    checkout.root().resolve("core/src/main/java"), FileTime.from(Instant.now()));

            checkout.lode("ls");

            assertThat(checkout.builds()).isEqualTo(2);
        }

        @Test
        void testsAndPacksDoNotBuildAgain() throws Exception {
            checkout.lode("ls");
            checkout.edited("core/src/test/java/ATest.java", Instant.now());
            Files.createDirectories(checkout.root().resolve("packs/mine"));
            Files.writeString(checkout.root().resolve("packs/mine/pack.yaml"), "dataset: mine\n");
            Files.setLastModifiedTime(
                    checkout.root().resolve("core"), FileTime.from(Instant.now()));

            checkout.lode("ls");

            assertThat(checkout.builds()).isEqualTo(1);
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void startsAtTheSameMomentBuildOnce(boolean withFlock) throws Exception {
            if (!withFlock) {
                Files.delete(checkout.tools().resolve("flock"));
            }
            List<Process> processes = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                processes.add(checkout.start(folder, checkout.root().resolve("lode"), "ls"));
            }
            for (Process process : processes) {
                assertThat(FakeCheckout.run(process).exitCode()).isZero();
            }

            assertThat(checkout.builds()).isEqualTo(1);
        }

        @Test
        void aFailedBuildShowsWhyAndStartsNothing() throws Exception {
            checkout.source("broken");

            Outcome outcome = checkout.lode("ls");

            assertThat(outcome.exitCode()).isEqualTo(70);
            assertThat(outcome.stderr())
                    .contains("[ERROR] Broken.java:[1,1] this is no Java")
                    .contains("the build ended with code 1; nothing was started")
                    .contains("cli/target/build.log");
        }

        @Test
        void aFailedBuildIsTriedAgain() throws Exception {
            checkout.source("broken");
            checkout.lode("ls");
            Files.delete(checkout.root().resolve("broken"));

            assertThat(checkout.lode("ls").exitCode()).isZero();
        }

        @Test
        void jarsAreNotReplacedUnderARunningProcess() throws Exception {
            checkout.lode("ls");
            new ProcessBuilder("mkfifo", checkout.gate().toString()).start().waitFor();
            Process running = checkout.start(folder, checkout.root().resolve("lode"), "sync");
            while (!checkout.words().contains("sync")) {
                Thread.onSpinWait();
            }
            checkout.edited("core/src/main/java/A.java", Instant.now());

            Outcome meanwhile = checkout.lode("status");
            Files.writeString(checkout.gate(), "go\n");
            FakeCheckout.run(running);

            assertThat(meanwhile.exitCode()).isZero();
            assertThat(meanwhile.stderr()).contains("which another lode is running");
            assertThat(checkout.builds()).isEqualTo(1);
            assertThat(checkout.lode("status").exitCode()).isZero();
            assertThat(checkout.builds()).isEqualTo(2);
        }

        @Test
        void aStopDuringTheBuildStopsMavenToo() throws Exception {
            checkout.source("slow-build");
            Process process = checkout.start(folder, checkout.root().resolve("lode"), "ls");
            ProcessHandle maven = begun(checkout.root().resolve("maven.pid"));

            process.destroy();

            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).isEqualTo(143);
            maven.onExit().get(1, TimeUnit.MINUTES);
        }

        @Test
        void whereTheBuildCannotBeWrittenTheOneThatIsThereCanBeStarted() throws Exception {
            Path lock = checkout.root().resolve("cli/target/lode.lock");
            Files.createDirectories(lock);
            Outcome outcome = checkout.lode("ls");
            assertThat(outcome.exitCode()).isEqualTo(4);
            assertThat(outcome.stderr())
                    .contains("cannot be written", "is not built", "nothing was started");

            Files.delete(lock);
            checkout.lode("ls");
            Files.delete(lock);
            Files.createDirectories(lock);
            checkout.edited("core/src/main/java/A.java", Instant.now());
            outcome = checkout.lode("ls");
            assertThat(outcome.exitCode()).isEqualTo(4);
            assertThat(outcome.stderr()).contains("older than its sources", "LODE_BUILD=never");
            assertThat(checkout.with("LODE_BUILD", "never").lode("ls").exitCode()).isZero();
        }

        @Test
        void neverMeansNever() throws Exception {
            Outcome outcome = checkout.with("LODE_BUILD", "never").lode("ls");

            assertThat(outcome.exitCode()).isEqualTo(4);
            assertThat(checkout.builds()).isZero();
        }
    }

    @Nested
    class StartsJava {
        @Test
        void theLauncherBecomesTheProcessSoThatSignalsReachIt() throws Exception {
            Process process = checkout.start(folder, checkout.root().resolve("lode"), "ls");
            FakeCheckout.run(process);

            assertThat(checkout.pid()).isEqualTo(process.pid());
        }

        @Test
        void wordsArriveAsTheyWereGiven() throws Exception {
            checkout.lode("query", "SELECT 'a  b' AS \"x*\"", "", "--json");

            assertThat(checkout.words())
                    .endsWith(
                            "dev.lode.cli.Main", "query", "SELECT 'a  b' AS \"x*\"", "", "--json");
        }

        @Test
        void itWorksThroughSymbolicLinksFromAnywhere() throws Exception {
            Path bin = Files.createDirectories(folder.resolve("my bin"));
            Files.createSymbolicLink(bin.resolve("first"), checkout.root().resolve("lode"));
            Files.createSymbolicLink(bin.resolve("lode"), Path.of("first"));

            Outcome outcome =
                    FakeCheckout.run(checkout.start(Path.of("/"), bin.resolve("lode"), "ls"));

            assertThat(outcome.exitCode()).isZero();
            assertThat(checkout.words()).contains("-Dlode.home=" + checkout.root().toRealPath());
        }

        @Test
        void theJarsAreInOneOrderWhateverTheLocale() throws Exception {
            for (String locale : List.of("C", "en_US.UTF-8", "de_DE.UTF-8")) {
                checkout.with("LC_ALL", locale).lode("ls");

                assertThat(checkout.jars()).containsExactly("C-1.jar", "a-1.jar", "b-1.jar");
            }
        }

        @Test
        void whatIsTooOldForTheCacheIsLoadedByTheBootLoader() throws Exception {
            checkout.lode("ls");

            assertThat(checkout.words())
                    .contains(
                            "-Xbootclasspath/a:"
                                    + checkout.root().toRealPath()
                                    + "/cli/target/dist/lib/picocli-4.jar");
            assertThat(checkout.jars()).doesNotContain("picocli-4.jar");
        }

        @Test
        void whatOnlyTheDemoNeedsIsThereForDemoAndGenerateOnly() throws Exception {
            for (String verb : List.of("demo", "generate")) {
                checkout.lode("--quiet", verb);

                assertThat(checkout.jars()).endsWith("b-1.jar", "demo-1.jar");
            }
            checkout.lode("sync", "courtlistener");

            assertThat(checkout.jars()).doesNotContain("demo-1.jar");
        }

        @Test
        void heapAndOptionsCanBeSet() throws Exception {
            checkout.lode("ls");
            assertThat(checkout.words()).contains("-Xmx704m", "-XX:+UseSerialGC");

            checkout.with("LODE_HEAP", "2g").with("LODE_JAVA_OPTS", "-XX:+UseZGC -Da=b").lode("ls");

            assertThat(checkout.words())
                    .contains("-Xmx2g", "-XX:+UseZGC", "-Da=b")
                    .doesNotContain("-XX:+UseSerialGC");
        }

        @Test
        void anUnpackedDistributionRunsWithoutTheCheckout() throws Exception {
            checkout.lode("ls");
            Path unpacked =
                    Files.move(
                            checkout.root().resolve("cli/target/dist"), folder.resolve("lode 0.1"));

            Outcome outcome =
                    FakeCheckout.run(checkout.start(folder, unpacked.resolve("lode"), "ls"));

            assertThat(outcome.exitCode()).isZero();
            assertThat(checkout.words()).contains("-Dlode.home=" + unpacked.toRealPath());
            assertThat(checkout.builds()).isEqualTo(1);
        }
    }

    @Nested
    class StartsQuickly {
        @Test
        void theCacheIsMadeOnceAndUsed() throws Exception {
            checkout.lode("ls");
            checkout.lode("ls");

            assertThat(checkout.rehearsals()).isEqualTo(1);
            assertThat(checkout.words())
                    .anyMatch(
                            word ->
                                    word.startsWith("-XX:AOTCache=")
                                            && word.endsWith("25.0.3+9.aot"));
        }

        @Test
        void aNewBuildAndAnotherJdkMakeTheirOwn() throws Exception {
            checkout.lode("ls");
            checkout.edited("core/src/main/java/A.java", Instant.now());
            checkout.lode("ls");
            assertThat(checkout.rehearsals()).isEqualTo(2);

            checkout.with("JAVA_HOME", checkout.jdk("other", "26").toString()).lode("ls");

            assertThat(checkout.words())
                    .anyMatch(
                            word -> word.startsWith("-XX:AOTCache=") && word.endsWith("26+9.aot"));
        }

        @Test
        void aJdkThatCannotMakeOneIsNotAskedAgain() throws Exception {
            checkout.with("FAKE_NO_AOT", "1").lode("ls");
            Outcome second = checkout.lode("ls");

            assertThat(second.exitCode()).isZero();
            assertThat(checkout.rehearsals()).isEqualTo(1);
            assertThat(checkout.words()).noneMatch(word -> word.startsWith("-XX:AOTCache"));
        }

        @Test
        void aPreparationThatWasToldToEndIsTriedAgainAndItsLeftoversGo() throws Exception {
            checkout.with("FAKE_NO_AOT", "1").with("FAKE_AOT_EXIT", "143").lode("ls");
            var dist = checkout.root().resolve("cli/target/dist");
            Files.createDirectories(dist.resolve("stage-1/postgres"));
            Files.writeString(dist.resolve("draft-1.aot.config"), "half");

            checkout.with("FAKE_NO_AOT", "").with("FAKE_AOT_EXIT", "0").lode("ls");

            assertThat(checkout.rehearsals()).isEqualTo(2);
            assertThat(checkout.words()).anyMatch(word -> word.startsWith("-XX:AOTCache="));
            assertThat(dist.resolve("stage-1")).doesNotExist();
            assertThat(dist.resolve("draft-1.aot.config")).doesNotExist();
        }

        @Test
        void aStopDuringAPreparationEndsItAndStartsNothing() throws Exception {
            Path pid = folder.resolve("rehearsal.pid");
            checkout.with("FAKE_AOT_PID", pid.toString());
            Process process = checkout.start(folder, checkout.root().resolve("lode"), "ls");
            ProcessHandle rehearsal = begun(pid);

            process.toHandle().destroy();

            Outcome outcome = FakeCheckout.run(process);
            assertThat(outcome.exitCode()).isEqualTo(143);
            assertThat(outcome.stderr()).contains("stopping; the next start prepares them again");
            assertThat(rehearsal.isAlive()).isFalse();
            assertThat(checkout.words()).isEmpty();

            checkout.without("FAKE_AOT_PID").lode("ls");

            assertThat(checkout.rehearsals()).isEqualTo(2);
            assertThat(checkout.words()).anyMatch(word -> word.startsWith("-XX:AOTCache="));
        }

        @Test
        void nothingButTheCacheIsLeftBehind() throws Exception {
            checkout.lode("ls");

            try (var files = Files.list(checkout.root().resolve("cli/target/dist"))) {
                assertThat(files.map(file -> file.getFileName().toString()))
                        .containsExactlyInAnyOrder(
                                "build.txt", "lib", "lib-demo", "lode", "lode-25.0.3+9.aot");
            }
        }

        @Test
        void itCanBeSwitchedOff() throws Exception {
            checkout.with("LODE_AOT", "off").lode("ls");

            assertThat(checkout.rehearsals()).isZero();
            assertThat(checkout.words()).noneMatch(word -> word.startsWith("-XX:AOTCache"));
        }
    }

    /// The process that writes its number into the file, once it has.
    private static ProcessHandle begun(Path pid) throws IOException {
        while (!Files.exists(pid) || Files.readString(pid).isBlank()) {
            Thread.onSpinWait();
        }
        return ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();
    }
}
