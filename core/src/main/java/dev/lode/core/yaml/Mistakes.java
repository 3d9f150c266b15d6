package dev.lode.core.yaml;

import dev.lode.core.LodeException;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The mistakes found so far in one file. Reading goes on after a mistake, so that all of them are
/// reported at once.
public final class Mistakes {
    /// More than this many are not listed; the rest is counted.
    private static final int LISTED = 50;

    private record Mistake(int line, String sentence) {}

    private final String file;
    private final List<Mistake> found = new ArrayList<>();

    public Mistakes(String file) {
        this.file = file;
    }

    /// Notes a mistake. `line` counts from 1; 0 means the whole file.
    public void add(int line, String sentence) {
        found.add(new Mistake(line, sentence));
    }

    public boolean none() {
        return found.isEmpty();
    }

    /// @throws LodeException of kind USAGE that lists every mistake in the order of lines, if there
    ///   is any
    public void throwIfAny() {
        if (found.isEmpty()) {
            return;
        }
        found.sort(Comparator.comparingInt(Mistake::line));
        var text = new StringBuilder();
        for (var mistake : found.subList(0, Math.min(LISTED, found.size()))) {
            if (!text.isEmpty()) {
                text.append(System.lineSeparator());
            }
            text.append(file);
            if (mistake.line > 0) {
                text.append(" line ").append(mistake.line);
            }
            text.append(": ").append(mistake.sentence);
        }
        if (found.size() > LISTED) {
            text.append(System.lineSeparator())
                    .append("and ")
                    .append(found.size() - LISTED)
                    .append(" more mistakes");
        }
        throw LodeException.usage(text.toString());
    }
}
