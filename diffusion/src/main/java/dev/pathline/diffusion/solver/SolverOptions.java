package dev.pathline.diffusion.solver;

import static dev.pathline.diffusion.solver.SolverOption.CHURN;
import static dev.pathline.diffusion.solver.SolverOption.CHURN_MAX;
import static dev.pathline.diffusion.solver.SolverOption.CHURN_MIN;
import static dev.pathline.diffusion.solver.SolverOption.CHURN_NOISE;
import static dev.pathline.diffusion.solver.SolverOption.ETA;
import static dev.pathline.diffusion.solver.SolverOption.INNER_STEPS;
import static dev.pathline.diffusion.solver.SolverOption.SNR;
import static dev.pathline.diffusion.solver.SolverOption.STEP_SIZE;

import java.util.Map;

/**
 * What a solver lets one choose beside its time grid. A solver has options of one type, or none; {@link SolverInfo#options}
 * are its defaults, and so say of which.
 *
 * <p>The types take every value that the mathematics has. Where a model is sampled, by a request, the command line or the
 * library, the narrower ranges of {@link SolverOption} hold.
 */
public sealed interface SolverOptions {

    /** Returns the values by option, in the order of the options. */
    Map<SolverOption, Double> values();

    /**
     * Returns options of the same type with other values.
     *
     * @param changed what is missing stays, what the type does not have is not looked at
     * @throws IllegalArgumentException if the values do not fit each other
     */
    SolverOptions with(Map<SolverOption, Double> changed);

    /**
     * Returns these options as those of a type, for a solver that has such.
     *
     * @throws IllegalArgumentException if they are of another type
     */
    default <T extends SolverOptions> T as(Class<T> type) {
        if (!type.isInstance(this)) {
            throw new IllegalArgumentException("the solver has options of type " + type.getSimpleName() + ", not "
                    + getClass().getSimpleName());
        }
        return type.cast(this);
    }

    /** The options of a solver that has none. */
    record None() implements SolverOptions {
        @Override
        public Map<SolverOption, Double> values() {
            return Map.of();
        }

        @Override
        public SolverOptions with(Map<SolverOption, Double> changed) {
            return this;
        }
    }

    /**
     * How much of the noise that a step takes away is replaced by fresh noise.
     *
     * @param eta 0 to 1: 0 follows the probability-flow ODE, 1 is the ancestral sampler
     */
    record Eta(double eta) implements SolverOptions {

        /** @throws IllegalArgumentException if {@code eta} is not in {@code [0, 1]} */
        public Eta {
            if (!(eta >= 0 && eta <= 1)) {
                throw new IllegalArgumentException("eta must be between 0 and 1, not " + eta);
            }
        }

        @Override
        public Map<SolverOption, Double> values() {
            return SolverOption.ordered(Map.of(ETA, eta));
        }

        @Override
        public Eta with(Map<SolverOption, Double> changed) {
            return new Eta(changed.getOrDefault(ETA, eta));
        }
    }

    /**
     * How much noise EDM's stochastic sampler adds before its steps (Karras et al., arXiv 2206.00364, algorithm 2 and table
     * 5). Noise levels are {@code sigma / alpha}.
     *
     * @param sChurn the growth of the noise level over all steps together: of {@code N} steps each grows it by the factor
     *        {@code 1 + min(sChurn / N, sqrt(2) - 1)}; at least 0, and 0 adds nothing
     * @param sMin the smallest noise level that grows, at least 0
     * @param sMax the largest noise level that grows, at least {@code sMin}; may be infinite
     * @param sNoise the standard deviation of the added noise, relative to what the noise level says; positive, and 1 unless
     *        the network takes away too much noise
     */
    record Churn(double sChurn, double sMin, double sMax, double sNoise) implements SolverOptions {

        /** No noise. */
        public static final Churn OFF = new Churn(0, 0, 0, 1);

        /** The published setting for CIFAR-10. */
        public static final Churn CIFAR_10 = new Churn(30, 0.01, 1, 1.007);

