package dev.lode.bench;

import java.util.List;

/// How a benchmark ended.
public sealed interface Verdict {
    /// Within the target.
    int OK = 0;

    /// Measured, and beyond the target.
    int MISS = 1;

    /// Not measured.
    int SKIPPED = 3;

    String name();

    /// The one line that programs read.
    String line();

    int exitCode();

    /// @param notes whatever else was measured, as sentences: floors, other tools, CPU seconds,
    ///   regime
    record Measured(String name, Spread spread, Target target, List<String> notes)
            implements Verdict {
        public Measured {
            notes = List.copyOf(notes);
        }

        /// Whether the target holds for the median.
        public boolean holds() {
            return target.holds(spread.median());
        }

        @Override
        public String line() {
            return name
                    + " value "
                    + spread.text(target.unit())
                    + " target "
                    + target.text()
                    + (holds() ? " ok" : " miss");
        }

        @Override
        public int exitCode() {
            return holds() ? OK : MISS;
        }
    }

    /// @param why such as `pgloader is not installed`
    record Skipped(String name, String why) implements Verdict {
        @Override
        public String line() {
            return name + " skipped: " + why;
        }

        @Override
        public int exitCode() {
            return SKIPPED;
        }
    }
}
