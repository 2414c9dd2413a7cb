package dev.pathline.diffusion.solver;

import dev.pathline.diffusion.plan.Combination;
import dev.pathline.diffusion.plan.HistoryKind;
import dev.pathline.diffusion.prediction.Affine;
import dev.pathline.diffusion.schedule.NoiseSchedule;

/**
 * The two ways to write the probability-flow ODE's solution over a step in {@code lambda}, by variation of constants. With
 * {@code s} from 0 at {@code t} to 1 at {@code u} both are
 *
 * <pre>{@code x_u = ratio x_t - S z int_0^1 e^{z (1 - s)} m(s) ds}</pre>
 *
 * <p>so a solver written once, with {@code z} and {@code S}, is a solver in both forms.
 */
public enum ExponentialForm {
    /**
     * In the prediction of {@code x_0}: {@code ratio = sigma_u/sigma_t}, {@code S = alpha_u}, {@code z = -h} (Lu et al., arXiv
     * 2211.01095, equation 8).
     */
    DATA(HistoryKind.DATA, -1) {
        @Override
        public double scale(NoiseSchedule schedule, double u) {
            return schedule.alpha(u);
        }

        @Override
        public Combination base(Step step) {
            return step.dataBase();
        }

        @Override
        public Affine constant(NoiseSchedule schedule, double t, double u) {
            return Affine.dataStep(schedule, t, u);
        }
    },
    /**
     * In the prediction of {@code eps}: {@code ratio = alpha_u/alpha_t}, {@code S = sigma_u}, {@code z = h} (Lu et al., arXiv
     * 2206.00927, proposition 3.1).
     */
    NOISE(HistoryKind.NOISE, 1) {
        @Override
        public double scale(NoiseSchedule schedule, double u) {
            return schedule.sigma(u);
        }

        @Override
        public Combination base(Step step) {
            return step.noiseBase();
        }

        @Override
        public Affine constant(NoiseSchedule schedule, double t, double u) {
            double h = schedule.halfLogSnr(u) - schedule.halfLogSnr(t);
            return new Affine(schedule.alpha(u) / schedule.alpha(t), -schedule.sigma(u) * StrictMath.expm1(h));
        }
    };

    private final HistoryKind history;
    private final int sign;

    ExponentialForm(HistoryKind history, int sign) {
        this.history = history;
        this.sign = sign;
    }

    /** Returns what the history holds. */
    public HistoryKind history() {
        return history;
    }

    /** Returns the sign of {@code z}. */
    public int sign() {
        return sign;
    }

    /** Returns {@code S} of a step that ends at {@code u}. */
    public abstract double scale(NoiseSchedule schedule, double u);

    /** Returns the solution for a constant prediction, the newest, where {@code X} is the step's start; for any step. */
    public abstract Combination base(Step step);

    /** Returns the solution for a constant prediction, from the point at {@code t} and that prediction; for a bounded step. */
    public abstract Affine constant(NoiseSchedule schedule, double t, double u);
}
