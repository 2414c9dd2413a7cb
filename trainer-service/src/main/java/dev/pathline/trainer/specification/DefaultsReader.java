package dev.pathline.trainer.specification;

import dev.pathline.diffusion.card.InvalidSettingException;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.SamplingDefaults;
import dev.pathline.diffusion.planner.Planner;
import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.trainer.specification.fields.SpecFields;
import dev.pathline.trainer.specification.fields.SpecRange;
import dev.pathline.trainer.specification.objective.ObjectiveSpec;
import dev.pathline.trainer.specification.teaching.TeachingSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;
import dev.pathline.engine.objective.Objective;

/** Reads a specification's {@code defaults}: what a request gets that does not say. */
final class DefaultsReader {

    private static final String TIMES = "defaults.times";

    private DefaultsReader() {}

    /** Reads the section, or returns what suits the objective. */
    static SamplingDefaults read(SpecFields root, TrainingSpec.Task task, TeachingSpec teaching) {
        SamplingDefaults usual = task instanceof TrainingSpec.Task.Denoising denoising
                ? typical(denoising, teaching).recommended()
                : SamplingDefaults.DEFAULT;
        if (!root.has("defaults")) {
            return usual;
        }
        if (task instanceof TrainingSpec.Task.Classification) {
            root.problem("defaults", "is for models that are sampled; a classifier has none");
        }
        SpecFields d = root.object("defaults");
        String grid = usual.timeGrid() == null ? timeGrid(task) : usual.timeGrid();
        var defaults = new SamplingDefaults(d.text("solver", usual.solver()),
                (int) d.whole("steps", 1, Integer.MAX_VALUE, (long) usual.steps()),
                d.has("timeGrid") ? d.text("timeGrid", null) : grid,
                d.number("cfgScale", SpecRange.FROM_ZERO, usual.cfgScale()));
        List<Double> times = d.has("times") ? d.numbers("times", SpecRange.POSITIVE) : List.of();
        if (!times.isEmpty() && d.has("steps")) {
            root.problem(TIMES, "is there beside steps: so many times are so many steps");
        }
        d.refuseOthers();
        return times.isEmpty() ? defaults : defaults.withTimes(times);
    }

    /** The objective with a teacher that is guided as the specification says. */
    private static Objective typical(TrainingSpec.Task.Denoising task, TeachingSpec teaching) {
        return task.objective().objective(known(teaching));
    }

    private static ObjectiveSpec.Known known(TeachingSpec teaching) {
        return ObjectiveSpec.typical(teaching.teacher() == null ? 1.0 : teaching.teacher().cfgScale());
    }

    /** Evenly spaced times are the best grid on the straight path; measured, whatever the solver. */
    private static @Nullable String timeGrid(TrainingSpec.Task task) {
        return task instanceof TrainingSpec.Task.Denoising denoising
                && denoising.objective().objective(ObjectiveSpec.typical(1.0))
                        .schedule() instanceof RectifiedFlow
                                ? "time"
                                : null;
    }

    /**
     * The planner knows solvers, grids and their ranges: what it refuses, a request without settings would be refused. It
     * stops at the first setting that it refuses, so that one is left out to hear of the next.
     */
    static void check(SpecFields root, TrainingSpec spec) {
        if (!(spec.task() instanceof TrainingSpec.Task.Denoising task)) {
            return;
        }
        ModelCard card;
        try {
            ModelCard made = ModelCards.untrained(spec, task, known(spec.teaching()));
            card = made.withDefaults(SamplingDefaults.DEFAULT.fitting(made.guidance()));
        } catch (IllegalArgumentException e) {
            String what = String.valueOf(e.getMessage());
            if (what.startsWith(TIMES)) {
                problem(root, TIMES, what.substring(TIMES.length() + 1));
            } else {
                root.problem("objective", "makes no model that can be sampled: " + what);
            }
            return;
        }
        SamplingDefaults d = spec.defaults();
        SamplingSettings settings = SamplingSettings.defaults(task.network().labels() > 0).withSolver(d.solver())
                .withCfgScale(d.cfgScale());
        settings = d.times() == null
                ? settings.withSteps(d.steps()).withTimeGrid(d.timeGrid())
                : settings.withTimes(d.times());
        boolean refused = true;
        while (refused) {
            refused = false;
            try {
                Planner.plan(card, settings);
            } catch (InvalidSettingException e) {
                problem(root, "defaults." + e.field(), "is not accepted: " + e.getMessage());
                SamplingSettings rest = settings.without(e.field());
                refused = !rest.equals(settings);
                settings = rest;
            } catch (IllegalArgumentException e) {
                problem(root, "defaults", "are not accepted: " + e.getMessage());
            }
        }
    }

    /** A field that was wrong already is not told twice. */
    private static void problem(SpecFields root, String field, String what) {
        if (root.problems().stream().noneMatch(problem -> problem.field().equals(field))) {
            root.problem(field, what);
        }
    }
}
