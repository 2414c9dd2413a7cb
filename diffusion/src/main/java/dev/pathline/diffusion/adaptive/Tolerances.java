package dev.pathline.diffusion.adaptive;

/**
 * How large the error of one step may be, and how much may be spent. An element {@code e} of the error counts against
 * {@code absolute} and {@code relative |x|}; how the two are joined is the solver's affair.
 *
 * @param absolute in the units of the state, positive
 * @param relative without unit, at least 0
 * @param maxEvaluations the number of evaluations after which a solve fails, at least 1
 */
public record Tolerances(
        double absolute,
        double relative,
        int maxEvaluations) {

    /** Enough for any smooth field at tolerances down to 1e-10; a solve that needs more is most likely stuck. */
    public static final int DEFAULT_MAX_EVALUATIONS = 100_000;

    /** @throws IllegalArgumentException if a value is out of range */
    public Tolerances {
        if (!(absolute > 0 && Double.isFinite(absolute) && relative >= 0 && Double.isFinite(relative))) {
            throw new IllegalArgumentException(
                    "the absolute tolerance must be positive and the relative one at least 0,"
                            + " not " + absolute + " and " + relative);
        }
        if (maxEvaluations < 1) {
            throw new IllegalArgumentException("maxEvaluations must be at least 1, not " + maxEvaluations);
        }
    }

    /** Returns tolerances with the default number of evaluations. */
    public static Tolerances of(double absolute, double relative) {
        return new Tolerances(absolute, relative, DEFAULT_MAX_EVALUATIONS);
    }
}
