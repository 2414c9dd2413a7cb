package dev.pathline.diffusion.solver;

import java.util.Arrays;

/** The coefficients of an explicit Runge-Kutta method. */
final class Tableau {
    /** Euler's method. */
    static final Tableau EULER = new Tableau(new double[]{1});

    /** Heun's method: an Euler step, and then the mean of the slopes at both ends. */
    static final Tableau HEUN = new Tableau(new double[]{1}, new double[]{0.5, 0.5});

    /** Kutta's classical method of fourth order. */
    static final Tableau CLASSICAL = new Tableau(new double[]{0.5}, new double[]{0, 0.5}, new double[]{0, 0, 1},
            new double[]{1 / 6.0, 1 / 3.0, 1 / 3.0, 1 / 6.0});

    private final double[][] rows;

    /** The rows of Butcher's tableau from the second on, and its weights as the last one. */
    private Tableau(double[]... rows) {
        this.rows = rows;
    }

    /** The number of stages. */
    int stages() {
        return rows.length;
    }

    /** The share of the step that lies before stage {@code i}, from 0. */
    double node(int i) {
        return i == 0 ? 0 : Arrays.stream(rows[i - 1]).sum();
    }

    /** The weight of the slope of stage {@code k} in the way from the start to where stage {@code i >= k} leads. */
    double weight(int i, int k) {
        return rows[i][k];
    }
}
