package dev.pathline.diffusion.adaptive;

import org.jspecify.annotations.Nullable;

/** What one attempt at a step gave. The arrays are not changed once they are here. */
final class Attempt {
    /** Where the next step starts, if this one is accepted. */
    final double[] x;

    /** The field's value at {@link #x}, where the method has evaluated it. */
    final double @Nullable [] value;

    /** The estimated error of {@link #x}. */
    final double[] error;

    /** The state after the step that an error is compared with. */
    final double[] reference;

    Attempt(double[] x, double @Nullable [] value, double[] error, double[] reference) {
        this.x = x;
        this.value = value;
        this.error = error;
        this.reference = reference;
    }
}
