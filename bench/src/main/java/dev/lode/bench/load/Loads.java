package dev.lode.bench.load;

import dev.lode.bench.Benchmark;
import dev.lode.bench.Target;

import java.util.List;

/// The loads into one table, as data.
public final class Loads {
    private static final String PSQL = "one `psql \\copy`";

    private Loads() {}

    /// Those without keys.
    public static List<Benchmark> bare() {
        return List.of(
                new BareLoad(
                        "opinions-bz2",
                        "1 GB of opinions, .csv.bz2 to table",
                        "`bzip2 -dc \\| psql \\copy`",
                        Target.ratio(0.50, 0.37),
                        new Work(
                                "bench-opinions",
                                "search_opinion",
                                "opinions",
                                "csv.bz2",
                                (corpora, small) -> corpora.opinions(small ? 300 : 1_000, true))),
                new BareLoad(
                        "opinions-csv",
                        "the same, plain",
                        PSQL,
                        Target.ratio(0.25, 0.20),
                        new Work(
                                "bench-opinions-plain",
                                "search_opinion",
                                "opinions",
                                "csv",
                                (corpora, small) -> corpora.opinions(small ? 250 : 1_000, false))),
                new BareLoad(
                        "citations-bare",
                        "20 million rows of four integers, plain",
                        PSQL,
                        Target.ratio(0.60, 0.50),
                        new Work(
                                "bench-citations",
                                "citation",
                                "citations",
                                "csv",
                                (corpora, small) ->
                                        corpora.pairs(small ? 8_000_000 : 20_000_000, 3_000_000))),
                new BareLoad(
                        "dockets-bare",
                        "2 million rows of 54 columns, plain",
                        PSQL,
                        Target.ratio(0.50, 0.44),
                        new Work(
                                "bench-dockets",
                                "search_docket",
                                "dockets",
                                "csv",
                                (corpora, small) ->
                                        corpora.table(
                                                "search_docket", small ? 5_500 : 10_900, false))));
    }
}
