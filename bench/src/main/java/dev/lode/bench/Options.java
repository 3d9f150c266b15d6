package dev.lode.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What was asked for on the command line.
///
/// @param names benchmarks to run
/// @param small less data: a minute or less for each benchmark
/// @param resume leave out what has a result already, which only `--all` does
/// @param pairs how often both sides run
/// @param page write the page of results, whatever is run
/// @param tuned Lode's own settings for the server instead of PostgreSQL's defaults
public record Options(
        boolean list,
        boolean all,
        List<String> names,
        boolean small,
        boolean resume,
        int pairs,
        boolean page,
        boolean tuned) {
    static final int PAIRS = 5;

    /// Of small runs, which are to end within a minute.
    static final int SMALL_PAIRS = 3;

    public Options {
        names = List.copyOf(names);
        if (pairs < 1) {
            throw new IllegalArgumentException("--pairs=" + pairs + ": expected 1 or more");
        }
    }

    /// @throws IllegalArgumentException for an unknown option, or nothing to do
    static Options parse(List<String> words) {
        boolean list = false;
        boolean all = false;
        boolean small = false;
        boolean resume = false;
        boolean page = false;
        boolean tuned = false;
        int pairs = 0;
        var names = new ArrayList<String>();
        for (String word : words) {
            switch (word) {
                case "--list" -> list = true;
                case "--all" -> all = true;
                case "--small" -> small = true;
                case "--resume" -> resume = true;
                case "--page" -> page = true;
                case "--server=tuned" -> tuned = true;
                case "--server=default" -> tuned = false;
                default -> {
                    if (word.startsWith("--pairs=")) {
                        pairs = positive(word.substring("--pairs=".length()));
                    } else if (word.startsWith("-")) {
                        throw new IllegalArgumentException(word + ": unknown option");
                    } else {
                        names.add(word);
                    }
                }
            }
        }
        if (!list && !all && !page && names.isEmpty()) {
            throw new IllegalArgumentException("no benchmark named");
        }
        int usual = small ? SMALL_PAIRS : PAIRS;
        return new Options(
                list, all, names, small, resume, pairs == 0 ? usual : pairs, page, tuned);
    }

    private static int positive(String number) {
        if (!number.matches("[1-9][0-9]{0,3}")) {
            throw new IllegalArgumentException("--pairs=" + number + ": expected 1 or more");
        }
        return Integer.parseInt(number);
    }

    /// The folders of a checkout that benchmarks use.
    ///
    /// @param home the checkout
    /// @param data what benchmarks make once and keep: data and results
    public record Folders(Path home, Path data) {
        /// One of the bench's own folders.
        public Path own(String name) {
            return home.resolve("bench").resolve(name);
        }
    }
}
