package dev.pathline.diffusion.model;

/**
 * A raw network in float64: what a checkpoint computes, before any preconditioning or conversion is undone. Safe for
 * concurrent use unless an implementation says otherwise.
 */
@FunctionalInterface
public interface Network {

    /** The label of an unconditional evaluation. */
    int NO_LABEL = -1;

    /**
     * Evaluates the network on one sample.
     *
     * @param x the input, already scaled by {@code c_in}; of any length; not changed
     * @param inputs its other inputs
     * @param output receives the raw output; the length of {@code x}, and another array
     */
    void evaluate(double[] x, NetworkInputs inputs, double[] output);
}
