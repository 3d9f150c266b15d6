package dev.lode.demo.corpus;

/// Lengths as texts have them: many short, few very long. A table of quantiles, computed once with
/// [StrictMath], so that draws are fast and the same on every JDK.
public final class LogNormal {
    private static final int QUANTILES = 4096;

    private final double[] quantiles = new double[QUANTILES];

    public LogNormal(double median, double sigma) {
        for (int i = 0; i < QUANTILES; i++) {
            quantiles[i] = median * StrictMath.exp(sigma * inverseNormal((i + 0.5) / QUANTILES));
        }
    }

    /// A length within the bounds.
    public int draw(Draw draw, int low, int high) {
        double value = quantiles[draw.below(QUANTILES)];
        return (int) Math.clamp(value, low, high);
    }

    /// The length at a quantile, 0 to 1, within the bounds.
    int at(double share, int low, int high) {
        return (int) Math.clamp(quantiles[(int) (share * QUANTILES)], low, high);
    }

    /// The mean of what [#draw] returns for these bounds.
    double mean(int low, int high) {
        double sum = 0;
        for (double value : quantiles) {
            sum += Math.clamp(value, low, high);
        }
        return sum / QUANTILES;
    }

    /// Source: P. J. Acklam's rational approximation, relative error below 1.2e-9.
    private static double inverseNormal(double p) {
        double low = 0.02425;
        if (p < low) {
            return tail(StrictMath.sqrt(-2 * StrictMath.log(p)));
        }
        if (p > 1 - low) {
            return -tail(StrictMath.sqrt(-2 * StrictMath.log(1 - p)));
        }
        double q = p - 0.5;
        double r = q * q;
        return (((((-3.969683028665376e+01 * r + 2.209460984245205e+02) * r - 2.759285104469687e+02)
                                                                * r
                                                        + 1.383577518672690e+02)
                                                * r
                                        - 3.066479806614716e+01)
                                * r
                        + 2.506628277459239e+00)
                * q
                / (((((-5.447609879822406e+01 * r + 1.615858368580409e+02) * r
                                                                        - 1.556989798598866e+02)
                                                                * r
                                                        + 6.680131188771972e+01)
                                                * r
                                        - 1.328068155288572e+01)
                                * r
                        + 1);
    }

    private static double tail(double q) {
        return (((((-7.784894002430293e-03 * q - 3.223964580411365e-01) * q - 2.400758277161838e+00)
                                                                * q
                                                        - 2.549732539343734e+00)
                                                * q
                                        + 4.374664141464968e+00)
                                * q
                        + 2.938163982698783e+00)
                / ((((7.784695709041462e-03 * q + 3.224671290700398e-01) * q
                                                        + 2.445134137142996e+00)
                                                * q
                                        + 3.754408661907416e+00)
                                * q
                        + 1);
    }
}
