package dev.lode.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// `docs/reference/performance.md`: the table of results with what they were measured on.
final class PerformancePage {
    private final Results results;
    private final Options options;

    PerformancePage(Results results, Options options) {
        this.results = results;
        this.options = options;
    }

    /// The whole page. Benchmarks without a result stand in it as such.
    String text() throws IOException {
        var page =
                new StringBuilder(
                        """
                        # Performance

                        Written by `bench/run%s`; [bench/README.md](../../bench/README.md) says how each row is measured.
                        A ratio is Lode's time by the other's, the median of several pairs with the least and the most of them; every run of
                        Lode is the whole process, from exec to exit: start of the JVM, pre-flight, ledger and verification included.

                        Machine: %s.

                        | benchmark | work | against | value | target | stretch | |
                        |---|---|---|---|---|---|---|
                        """
                                .formatted(
                                        options.small() ? " --small" : "", Machine.description()));
        for (var benchmark : Registry.all()) {
            page.append(row(benchmark));
        }
        page.append("\n## What was measured beside\n");
        for (var benchmark : Registry.all()) {
            List<String> lines = results.of(benchmark.name()).orElse(List.of());
            if (lines.size() > 1) {
                page.append("\n`").append(benchmark.name()).append("`\n\n");
                lines.stream().skip(1).forEach(note -> page.append("- ").append(note).append('\n'));
            }
        }
        return page.toString();
    }

    private String row(Benchmark benchmark) throws IOException {
        String line = results.of(benchmark.name()).map(List::getFirst).orElse("not measured");
        String rest =
                line.startsWith(benchmark.name() + " ")
                        ? line.substring(benchmark.name().length() + 1)
                        : line;
        int target = rest.indexOf(" target ");
        boolean measured = line.startsWith(benchmark.name() + " value ") && target > 0;
        var aim = benchmark.target();
        return "| `%s` | %s | %s | %s | %s | %s | %s |%n"
                .formatted(
                        benchmark.name(),
                        benchmark.work(),
                        benchmark.against(),
                        measured ? rest.substring("value ".length(), target) : "",
                        aim.text(),
                        aim.stretch() < aim.most() ? "<=" + aim.unit().text(aim.stretch()) : "",
                        measured ? rest.substring(rest.lastIndexOf(' ') + 1) : rest);
    }

    /// What the figures belong to.
    private static final class Machine {
        private Machine() {}

        static String description() throws IOException {
            return cpu()
                    + ", "
                    + Runtime.getRuntime().availableProcessors()
                    + " cores, "
                    + memory()
                    + ", "
                    + System.getProperty("os.name")
                    + " "
                    + System.getProperty("os.version")
                    + ", Java "
                    + System.getProperty("java.vm.version");
        }

        private static String cpu() throws IOException {
            return first("/proc/cpuinfo", "model name").orElse(System.getProperty("os.arch", ""));
        }

        private static String memory() throws IOException {
            return first("/proc/meminfo", "MemTotal")
                    .map(text -> Long.parseLong(text.replaceAll("[^0-9]", "")) / (1 << 20))
                    .map(gibibytes -> gibibytes + " GiB of memory")
                    .orElse("memory unknown");
        }

        private static Optional<String> first(String file, String key) throws IOException {
            if (!Files.exists(Path.of(file))) {
                return Optional.empty();
            }
            try (var lines = Files.lines(Path.of(file))) {
                return lines.filter(line -> line.startsWith(key))
                        .map(line -> line.substring(line.indexOf(':') + 1).strip())
                        .findFirst();
            }
        }
    }
}
