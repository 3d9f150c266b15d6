package dev.lode.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

class PerformancePageTest {
    @TempDir private Path data = Path.of("");

    @Test
    void eachBenchmarkHasARowAndWhatWasMeasuredStandsBelow() throws Exception {
        var results = new Results(data, false);
        results.keep(
                new Verdict.Measured(
                        "bz2-decode",
                        Spread.of(0.6, 0.5, 0.7),
                        Target.ratio(0.9, 0.75),
                        List.of("quiet (80 ns a load, 79 to 81; quietest seen 79)")));
        results.keep(new Verdict.Skipped("citations-bare", "psql is not installed"));

        String page = new PerformancePage(results, Options.parse(List.of("--all"))).text();

        assertThat(page.lines())
                .contains(
                        "| `bz2-decode` | the decoder alone, 1 GB of opinions | `lbzip2 -n2 -dc` |"
                                + " 0.60 (0.50-0.70) | <=0.90 | <=0.75 | ok |",
                        "| `citations-bare` | 20 million rows of four integers, plain | one `psql"
                            + " \\copy` |  | <=0.60 | <=0.50 | skipped: psql is not installed |",
                        "- quiet (80 ns a load, 79 to 81; quietest seen 79)")
                .anyMatch(line -> line.startsWith("| `memory`") && line.endsWith("not measured |"));
    }

    @Test
    void resultsAreForgottenOneByOneAndApartForSmallRuns() throws Exception {
        var full = new Results(data, false);
        var small = new Results(data, true);
        full.keep(new Verdict.Skipped("memory", "there is no /proc"));

        assertThat(small.of("memory")).isEmpty();
        assertThat(full.of("memory")).contains(List.of("memory skipped: there is no /proc"));

        full.forget();
        assertThat(full.of("memory")).isEmpty();
    }
}
