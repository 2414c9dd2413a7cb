package dev.pathline.standalone.cli;

import dev.pathline.diffusion.solver.SolverOption;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What some solvers let one choose beside steps and time grid; which does is said by {@code pathline solvers}. */
final class SolverOptionFlags {

    private final Map<SolverOption, Double> values = new EnumMap<>(SolverOption.class);

    @Option(names = "--eta", paramLabel = "ETA",
            description = "stochasticity where the solver has it, 0 to 1 (default: the solver's)")
    void eta(@Nullable Double value) {
        put(SolverOption.ETA, value);
    }

    @Option(names = "--churn", paramLabel = "S",
            description = "edm-stochastic: raise the noise by 1 + min(S/steps, 0.414) before a step, 0 to 1000 (default: 30)")
    void churn(@Nullable Double value) {
        put(SolverOption.CHURN, value);
    }

    @Option(names = "--churn-min", paramLabel = "LEVEL",
            description = "edm-stochastic: raise no noise below, in sigma/alpha (default: 0.01)")
    void churnMin(@Nullable Double value) {
        put(SolverOption.CHURN_MIN, value);
    }

    @Option(names = "--churn-max", paramLabel = "LEVEL",
            description = "edm-stochastic: raise no noise above, in sigma/alpha (default: 1)")
    void churnMax(@Nullable Double value) {
        put(SolverOption.CHURN_MAX, value);
    }

    @Option(names = "--churn-noise", paramLabel = "S",
            description = "edm-stochastic: the strength of the noise that is added, 0.5 to 2 (default: 1.007)")
    void churnNoise(@Nullable Double value) {
        put(SolverOption.CHURN_NOISE, value);
    }

    @Option(names = "--inner-steps", paramLabel = "N",
            description = "predictor-corrector, annealed-langevin: Langevin steps at each noise level, 1 to 100 (default: 1,"
                    + " 10)")
    void innerSteps(@Nullable Integer value) {
        put(SolverOption.INNER_STEPS, value == null ? null : value.doubleValue());
    }

    @Option(names = "--snr", paramLabel = "R",
            description = "predictor-corrector: the signal-to-noise ratio of a corrector's step, 0.001 to 1 (default: 0.16)")
    void snr(@Nullable Double value) {
        put(SolverOption.SNR, value);
    }

    @Option(names = "--step-size", paramLabel = "R",
            description = "annealed-langevin: the size of a Langevin step, in terms of the noise level's square, 0.001 to 1"
                    + " (default: 0.2)")
    void stepSize(@Nullable Double value) {
        put(SolverOption.STEP_SIZE, value);
    }

    private void put(SolverOption option, @Nullable Double value) {
        // Before it parses, picocli gives every option its default, which is none.
        if (value == null) {
            values.remove(option);
        } else {
            values.put(option, value);
        }
    }

    /** Returns what was said. */
    Map<SolverOption, Double> values() {
        return values;
    }
}
