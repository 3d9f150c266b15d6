package dev.lode.house;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

class RepositoryTest {
    private static final long LARGEST_FILE = 512 << 10;

    /// Homes of people and of build machines. Written in pieces, so that this file does not hold
    /// what it forbids.
    private static final Pattern MACHINE_PATH =
            Pattern.compile(
                    "(?<![\\w.~}$*-])/("
                            + "root|work|workspace|home/[a-z]|Users/[A-Z]"
                            + ")[a-z]*/");

    private static final Pattern ADDRESS = Pattern.compile("https?://([^/\\s\"'<>)`]+)");

    /// Where a build file may point to: what namespaces and licences are called, and the one public
    /// registry.
    private static final List<String> HOSTS_OF_BUILD_FILES =
            List.of(
                    "adoptium.net",
                    "get.sdkman.io",
                    "issues.apache.org",
                    "maven.apache.org",
                    "repo.maven.apache.org",
                    "www.apache.org",
                    "www.w3.org");

    private static final Pattern GENERATED =
            Pattern.compile(
                    "(.*/)?(target|\\.idea|node_modules)/.*|.*\\.(class|jar|aot|log|tmp|orig|rej|swp|iml|DS_Store)");

    @Test
    void nothingGeneratedIsCommitted() {
        assertThat(
                        Checkout.files().stream()
                                .map(Checkout::name)
                                .filter(RepositoryTest::isGenerated))
                .isEmpty();
    }

    @Test
    void nothingLargeIsCommitted() {
        assertThat(Checkout.files())
                .allSatisfy(file -> assertThat(Files.size(file)).isLessThan(LARGEST_FILE));
    }

    @Test
    void noPathOfOneMachineIsCommitted() {
        assertThat(Checkout.files().stream().flatMap(file -> lines(file, MACHINE_PATH))).isEmpty();
    }

    @Test
    void buildFilesPointToNoRegistryButThePublicOne() {
        assertThat(
                        Checkout.files().stream()
                                .filter(RepositoryTest::isBuildFile)
                                .flatMap(file -> lines(file, ADDRESS))
                                .filter(line -> !pointsToKnownHosts(line)))
                .isEmpty();
    }

    @Test
    void everythingCommittedIsFinished() {
        Pattern unfinished = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");

        assertThat(
                        Checkout.files().stream()
                                .filter(
                                        file ->
                                                file.toString()
                                                        .matches(
                                                                ".*\\.(java|sql|yaml|sh)|.*/(lode|run|format)"))
                                .flatMap(file -> lines(file, unfinished)))
                .isEmpty();
    }

    @Test
    void theRulesSeeWhatTheyForbid() {
        assertThat(isGenerated("cli/target/dist/build.txt")).isTrue();
        assertThat(isGenerated("core/src/main/java/A.java")).isFalse();
        for (String path :
                List.of(
                        "/ro" + "ot/.m2/",
                        "cd /wo" + "rk/main/x",
                        "file:/ho" + "me/ann/x",
                        "\"/Us" + "ers/Ann/\"")) {
            assertThat(MACHINE_PATH.matcher(path).find()).as(path).isTrue();
        }
        for (String path :
                List.of(
                        "src/main/wo" + "rk/",
                        "$HOME/wo" + "rk/x",
                        "~/wo" + "rk/",
                        "https://a.org/wo" + "rk/",
                        "target/home/a/")) {
            assertThat(MACHINE_PATH.matcher(path).find()).as(path).isFalse();
        }
        assertThat(pointsToKnownHosts("x: https://mirror.example/maven2/a")).isFalse();
        assertThat(pointsToKnownHosts("x: https://repo.maven.apache.org/maven2/a")).isTrue();
    }

    private static boolean isGenerated(String name) {
        return GENERATED.matcher(name).matches();
    }

    private static boolean isBuildFile(Path file) {
        String name = Checkout.name(file);
        return name.endsWith("pom.xml")
                || name.startsWith(".mvn/")
                || name.startsWith(".ci/")
                || name.matches("lode|mvnw|house/format");
    }

    private static boolean pointsToKnownHosts(String line) {
        return ADDRESS.matcher(line)
                .results()
                .allMatch(found -> HOSTS_OF_BUILD_FILES.contains(found.group(1)));
    }

    /// The lines of a text file in which the pattern is found, as `file:line: text`.
    private static Stream<String> lines(Path file, Pattern pattern) {
        List<String> lines = text(file).map(text -> text.lines().toList()).orElse(List.of());
        return Stream.iterate(0, number -> number < lines.size(), number -> number + 1)
                .filter(number -> pattern.matcher(lines.get(number)).find())
                .map(
                        number ->
                                Checkout.name(file)
                                        + ":"
                                        + (number + 1)
                                        + ": "
                                        + lines.get(number).strip());
    }

    /// Nothing for a file that is no UTF-8 text.
    private static Optional<String> text(Path file) {
        try {
            return Optional.of(Files.readString(file));
        } catch (MalformedInputException binary) {
            return Optional.empty();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
