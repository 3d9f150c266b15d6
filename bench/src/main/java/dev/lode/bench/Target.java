package dev.lode.bench;

/// The most that a benchmark's value may be.
///
/// @param most reached or missed: this decides the exit code
/// @param stretch what would be better still; equal to `most` where nothing more is asked for
public record Target(Unit unit, double most, double stretch) {
    public Target {
        if (!(most > 0) || !(stretch > 0) || stretch > most) {
            throw new IllegalArgumentException("target " + most + ", stretch " + stretch);
        }
    }

    /// A ratio, and a better one.
    public static Target ratio(double most, double stretch) {
        return new Target(Unit.RATIO, most, stretch);
    }

    public static Target seconds(double most) {
        return new Target(Unit.SECONDS, most, most);
    }

    public static Target mebibytes(double most) {
        return new Target(Unit.MEBIBYTES, most, most);
    }

    /// Whether a value is within the target as it is written: 0.904 is written 0.90 and holds 0.90.
    public boolean holds(double value) {
        return Double.parseDouble(digits(value)) <= most;
    }

    private String digits(double value) {
        return unit.text(value).replaceAll("[^0-9.]", "");
    }

    /// `<=0.35`
    public String text() {
        return "<=" + unit.text(most);
    }
}
