package dev.pathline.diffusion.planner;

import dev.pathline.diffusion.card.InvalidSettingException;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.grid.TimeGrids;
import dev.pathline.diffusion.guidance.Guidance;
import dev.pathline.diffusion.plan.BindOptions;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.plan.StageNoise;
import dev.pathline.diffusion.plan.ValueOperation;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.solver.Solver;
import dev.pathline.diffusion.solver.SolverInfo;
import dev.pathline.diffusion.solver.SolverOptions;
import dev.pathline.diffusion.solver.Solvers;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the plan of a request, or refuses it with the setting's name and what would be accepted. */
public final class Planner {
    /** The largest number of steps. */
    public static final int MAX_STEPS = 1000;

    private static final String SOLVER = "solver";
    private static final Set<String> THRESHOLDS = Set.of("clip", "dynamic");
    /** Imagen's quantile (arXiv 2205.11487, section 2.3); its threshold has no upper bound. */
    private static final ValueOperation DYNAMIC = new ValueOperation.DynamicThreshold(0.995, Double.POSITIVE_INFINITY);

    private static final ValueOperation CLIP = new ValueOperation.Clip(-1, 1);

    private Planner() {}

    /**
     * Makes the plan of {@code settings} for the model of {@code card}. Settings that are null have the card's defaults.
     *
     * @throws InvalidSettingException if a setting is not accepted
     */
    public static SamplingPlan plan(ModelCard card, SamplingSettings settings) {
        NoiseSchedule schedule = card.noiseSchedule();
        return plan(card, schedule, settings, solver(card, schedule, settings.solver()));
    }

    /**
     * Makes the plan of {@code settings} with a solver that need not be one of {@link Solvers}: the card's schedule, its time
     * grid and where it ends, guidance and everything else are as for those.
     *
     * @param settings what is null has the card's defaults; which solver they name is not looked at
     * @throws InvalidSettingException if a setting is not accepted, or the model is none that the solver can sample
     */
    public static SamplingPlan plan(ModelCard card, SamplingSettings settings, Solver solver) {
        NoiseSchedule schedule = card.noiseSchedule();
        SolverInfo info = solver.info();
        if (!fits(info, card, schedule)) {
            throw refusal(SOLVER, "Model '" + card.name() + "' cannot be sampled with solver '" + info.name() + "'"
                    + reason(info) + ".");
        }
        return plan(card, schedule, settings, solver);
    }

    private static SamplingPlan plan(
            ModelCard card, NoiseSchedule schedule, SamplingSettings settings, Solver solver) {
        List<Double> times = WantedTimes.of(card, settings, solver.info().name());
        int steps = times == null ? steps(card, settings.steps()) : times.size();
        Guidance guidance = WantedGuidance.of(card, settings);
        SolverOptions options = WantedOptions.of(solver.info(), settings.options(), steps);
        BindOptions binding = new BindOptions(operation(threshold(card, settings)), noise(settings.noise()));
        TimeGrid grid = grid(card, schedule, settings, solver.info());
        try {
            return solver.plan(schedule, grid, options).bind(card, guidance, binding);
        } catch (IllegalArgumentException e) {
            if (times == null || e instanceof InvalidSettingException) {
                throw e;
            }
            throw WantedTimes.refusal("Solver '" + solver.info().name() + "' cannot use these times: " + e.getMessage()
                    + ".");
        }
    }

    /**
     * Returns the times of the steps of the plan that {@link #plan(ModelCard, SamplingSettings)} makes, in the schedule's own
     * time.
     *
     * @throws InvalidSettingException if the solver, the steps or the time grid are not accepted
     */
    public static TimeGrid times(ModelCard card, SamplingSettings settings) {
        NoiseSchedule schedule = card.noiseSchedule();
        return grid(card, schedule, settings, solver(card, schedule, settings.solver()).info());
    }

    private static TimeGrid grid(ModelCard card, NoiseSchedule schedule, SamplingSettings settings, SolverInfo solver) {
        List<Double> times = WantedTimes.of(card, settings, solver.name());
        double end = end(card, solver, schedule);
        return times == null
                ? grid(timeGrid(card, schedule, solver, settings.timeGrid()), schedule, steps(card, settings.steps()),
                        end)
                : WantedTimes.grid(card, schedule, times, end, solver.flowMap());
    }

    /** Returns the names of the solvers that the model of {@code card} accepts. */
    public static List<String> solvers(ModelCard card) {
        return solvers(card, card.noiseSchedule());
    }

    private static List<String> solvers(ModelCard card, NoiseSchedule schedule) {
        return Solvers.all().stream().map(Solver::info).filter(info -> fits(info, card, schedule))
                .map(SolverInfo::name).toList();
    }

    /** The schedule is the card's, made once: a discrete one is a table. */
    private static boolean fits(SolverInfo info, ModelCard card, NoiseSchedule schedule) {
        return info.needs().isMetBy(card.kind()) && !info.timeGrids(schedule).isEmpty();
    }