        /** The published setting for ImageNet at 64 by 64. */
        public static final Churn IMAGENET_64 = new Churn(40, 0.05, 50, 1.003);

        /** @throws IllegalArgumentException if a parameter is out of range */
        public Churn {
            if (!(sChurn >= 0 && Double.isFinite(sChurn) && sMin >= 0 && sMax >= sMin && sNoise > 0
                    && Double.isFinite(sNoise))) {
                throw new IllegalArgumentException("churn needs sChurn >= 0, 0 <= sMin <= sMax and sNoise > 0, not "
                        + sChurn + ", " + sMin + ", " + sMax + " and " + sNoise);
            }
        }

        @Override
        public Map<SolverOption, Double> values() {
            return SolverOption.ordered(Map.of(CHURN, sChurn, CHURN_MIN, sMin, CHURN_MAX, sMax, CHURN_NOISE, sNoise));
        }

        @Override
        public Churn with(Map<SolverOption, Double> changed) {
            return new Churn(changed.getOrDefault(CHURN, sChurn), changed.getOrDefault(CHURN_MIN, sMin),
                    changed.getOrDefault(CHURN_MAX, sMax), changed.getOrDefault(CHURN_NOISE, sNoise));
        }
    }

    /**
     * The corrector's steps of Langevin dynamics (Song et al., arXiv 2011.13456, algorithms 2 to 5).
     *
     * @param innerSteps the corrector's steps at each noise level, {@code M}, at least 1
     * @param snr the signal-to-noise ratio {@code r} from which the size of a step follows, positive
     */
    record Corrector(int innerSteps, double snr) implements SolverOptions {

        /** One step of {@code r = 0.16}, the published setting for CIFAR-10. */
        public static final Corrector CIFAR_10 = new Corrector(1, 0.16);

        /** @throws IllegalArgumentException if a parameter is out of range */
        public Corrector {
            if (innerSteps < 1 || !(snr > 0 && Double.isFinite(snr))) {
                throw new IllegalArgumentException("a corrector needs at least 1 step a level and snr > 0, not "
                        + innerSteps + " and " + snr);
            }
        }

        @Override
        public Map<SolverOption, Double> values() {
            return SolverOption.ordered(Map.of(INNER_STEPS, (double) innerSteps, SNR, snr));
        }

        @Override
        public Corrector with(Map<SolverOption, Double> changed) {
            return new Corrector((int) (double) changed.getOrDefault(INNER_STEPS, (double) innerSteps),
                    changed.getOrDefault(SNR, snr));
        }
    }

    /**
     * The steps of annealed Langevin dynamics (Song and Ermon, arXiv 1907.05600, algorithm 1).
     *
     * @param innerSteps the steps at each noise level, {@code T}, at least 1; published are 100 at each of 10 levels
     * @param stepSize {@code r} in {@code a = r rho^2}, the size of a step in terms of the noise level's square; positive, and
     *        published is {@code 2e-5 / 0.01^2 = 0.2}
     */
    record Langevin(int innerSteps, double stepSize) implements SolverOptions {

        /** @throws IllegalArgumentException if a parameter is out of range */
        public Langevin {
            if (innerSteps < 1 || !(stepSize > 0 && Double.isFinite(stepSize))) {
                throw new IllegalArgumentException("annealed Langevin dynamics needs at least 1 step a level and"
                        + " stepSize > 0, not " + innerSteps + " and " + stepSize);
            }
        }

        @Override
        public Map<SolverOption, Double> values() {
            return SolverOption.ordered(Map.of(INNER_STEPS, (double) innerSteps, STEP_SIZE, stepSize));
        }

        @Override
        public Langevin with(Map<SolverOption, Double> changed) {
            return new Langevin((int) (double) changed.getOrDefault(INNER_STEPS, (double) innerSteps),
                    changed.getOrDefault(STEP_SIZE, stepSize));
        }
    }
}
