package dev.lode.demo.waze;

/// Size of a city, after feeds of real ones.
public enum WazeTier {
    /// Joinville, 0.6 million people.
    S(70, 100, 1, 9, 0.80, -49.05, -26.37, 0.25, 0.20),
    /// A metropolis of a million.
    M(150, 300, 8, 8, 0.82, -49.05, -26.37, 0.40, 0.30),
    /// Jakarta.
    L(330, 1250, 48, 11, 0.72, 106.50, -6.41, 0.60, 0.33),
    /// New York on a Friday evening.
    XL(1364, 2117, 55, 6, 0.85, -74.28, 40.51, 0.63, 0.38);

    final int alerts;
    final int jams;
    final int irregularities;
    final double points;
    final double spread;
    final double west;
    final double south;
    final double width;
    final double height;

    WazeTier(
            int alerts,
            int jams,
            int irregularities,
            double points,
            double spread,
            double west,
            double south,
            double width,
            double height) {
        this.alerts = alerts;
        this.jams = jams;
        this.irregularities = irregularities;
        this.points = points;
        this.spread = spread;
        this.west = west;
        this.south = south;
        this.width = width;
        this.height = height;
    }
}
