package dev.pathline.diffusion.plan;

/**
 * The weights of one register update, {@code out = x*X + y*Y + m0*M0 + m1*M1 + m2*M2 + m3*M3 + noise*Z}.
 *
 * <p>{@code X} is the point that was evaluated, {@code Y} the start of the solver's step, {@code M0} the newest value
 * of the history (the one this stage has just computed, where it evaluates), {@code M1..M3} older ones, and {@code Z}
 * fresh standard normal noise. All weights are dimensionless and computed in float64 on the host.
 */
public record Combination(
        double x,
        double y,
        double m0,
        double m1,
        double m2,
        double m3,
        double noise) {

    /** How many values of the history a combination can reach. */
    public static final int HISTORY = 4;

    /** The combination that keeps {@code X}. */
    public static final Combination KEEP_X = new Combination(1, 0, 0, 0, 0, 0, 0);

    /** The combination that keeps {@code Y}. */
    public static final Combination KEEP_Y = new Combination(0, 1, 0, 0, 0, 0, 0);

    /** Returns the weight of {@code M_k}, for {@code k} in {@code 0..3}. */
    public double history(int k) {
        return switch (k) {
            case 0 -> m0;
            case 1 -> m1;
            case 2 -> m2;
            case 3 -> m3;
            default -> throw new IndexOutOfBoundsException("history index " + k + " is not in 0..3");
        };
    }
}
