package dev.pathline.diffusion.adaptive;

/**
 * A one-step method with an estimate of its own error. It marches in a coordinate of its choice ({@code t}, or
 * {@code lambda}), and belongs to one solve, whose evaluations it counts.
 */
interface EmbeddedMethod {

    /** Returns the field's value at a point, in the prediction that this method works with; one evaluation. */
    double[] value(double[] x, double position);

    /** Tries a step from {@code x} at {@code position}, where the field's value is {@code value}, to {@code end}. */
    Attempt attempt(double[] x, double[] value, double position, double end);

    /** Returns by what an error is divided in one element, from the state there before and after the step. */
    double scale(double before, double after);

    /** Returns the length of the first attempt, positive. */
    double firstLength(double[] x, double[] value, double position, double end);

    /** Returns how the next length follows from an error. */
    StepControl control();

    /** Returns the time of a position, for reports. */
    double time(double position);

    /** Returns how often the field was evaluated until now. */
    int evaluations();
}
