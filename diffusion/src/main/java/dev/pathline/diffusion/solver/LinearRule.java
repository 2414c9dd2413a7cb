package dev.pathline.diffusion.solver;

/**
 * What a prediction that changes linearly over a step contributes. All agree to second order, and the rest is one of
 * the choices that tell published solvers apart.
 */
public enum LinearRule {
    /** The exact integral, {@code -S z phi_2(z)}. */
    EXACT {
        @Override
        public double weight(ExponentialWeights step) {
            return step.weight(1);
        }
    },
    /** Half of what the whole change contributes if it is there from the start, {@code -S expm1(z) / 2}. UniPC's bh2. */
    MIDPOINT {
        @Override
        public double weight(ExponentialWeights step) {
            return -step.scale() * StrictMath.expm1(step.z()) / 2;
        }
    },
    /** The leading term, {@code -S z / 2}. UniPC's bh1. */
    LEADING {
        @Override
        public double weight(ExponentialWeights step) {
            return -step.scale() * step.z() / 2;
        }
    };

    /** Returns the weight of the change of the prediction over the step. */
    public abstract double weight(ExponentialWeights step);
}
