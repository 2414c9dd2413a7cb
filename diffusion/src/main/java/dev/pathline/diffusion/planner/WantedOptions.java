package dev.pathline.diffusion.planner;

import static dev.pathline.diffusion.solver.SolverOption.CHURN_MAX;
import static dev.pathline.diffusion.solver.SolverOption.CHURN_MIN;
import static dev.pathline.diffusion.solver.SolverOption.ETA;
import static dev.pathline.diffusion.solver.SolverOption.INNER_STEPS;

import dev.pathline.diffusion.card.InvalidSettingException;
import dev.pathline.diffusion.solver.Solver;
import dev.pathline.diffusion.solver.SolverInfo;
import dev.pathline.diffusion.solver.SolverOption;
import dev.pathline.diffusion.solver.SolverOptions;
import dev.pathline.diffusion.solver.Solvers;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;

/** A solver's options from its defaults and what was asked, or a refusal. */
final class WantedOptions {

    /** The most inner steps of all outer steps together: each is a stage of the plan, and an evaluation. */
    private static final int MOST_INNER_STEPS = 10 * Planner.MAX_STEPS;

    private WantedOptions() {}

    /**
     * Returns a solver's options.
     *
     * @throws InvalidSettingException if an option is out of its range, or is none of the solver's
     */
    static SolverOptions of(SolverInfo solver, Map<SolverOption, Double> wanted, int steps) {
        var values = new EnumMap<SolverOption, Double>(SolverOption.class);
        values.putAll(solver.options().values());
        wanted.forEach((option, value) -> {
            requireRange(option, value);
            if (values.containsKey(option)) {
                values.put(option, value);
            } else if (!isWhatItDoes(solver, option, value)) {
                throw new InvalidSettingException(option.wire(), "Solver '" + solver.name() + "' has no "
                        + option.wire() + " to set; leave it out, or use one of " + solversWith(option) + ".");
            }
        });
        requireOrder(values, wanted);
        requireFewEnough(values, steps);
        return solver.options().with(values);
    }

    private static void requireRange(SolverOption option, double value) {
        if (!option.accepts(value)) {
            throw new InvalidSettingException(option.wire(), "The " + option.noun() + " " + option.wire() + " must be "
                    + (option.whole() ? "a whole number, " : "") + option.range() + ", not " + option.text(value)
                    + ".");
        }
    }

    /** A solver without {@code eta} is one of its ends. */
    private static boolean isWhatItDoes(SolverInfo solver, SolverOption option, double value) {
        return option == ETA && value == (solver.deterministic() ? 0 : 1);
    }

    private static void requireOrder(Map<SolverOption, Double> values, Map<SolverOption, Double> wanted) {
        Double least = values.get(CHURN_MIN);
        Double most = values.get(CHURN_MAX);
        if (least == null || most == null || least <= most) {
            return;
        }
        throw wanted.containsKey(CHURN_MAX)
                ? new InvalidSettingException(CHURN_MAX.wire(), "The noise level churnMax must be at least churnMin, "
                        + CHURN_MIN.text(least) + ", not " + CHURN_MAX.text(most) + ".")
                : new InvalidSettingException(CHURN_MIN.wire(), "The noise level churnMin must be at most churnMax, "
                        + CHURN_MAX.text(most) + ", not " + CHURN_MIN.text(least) + ".");
    }

    private static void requireFewEnough(Map<SolverOption, Double> values, int steps) {
        Double inner = values.get(INNER_STEPS);
        if (inner != null && inner * steps > MOST_INNER_STEPS) {
            throw new InvalidSettingException(INNER_STEPS.wire(), "At " + steps + " steps innerSteps must be at most "
                    + MOST_INNER_STEPS / steps + ", not " + INNER_STEPS.text(inner)
                    + ": all steps together have at most "
                    + MOST_INNER_STEPS + ".");
        }
    }

    private static String solversWith(SolverOption option) {
        return Solvers.all().stream().map(Solver::info).filter(info -> info.options().values().containsKey(option))
                .map(SolverInfo::name).collect(Collectors.joining(", "));
    }
}