    private static Solver solver(ModelCard card, NoiseSchedule schedule, @Nullable String wanted) {
        String name = Objects.requireNonNullElse(wanted, card.defaults().solver());
        return Solvers.find(name).filter(solver -> fits(solver.info(), card, schedule))
                .orElseThrow(() -> refusal(SOLVER,
                        "Model '" + card.name() + "' cannot be sampled with solver '" + name + "'" + reason(name)
                                + "; it accepts "
                                + String.join(", ", solvers(card, schedule)) + "."));
    }

    /** Why a solver that exists is not accepted, or nothing. */
    private static String reason(String name) {
        return SolverCatalog.all().stream().filter(info -> info.name().equals(name)).findFirst().map(Planner::reason)
                .orElse("");
    }

    private static String reason(SolverInfo info) {
        return info.adaptive()
                ? ", which chooses its own steps: it is for evaluation, in the library"
                : info.flowMap() ? ", which needs a consistency function or a flow map" : "";
    }

    private static int steps(ModelCard card, @Nullable Integer wanted) {
        int steps = Objects.requireNonNullElse(wanted, card.defaults().steps());
        if (steps < 1 || steps > MAX_STEPS) {
            throw refusal("steps", "The number of steps must be 1 to " + MAX_STEPS + ", not " + steps + ".");
        }
        return steps;
    }

    private static String timeGrid(
            ModelCard card, NoiseSchedule schedule, SolverInfo solver, @Nullable String wanted) {
        List<String> accepted = solver.timeGrids(schedule);
        if (wanted != null) {
            if (!accepted.contains(wanted)) {
                throw refusal("timeGrid", "Solver '" + solver.name() + "' cannot use time grid '" + wanted
                        + "' with model '" + card.name() + "'; it accepts " + String.join(", ", accepted) + ".");
            }
            return wanted;
        }
        // What suits the schedule counts for more than what suits the solver, so the model's choice holds for all of them.
        String recommended = card.defaults().timeGrid();
        return recommended != null && accepted.contains(recommended)
                ? recommended
                : solver.defaultTimeGrid(schedule);
    }

    /**
     * Clean data; but a consistency function whose boundary is the schedule's smallest noise level jumps there, where an
     * evaluation would return its own input, and a flow map whose network cannot be told of {@code t = 0} jumps there too.
     */
    private static double end(ModelCard card, SolverInfo solver, NoiseSchedule schedule) {
        boolean boundary = card.preconditioning() instanceof Preconditioning.Consistency wrapping
                && schedule.noiseRatio(schedule.minTime()) <= wrapping.sigmaMin();
        boolean unheard = card.kind() == ModelKind.FLOW_MAP && solver.flowMap()
                && !Double.isFinite(card.targetInput().of(card.timeInput(), schedule, schedule.maxTime(), 0));
        return boundary || unheard ? schedule.minTime() : 0;
    }

    /** The name fits, so what may be wrong with the grid is that it has too many steps. */
    private static TimeGrid grid(String name, NoiseSchedule schedule, int steps, double end) {
        try {
            return TimeGrids.of(name, schedule, steps, schedule.maxTime(), end);
        } catch (IllegalArgumentException e) {
            throw refusal("steps", "There is no such grid: " + e.getMessage() + ".");
        }
    }

    /** What a card recommends is right for its data, whatever they are. */
    private static @Nullable String threshold(ModelCard card, SamplingSettings settings) {
        String standard = card.defaults().threshold();
        String wanted = settings.threshold() == null ? standard : settings.threshold();
        if (wanted != null && THRESHOLDS.contains(wanted) && !card.bounded()
                && (standard == null || !THRESHOLDS.contains(standard))) {
            throw refusal("threshold", "The card of model '" + card.name() + "' does not say that its data lie in"
                    + " [-1, 1], to which " + wanted + " presses every sample; only none is accepted.");
        }
        return wanted;
    }

    private static ValueOperation operation(@Nullable String threshold) {
        return switch (threshold) {
            case null -> ValueOperation.NONE;
            case "none" -> ValueOperation.NONE;
            case "clip" -> CLIP;
            case "dynamic" -> DYNAMIC;
            default -> throw refusal("threshold",
                    "The threshold must be none, clip or dynamic, not '" + threshold + "'.");
        };
    }

    private static StageNoise noise(@Nullable String kind) {
        return switch (kind) {
            case null -> StageNoise.INDEPENDENT;
            case "independent" -> StageNoise.INDEPENDENT;
            case "brownian" -> StageNoise.BROWNIAN;
            default -> throw refusal("noise", "The noise must be independent or brownian, not '" + kind + "'.");
        };
    }

    private static InvalidSettingException refusal(String field, String message) {
        return new InvalidSettingException(field, message);
    }
}
