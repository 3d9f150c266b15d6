package dev.lode.bench;

import java.util.Arrays;
import java.util.List;

/// The values of repeated runs: their median, and how far they lie apart.
public record Spread(double median, double least, double most) {
    /// @throws IllegalArgumentException without values
    public static Spread of(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("no values");
        }
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int half = sorted.length / 2;
        double median =
                sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }

    public static Spread of(double... values) {
        return of(Arrays.stream(values).boxed().toList());
    }

    /// Median, and in brackets the least and the most.
    public String text(Unit unit) {
        return unit.text(median) + " (" + unit.text(least) + "-" + unit.text(most) + ")";
    }
}
