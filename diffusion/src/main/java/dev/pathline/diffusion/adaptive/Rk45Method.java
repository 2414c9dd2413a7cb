package dev.pathline.diffusion.adaptive;

/** {@link DormandPrince} as it marches in {@code t}. */
final class Rk45Method implements EmbeddedMethod {
    /** The fourth-order solution's error is of order 5 in the step. */
    private static final StepControl CONTROL = new StepControl(0.9, 5, 0.2, 10);

    private final VectorField field;
    private final Tolerances tolerances;
    private int evaluations;

    Rk45Method(VectorField field, Tolerances tolerances) {
        this.field = field;
        this.tolerances = tolerances;
    }

    @Override
    public double[] value(double[] x, double position) {
        evaluations++;
        return field.at(x, position);
    }

    @Override
    public Attempt attempt(double[] x, double[] value, double position, double end) {
        return DormandPrince.step(this::value, x, value, position, end - position);
    }

    @Override
    public double scale(double before, double after) {
        return tolerances.absolute() + tolerances.relative() * Math.max(Math.abs(before), Math.abs(after));
    }

    /**
     * The length at which an explicit Euler step would be good to a hundredth of the tolerance, from the sizes of the state,
     * of the slope and of its change (Hairer, Norsett and Wanner, Solving Ordinary Differential Equations I, section II.4,
     * 'Starting step size'); it costs one evaluation.
     */
    @Override
    public double firstLength(double[] x, double[] value, double position, double end) {
        double state = norm(x, x);
        double slope = norm(value, x);
        double guess = Math.min(Math.abs(end - position), state < 1e-5 || slope < 1e-5 ? 1e-6 : 0.01 * state / slope);
        double step = Math.copySign(guess, end - position);
        double[] there = value(Vectors.combine(1, x, step, value), position + step);
        double change = norm(Vectors.combine(1, there, -1, value), x) / guess;
        double largest = Math.max(slope, change);
        double length = largest <= 1e-15
                ? Math.max(1e-6, guess * 1e-3)
                : StrictMath.pow(0.01 / largest, 1.0 / CONTROL.order());
        return Double.isFinite(length) ? Math.min(100 * guess, length) : guess;
    }

    @Override
    public StepControl control() {
        return CONTROL;
    }

    @Override
    public double time(double position) {
        return position;
    }

    @Override
    public int evaluations() {
        return evaluations;
    }

    private double norm(double[] vector, double[] x) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            double ratio = vector[i] / scale(x[i], x[i]);
            sum += ratio * ratio;
        }
        return Math.sqrt(sum / x.length);
    }
}
