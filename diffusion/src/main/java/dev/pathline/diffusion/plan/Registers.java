package dev.pathline.diffusion.plan;

import org.jspecify.annotations.Nullable;

/**
 * The registers of one trajectory in float64: the point {@code X}, the step's start {@code Y}, the newest prediction of
 * {@code x_0} and the history. Arrays are replaced, never written, once they are here.
 */
public final class Registers {
    private final double[][] history = new double[Combination.HISTORY][];
    private double[] data;
    private double[] x;
    private double[] y;

    /** Starts with {@code X = Y = start}, of which it takes a copy, and zero in every other register. */
    public Registers(double[] start) {
        x = start.clone();
        y = x;
        data = new double[start.length];
        for (int k = 0; k < history.length; k++) {
            history[k] = data;
        }
    }

    /** Returns the point to evaluate; not to be changed. */
    public double[] x() {
        return x;
    }

    /** Returns the step's start; not to be changed. */
    public double[] y() {
        return y;
    }

    /**
     * Takes up what an evaluation gave; neither array may be changed afterwards.
     *
     * @param prediction the prediction of {@code x_0}
     * @param value what enters the history, as {@code M0}
     */
    public void remember(double[] prediction, double[] value) {
        System.arraycopy(history, 0, history, 1, history.length - 1);
        history[0] = value;
        data = prediction;
    }

    /** Moves both points, from the same old values and the same fresh noise, as a stage says. */
    public void update(Combination nextX, Combination nextY, @Nullable LangevinStep langevin, double[] fresh) {
        double[] newX = apply(nextX, fresh);
        double[] newY = apply(nextY, fresh);
        if (langevin != null) {
            double[] move = langevin(langevin, fresh);
            newX = Operations.combine(1, newX, 1, move);
            newY = Operations.combine(1, newY, 1, move);
        }
        x = newX;
        y = newY;
    }

    private double[] langevin(LangevinStep step, double[] fresh) {
        double[] score = Operations.combine(step.scoreFromX(), x, step.scoreFromM0(), history[0]);
        double delta = Operations.langevinSize(step, score, fresh);
        return Operations.combine(delta, score, Math.sqrt(2 * delta), fresh);
    }

    private double[] apply(Combination weights, double[] fresh) {
        double[] sum = new double[x.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = weights.x() * x[i] + weights.y() * y[i] + weights.data() * data[i]
                    + weights.noise() * fresh[i];
            for (int k = 0; k < history.length; k++) {
                sum[i] += weights.history(k) * history[k][i];
            }
        }
        return sum;
    }
}
