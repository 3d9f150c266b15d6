package dev.lode.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.core.ByteSize;
import dev.lode.core.LodeException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;

class LodeTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void aVerbGetsItsWordsAndTheSharedOptionsFromBothSides() {
        int exitCode =
                run(
                        "--json",
                        "echo",
                        "hello",
                        "--times",
                        "2",
                        "--data-root",
                        "/data",
                        "--db-port=5433");

        assertThat(out.toString()).isEqualTo("hello hello json=true root=/data port=5433\n");
        assertThat(exitCode).isZero();
    }

    @Test
    void theExitCodeOfTheVerbIsTheExitCode() {
        assertThat(run("exit", "5")).isEqualTo(5);
    }

    @Test
    void helpListsEveryVerbAndMakesNone() {
        assertThat(run("--help")).isZero();

        assertThat(out.toString())
                .contains("  echo     says it back\n")
                .contains("  explode  cannot even be made\n")
                .contains("--database-url");
    }

    @Test
    void helpOfAVerbShowsItsOptionsInBothWaysOfAsking() {
        run("echo", "--help");
        String first = out.toString();
        out.getBuffer().setLength(0);
        run("help", "echo");

        assertThat(first).contains("Usage: lode echo").contains("--times").contains("--data-root");
        assertThat(out.toString()).isEqualTo(first);
    }

    @Test
    void withoutAVerbTheHelpIsShownAsWrongUsage() {
        assertThat(run()).isEqualTo(2);

        assertThat(err.toString()).contains("Verbs").contains("echo");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aMistypedVerbIsNamedWithTheOneNearby() {
        assertThat(run("ecko", "x")).isEqualTo(2);

        assertThat(err.toString())
                .isEqualTo(
                        "lode: 'ecko' is not a verb; did you mean 'echo'? lode --help lists all\n");
    }

    @Test
    void aMistypedOptionIsNamedWithTheOneNearby() {
        assertThat(run("echo", "x", "--data-rot", "y")).isEqualTo(2);

        assertThat(err.toString())
                .isEqualTo(
                        "lode: unknown option '--data-rot'; did you mean '--data-root'? lode echo"
                                + " --help lists what it takes\n");
    }

    @Test
    void aMistypedOptionBeforeTheVerbIsNamedToo() {
        assertThat(run("--jason", "echo", "x")).isEqualTo(2);

        assertThat(err.toString())
                .startsWith("lode: unknown option '--jason'; did you mean '--json'?");
    }

    @Test
    void aWrongValueAndAMissingWordAreWrongUsage() {
        assertThat(run("echo", "x", "--times", "often")).isEqualTo(2);
        assertThat(run("echo")).isEqualTo(2);
        assertThat(run("echo", "x", "y")).isEqualTo(2);

        assertThat(err.toString().lines())
                .containsExactly(
                        "lode: invalid value for option '--times': 'often' is not an int; lode echo"
                                + " --help lists what it takes",
                        "lode: missing required parameter: '<word>'; lode echo --help lists what it"
                                + " takes",
                        "lode: unexpected word 'y'; lode echo --help lists what it takes");
    }

    @Test
    void theKindOfAnErrorIsTheExitCodeAndItsSentenceIsAllThatIsSaid() {
        assertThat(run("fail", "usage")).isEqualTo(2);
        assertThat(run("fail", "data")).isEqualTo(1);
        assertThat(run("fail", "remote")).isEqualTo(3);
        assertThat(run("fail", "resource")).isEqualTo(4);

        assertThat(err.toString().lines())
                .containsExactly("lode: wrong", "lode: wrong", "lode: wrong", "lode: wrong");
    }

    @Test
    void whatNobodyExpectedIsABugAndSaysHowToReportIt() {
        assertThat(run("fail", "bug")).isEqualTo(70);

        assertThat(err.toString())
                .startsWith("lode: bug: java.lang.IllegalStateException: oops;")
                .contains("--trace")
                .hasLineCount(1);
    }

    @Test
    void aCommandThatCannotEvenBeMadeIsABugToo() {
        assertThat(run("explode")).isEqualTo(70);
    }

    @Test
    void aFullHeapIsTheOperatorsMatter() {
        assertThat(run("fail", "memory")).isEqualTo(4);

        assertThat(err.toString()).startsWith("lode: memory: the heap of ").contains("LODE_HEAP");
    }

    @Test
    void decodingTakesHalfOfTheHeapAndLessOfASmallOne() {
        assertThat(Workplace.forDecoding(640L << 20)).isEqualTo(ByteSize.mebibytes(320));
        assertThat(Workplace.forDecoding(200L << 20)).isEqualTo(ByteSize.mebibytes(40));
        assertThat(Workplace.forDecoding(100L << 20)).isEqualTo(ByteSize.of(0));
    }

    @Test
    void theStackTraceIsForThoseWhoAskForIt() {
        run("fail", "data", "--trace");

        assertThat(err.toString()).startsWith("lode: wrong\n").contains("at dev.lode.cli.LodeTest");
    }

    @Test
    void theVersionNamesTheJavaThatRunsIt() {
        assertThat(run("--version")).isZero();

        assertThat(out.toString()).matches("lode \\d+\\.\\d+\\.\\d+\\S* \\(Java \\d\\S*\\)\n");
    }

    private int run(String... words) {
        return new Lode(VERBS, new PrintWriter(out), new PrintWriter(err)).run(List.of(words));
    }

    private static final List<Verb> VERBS =
            List.of(
                    new Verb("echo", "says it back", Echo::new),
                    new Verb("exit", "ends as told", _ -> new Exit()),
                    new Verb("fail", "goes wrong", _ -> new Fail()),
                    new Verb("explode", "cannot even be made", LodeTest::explode));

    private static Object explode(GlobalOptions options) {
        throw new IllegalStateException("not made, json=" + options.json());
    }

    @Command(name = "echo")
    private static final class Echo implements Callable<Integer> {
        private final GlobalOptions options;

        @Parameters(paramLabel = "<word>")
        private String word = "";

        @Option(names = "--times")
        private int times = 1;

        @Spec private @Nullable CommandSpec spec;

        private Echo(GlobalOptions options) {
            this.options = options;
        }

        @Override
        public Integer call() {
            Objects.requireNonNull(spec)
                    .commandLine()
                    .getOut()
                    .printf(
                            "%s json=%s root=%s port=%d%n",
                            String.join(" ", Collections.nCopies(times, word)),
                            options.json(),
                            options.dataRoot().map(Path::toString).orElse("none"),
                            options.databasePort().orElse(0));
            return 0;
        }
    }

    @Command(name = "exit")
    private static final class Exit implements Callable<Integer> {
        @Parameters private int code;

        @Override
        public Integer call() {
            return code;
        }
    }

    @Command(name = "fail")
    private static final class Fail implements Callable<Integer> {
        @Parameters private String kind = "";

        @Override
        public Integer call() {
            throw switch (kind) {
                case "usage" -> LodeException.usage("wrong");
                case "data" -> LodeException.data("wrong");
                case "remote" -> LodeException.remote("wrong");
                case "resource" -> LodeException.resource("wrong");
                case "memory" -> {
                    throw new OutOfMemoryError("Java heap space");
                }
                default -> new IllegalStateException("oops");
            };
        }
    }
}
