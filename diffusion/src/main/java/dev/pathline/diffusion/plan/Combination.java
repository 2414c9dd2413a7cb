package dev.pathline.diffusion.plan;

/**
 * The weights of one register update, {@code out = x*X + y*Y + data*D + m0*M0 + m1*M1 + m2*M2 + m3*M3
 * + noise*Z}.
 *
 * <p>{@code X} is the point that was evaluated, {@code Y} the start of the solver's step, {@code D} the prediction of
 * {@code x_0} that this stage has made (meaningless where it evaluates nothing), {@code M0} the newest value of the
 * history (the one this stage has just computed, where it evaluates), {@code M1..M3} older ones, and {@code Z} fresh
 * standard normal noise. Where the history holds data, {@code D} is {@code M0}; where it holds noise, {@code D} is what a
 * step that starts at {@code alpha = 0} or ends at {@code sigma = 0} cannot do without. All weights are dimensionless and
 * computed in float64 on the host.
 *
 * <p>Combinations form a vector space, so a solver writes its update as its paper does: {@code
 * X.times(a).plus(M0.times(b))}.
 */
public record Combination(
        double x,
        double y,
        double data,
        double m0,
        double m1,
        double m2,
        double m3,
        double noise) {

    /** How many values of the history a combination can reach. */
    public static final int HISTORY = 4;

    /** The evaluated point alone; as an update, it keeps {@code X}. */
    public static final Combination X = new Combination(1, 0, 0, 0, 0, 0, 0, 0);

    /** The start of the step alone; as an update, it keeps {@code Y}. */
    public static final Combination Y = new Combination(0, 1, 0, 0, 0, 0, 0, 0);

    /** This stage's prediction of {@code x_0} alone. */
    public static final Combination DATA = new Combination(0, 0, 1, 0, 0, 0, 0, 0);

    /** The newest value of the history alone. */
    public static final Combination M0 = new Combination(0, 0, 0, 1, 0, 0, 0, 0);

    /** The value before {@link #M0}. */
    public static final Combination M1 = new Combination(0, 0, 0, 0, 1, 0, 0, 0);

    /** The value before {@link #M1}. */
    public static final Combination M2 = new Combination(0, 0, 0, 0, 0, 1, 0, 0);

    /** The value before {@link #M2}. */
    public static final Combination M3 = new Combination(0, 0, 0, 0, 0, 0, 1, 0);

    /** Fresh standard normal noise alone. */
    public static final Combination NOISE = new Combination(0, 0, 0, 0, 0, 0, 0, 1);

    /** Returns the sum of both combinations. */
    public Combination plus(Combination other) {
        return new Combination(x + other.x, y + other.y, data + other.data, m0 + other.m0, m1 + other.m1, m2 + other.m2,
                m3 + other.m3,
                noise + other.noise);
    }

    /** Returns this combination less {@code other}. */
    public Combination minus(Combination other) {
        return plus(other.times(-1));
    }

    /** Returns this combination with every weight multiplied by {@code factor}, which must be finite. */
    public Combination times(double factor) {
        return new Combination(x * factor, y * factor, data * factor, m0 * factor, m1 * factor, m2 * factor,
                m3 * factor,
                noise * factor);
    }

    /** Returns whether every weight is finite. */
    public boolean isFinite() {
        // A sum is finite only if every term is; weights are far from overflow.
        return Double.isFinite(x + y + data + m0 + m1 + m2 + m3 + noise);
    }

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
