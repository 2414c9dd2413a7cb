package dev.pathline.diffusion.schedule;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/**
 * {@code b(t) = -ln alpha(t)} on {@code [0, 1]}, piecewise linear between its values at {@code i/T}. Where it ends at
 * infinity, which no line reaches, {@code alpha} itself is linear on the last piece. Outside {@code [0, 1]} it is NaN.
 */
final class LogAlphaTable {
    private static final double ROUNDING = 1e-9;

    /** Not decreasing, from 0 on; the index is {@code t T}. */
    private final double[] values;

    private LogAlphaTable(double[] values) {
        this.values = values;
    }

    /**
     * Makes the table in which index {@code i} of {@code steps} has {@code alpha^2 = prod_{j <= i} (1 - beta_j)}, at
     * {@code t = (i + 1)/steps}.
     *
     * @param logOfOneMinusBeta {@code ln(1 - beta_i)}, negative
     */
    static LogAlphaTable ofBetas(int steps, IntToDoubleFunction logOfOneMinusBeta) {
        double[] values = new double[steps + 1];
        for (int i = 0; i < steps; i++) {
            values[i + 1] = values[i] - logOfOneMinusBeta.applyAsDouble(i) / 2;
        }
        return new LogAlphaTable(values);
    }

    /**
     * Returns this table with {@code alpha} moved and scaled so that it ends at 0 and index 0 stays (Lin et al., arXiv
     * 2305.08891, algorithm 1).
     */
    LogAlphaTable withZeroTerminalSnr() {
        double[] rescaled = values.clone();
        double first = values[1];
        double range = StrictMath.expm1(first - values[steps()]);
        for (int i = 2; i < values.length; i++) {
            rescaled[i] = first - StrictMath.log1p(-StrictMath.expm1(first - values[i]) / range);
        }
        return new LogAlphaTable(rescaled);
    }

    /** Returns the number of training steps, {@code T}. */
    int steps() {
        return values.length - 1;
    }

    /** Returns {@code b(t)}. */
    double at(double t) {
        int i = piece(t);
        double part = part(t, i);
        return values[i] + (endsAtInfinity(i) ? -StrictMath.log1p(-part) : part * (values[i + 1] - values[i]));
    }

    /** Returns {@code d alpha / dt} on the piece that begins at or contains {@code t}; at {@code t = 1}, the last. */
    double dAlpha(double t) {
        int i = piece(t);
        return -steps() * (endsAtInfinity(i)
                ? StrictMath.exp(-values[i])
                : StrictMath.exp(-at(t)) * (values[i + 1] - values[i]));
    }

    /**
     * Returns the time at which {@link #at} is {@code b}. What lies beyond the end has a time beyond 1, on the last line
     * extended; what is beyond it by rounding alone is the end.
     */
    double timeOf(double b) {
        int found = Arrays.binarySearch(values, b);
        if (Double.isNaN(b) || found >= 0) {
            return found >= 0 ? (double) found / steps() : Double.NaN;
        }
        int i = Math.min(-found - 2, steps() - 1);
        double part = endsAtInfinity(i)
                ? -StrictMath.expm1(values[i] - b)
                : (b - values[i]) / (values[i + 1] - values[i]);
        return (i + (part < 1 + ROUNDING ? Math.min(part, 1) : part)) / steps();
    }

    private boolean endsAtInfinity(int piece) {
        return values[piece + 1] == Double.POSITIVE_INFINITY;
    }

    private int piece(double t) {
        return (int) Math.clamp(t * steps(), 0, steps() - 1);
    }

    private double part(double t, int piece) {
        return t >= 0 && t <= 1 ? t * steps() - piece : Double.NaN;
    }
}
