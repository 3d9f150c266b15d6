package dev.lode.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// `bench/run`: lists benchmarks, or runs some. The last line of each is its [Verdict]; the exit
/// code is that of the worst: a miss, then a benchmark that was skipped, then 0; 2 when it was
/// called wrongly, 70 when a benchmark broke.
public final class Main {
    private static final int USAGE = 2;
    private static final int BROKEN = 70;
    private static final String HELP =
            """
            bench/run --list
            bench/run NAME... [--small] [--pairs=N] [--server=default|tuned]
            bench/run --all [--resume] [--small] writes docs/reference/performance.md
            bench/run --page writes it with the results that are there

              --small    less data: a minute or less each, once the data is there
              --resume   with --all: leaves out what has a result already
              --pairs    how often both sides run: 5, or 3 with --small, by default
              --server   PostgreSQL's default settings, or those of Lode's own server
            """;

    private final Options options;
    private final Options.Folders folders;
    private final PrintStream out;

    private Main(Options options, Options.Folders folders, PrintStream out) {
        this.options = options;
        this.folders = folders;
        this.out = out;
    }

    /// Runs what the words ask for; the checkout is the system property `bench.home`, the folder
    /// for data `bench.data`.
    public static void main(String[] words) throws IOException, InterruptedException {
        System.exit(run(List.of(words), System.out, System.err));
    }

    static int run(List<String> words, PrintStream out, PrintStream err)
            throws IOException, InterruptedException {
        Options options;
        try {
            options = Options.parse(words);
        } catch (IllegalArgumentException e) {
            err.println("bench: " + e.getMessage());
            err.print(HELP);
            return USAGE;
        }
        if (options.list()) {
            Registry.all().forEach(one -> out.printf("%-15s %s%n", one.name(), described(one)));
            return 0;
        }
        var folders =
                new Options.Folders(
                        Path.of(System.getProperty("bench.home", ".")).toAbsolutePath(),
                        Path.of(System.getProperty("bench.data", "bench/target/data"))
                                .toAbsolutePath());
        return new Main(options, folders, out).run(err);
    }

    private static String described(Benchmark one) {
        return one.work()
                + (one.against().isEmpty() ? "" : ", against " + one.against())
                + ", target "
                + one.target().text();
    }

    private int run(PrintStream err) throws IOException, InterruptedException {
        var wanted = new ArrayList<Benchmark>();
        for (String name : options.names()) {
            var found = Registry.named(name);
            if (found.isEmpty()) {
                err.println("bench: " + name + ": no such benchmark; bench/run --list names them");
                return USAGE;
            }
            wanted.add(found.get());
        }
        var results = new Results(folders.data(), options.small());
        if (options.all()) {
            if (!options.resume()) {
                results.forget();
            }
            wanted.addAll(Registry.all());
        }
        int code = Verdict.OK;
        var quietest = new Quietest(folders.data());
        var calibration =
                new Calibration(Runtime.getRuntime().availableProcessors(), quietest.read());
        for (var benchmark : wanted) {
            if (options.all() && options.resume() && results.of(benchmark.name()).isPresent()) {
                continue;
            }
            code = worse(code, measure(benchmark, calibration, results));
            quietest.write(calibration.best());
        }
        if (options.all() || options.page()) {
            Path page = folders.home().resolve("docs/reference/performance.md");
            Files.writeString(page, new PerformancePage(results, options).text());
            out.println("wrote " + page);
        }
        return code;
    }

    private int measure(Benchmark benchmark, Calibration calibration, Results results)
            throws IOException, InterruptedException {
        out.println("-- " + benchmark.name() + ": " + described(benchmark));
        try (var bench = new Bench(options, folders, calibration, out)) {
            Verdict verdict;
            try {
                verdict = benchmark.run(bench);
            } catch (NotHere missing) {
                verdict = new Verdict.Skipped(benchmark.name(), missing.what());
            } catch (IOException broken) {
                out.println(benchmark.name() + " broke: " + broken.getMessage());
                return BROKEN;
            }
            if (verdict instanceof Verdict.Measured measured) {
                measured.notes().forEach(note -> out.println("   " + note));
            }
            out.println(verdict.line());
            results.keep(verdict);
            return verdict.exitCode();
        }
    }

    private static int worse(int one, int other) {
        List<Integer> order = List.of(Verdict.OK, Verdict.SKIPPED, Verdict.MISS, BROKEN);
        return order.indexOf(one) >= order.indexOf(other) ? one : other;
    }
}
