package dev.lode.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

class MainTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void theListNamesEveryBenchmarkWithItsTarget() throws Exception {
        assertThat(run("--list")).isZero();

        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .extracting(line -> line.substring(0, line.indexOf(' ')))
                .containsExactly(
                        "bz2-decode",
                        "opinions-bz2",
                        "opinions-csv",
                        "citations-bare",
                        "dockets-bare",
                        "citations-keys",
                        "snapshot",
                        "resync-same",
                        "resync-next",
                        "memory",
                        "waze-month",
                        "waze-month-bulk",
                        "waze-day",
                        "waze-large",
                        "waze-rows",
                        "waze-live",
                        "json-rows",
                        "publish-full",
                        "publish-floor",
                        "publish-change",
                        "publish-nothing",
                        "publish-growth");
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("target <=0.90");
    }

    @Test
    void aWrongCallIsAnswered() throws Exception {
        assertThat(run("--lists")).isEqualTo(2);

        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("bench: --lists: unknown option");
    }

    @Test
    void anUnknownBenchmarkIsAnswered() throws Exception {
        assertThat(run("bz2-encode")).isEqualTo(2);

        assertThat(err.toString(StandardCharsets.UTF_8)).contains("no such benchmark");
    }

    @Test
    void pairsAreAtLeastOne() {
        assertThatThrownBy(() -> Options.parse(List.of("x", "--pairs=0")))
                .hasMessageContaining("expected 1 or more");
    }

    @Test
    void timesOfTheShellsChildrenAreAddedUp() {
        assertThat(Program.children("0m0.002s 0m0.001s\n1m2.500s 0m0.250s\n")).isEqualTo(62.75);
    }

    private int run(String... words) throws Exception {
        return Main.run(
                List.of(words),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }
}
