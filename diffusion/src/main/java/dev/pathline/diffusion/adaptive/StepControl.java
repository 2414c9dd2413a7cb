package dev.pathline.diffusion.adaptive;

/**
 * The elementary controller: after a step whose error is {@code E} (1 is just accepted) the next is
 * {@code safety E^(-1/order)} times as long, within bounds (Hairer, Norsett and Wanner, Solving Ordinary Differential
 * Equations I, section II.4).
 *
 * @param safety below 1, so that the next step is likely to be accepted
 * @param order the order of the step's error estimate
 * @param smallest the least factor
 * @param largest the greatest factor
 */
record StepControl(
        double safety,
        int order,
        double smallest,
        double largest) {

    /** The factor after an error that is not a number: the attempt went where the field is not defined. */
    private static final double RETREAT = 0.2;

    double factor(double error) {
        return Double.isFinite(error)
                ? Math.clamp(safety * StrictMath.pow(error, -1.0 / order), smallest, largest)
                : RETREAT;
    }
}
