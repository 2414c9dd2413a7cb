package dev.pathline.diffusion.schedule;

/** The tables of {@link Ddpm}'s schedules, from {@code ln(1 - beta_i)} without cancellation. */
final class DdpmTables {
    private static final double LARGEST_BETA = 0.999;

    private DdpmTables() {}

    static LogAlphaTable linear(double betaStart, double betaEnd, int steps) {
        return LogAlphaTable.ofBetas(steps, i -> StrictMath.log1p(-spaced(betaStart, betaEnd, i, steps)));
    }

    static LogAlphaTable scaledLinear(double betaStart, double betaEnd, int steps) {
        return LogAlphaTable.ofBetas(steps, i -> {
            double root = spaced(Math.sqrt(betaStart), Math.sqrt(betaEnd), i, steps);
            return StrictMath.log1p(-root * root);
        });
    }

    static LogAlphaTable squaredCosine(int steps) {
        double offset = VpCosine.DEFAULT.offset();
        double rate = Math.PI / 2 / (1 + offset) / steps;
        double sin = StrictMath.sin(rate);
        double half = StrictMath.sin(rate / 2);
        return LogAlphaTable.ofBetas(steps, i -> {
            // cos(a + d)/cos(a) - 1, multiplied out so that nothing cancels where it is small
            double change = -2 * half * half - StrictMath.tan((i + offset * steps) * rate) * sin;
            return Math.max(2 * StrictMath.log1p(change), StrictMath.log1p(-LARGEST_BETA));
        });
    }

    private static double spaced(double first, double last, int i, int steps) {
        return first + (last - first) * i / (steps - 1);
    }
}
