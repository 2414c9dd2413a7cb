package dev.pathline.diffusion.solver;

/**
 * What a prediction that changes linearly over a step contributes. All agree to second order, and the rest is one of
 * the choices that tell published solvers apart.
 */
enum LinearRule {
    /** The exact integral, {@code -S z phi_2(z)}. */
    EXACT {
        @Override
        double weight(Exponential step) {
            return step.weight(1);
        }
    },
    /** Half of what the whole change contributes if it is there from the start, {@code -S expm1(z) / 2}. UniPC's bh2. */
    MIDPOINT {
        @Override
        double weight(Exponential step) {
            return -step.scale() * StrictMath.expm1(step.z()) / 2;
        }
    },
    /** The leading term, {@code -S z / 2}. UniPC's bh1. */
    LEADING {
        @Override
        double weight(Exponential step) {
            return -step.scale() * step.z() / 2;
        }
    };

    /** The weight of the change of the prediction over the step. */
    abstract double weight(Exponential step);
}
