package dev.pathline.trainer.specification.teaching;

import dev.pathline.diffusion.card.ModelGuidance;
import dev.pathline.diffusion.guidance.CfgInterval;
import dev.pathline.diffusion.planner.Planner;
import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.engine.data.source.DataSource;
import dev.pathline.engine.data.trajectory.StateType;
import dev.pathline.engine.data.trajectory.TrajectoryOrder;
import dev.pathline.trainer.specification.fields.SpecFields;
import dev.pathline.trainer.specification.fields.SpecRange;
import dev.pathline.trainer.specification.objective.ObjectiveType;
import dev.pathline.trainer.specification.teaching.TeachingSpec.TeacherSpec;
import dev.pathline.trainer.specification.teaching.TeachingSpec.TrajectoriesSpec;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads the sections {@code start}, {@code teacher} and {@code trajectories}. */
public final class TeachingReader {

    private static final String START = "start";
    private static final String TEACHER = "teacher";
    private static final String TRAJECTORIES = "trajectories";
    private static final String MODEL = "model";
    private static final String INTERVAL = "cfgInterval";
    private static final int MOST = 100_000_000;

    private final SpecFields root;
    private final boolean later;

    private TeachingReader(SpecFields root, boolean later) {
        this.root = root;
        this.later = later;
    }

    /**
     * Returns what the sections say; what is wrong with them, or missing, is added to the problems.
     *
     * @param type the objective, or null for a classifier
     * @param later whether it is a stage with one before it
     */
    public static TeachingSpec read(SpecFields root, @Nullable ObjectiveType type, DataSource data, boolean later) {
        return new TeachingReader(root, later).read(type, data);
    }

    private TeachingSpec read(@Nullable ObjectiveType type, DataSource data) {
        String start = root.has(START) ? start() : null;
        TeacherSpec teacher = root.has(TEACHER) ? teacher() : null;
        TrajectoriesSpec trajectories = root.has(TRAJECTORIES) ? trajectories(teacher) : null;
        if (type == null) {
            for (String section : List.of(START, TEACHER, TRAJECTORIES)) {
                if (root.has(section)) {
                    root.problem(section, "is for models that are sampled; a classifier has none");
                }
            }
            return TeachingSpec.NONE;
        }
        boolean made = trajectories instanceof TrajectoriesSpec.Made;
        if (type.needsTeacher() && teacher == null) {
            root.problem(TEACHER, "is missing: objective.type " + type.word() + " takes its targets from one; give"
                    + " {model: NAME}");
        } else if (made && teacher == null) {
            root.problem(TEACHER, "is missing: trajectories are made by one; give {model: NAME}, or the"
                    + " trajectories.path of some that there are");
        } else if (teacher != null && !made && !type.needsTeacher()) {
            root.problem(TEACHER, "is there, but objective.type " + type.word()
                    + " has no use for one: leave it out");
        }
        if (type.needsTrajectories() && trajectories == null && !(data instanceof DataSource.Trajectories)) {
            root.problem(TRAJECTORIES, "are missing: objective.type " + type.word() + " trains on a teacher's; give"
                    + " {count: N} for the run to make them, {path: FOLDER}, or data of format trajectories");
        }
        if (trajectories != null && data instanceof DataSource.Trajectories) {
            root.problem(TRAJECTORIES, "are there, and data are trajectories too: leave one of them out");
        }
        return new TeachingSpec(start, teacher, trajectories);
    }

    private String start() {
        SpecFields section = root.object(START);
        String model = section.text(MODEL, null);
        section.refuseOthers();
        return model;
    }

    private TeacherSpec teacher() {
        JsonNode json = root.json();
        if (json != null && json.path(TEACHER).isString()) {
            return new TeacherSpec(named(root, TEACHER), 1, CfgInterval.ALWAYS);
        }
        SpecFields section = root.object(TEACHER);
        double scale = section.number("cfgScale", SpecRange.FROM_ZERO, 1.0);
        if (scale > ModelGuidance.MAX_SCALE) {
            section.problem("cfgScale", "must be at most " + ModelGuidance.MAX_SCALE + ", not " + scale);
            scale = 1;
        }
        if (scale == 1 && section.has(INTERVAL)) {
            section.problem(INTERVAL, "is there, but cfgScale is 1, which guides nowhere: leave it out");
        }
        var teacher = new TeacherSpec(named(section, MODEL), scale,
                section.has(INTERVAL) ? interval(section) : CfgInterval.ALWAYS);
        section.refuseOthers();
        return teacher;
    }

    private String named(SpecFields section, String field) {
        String model = section.text(field, null);
        if (model.equals(TeachingSpec.PREVIOUS) && !later) {
            section.problem(field, "is " + TeachingSpec.PREVIOUS + ", which is for a stage that has one before it");
        }
        return model;
    }

    private static CfgInterval interval(SpecFields section) {
        int before = section.mistakes();
        List<Double> ends = section.numbers(INTERVAL, SpecRange.FROM_ZERO);
        if (ends.size() == 2 && ends.getFirst() < ends.getLast()) {
            return new CfgInterval(ends.getFirst(), ends.getLast());
        }
        if (section.mistakes() == before) {
            section.problem(INTERVAL, "must be a lower and a higher sigma/alpha, not " + ends);
        }
        return CfgInterval.ALWAYS;
    }

    private TrajectoriesSpec trajectories(@Nullable TeacherSpec teacher) {
        SpecFields section = root.object(TRAJECTORIES);
        if (section.has("path")) {
            var given = new TrajectoriesSpec.Given(section.text("path", null));
            section.refuseOthers();
            return given;
        }
        int steps = (int) section.whole("steps", 1, Planner.MAX_STEPS, 16L);
        int states = (int) section.whole("states", 2, Planner.MAX_STEPS + 1, 2L);
        if (states > steps + 1) {
            section.problem("states", "is " + states + ", but a solve of " + steps + " steps has " + (steps + 1)
                    + ", the noise and the sample among them");
            states = 2;
        }
        SamplingSettings settings = SamplingSettings.defaults(true).withSteps(steps)
                .withSolver(section.text("solver", "dpm-solver++-2m"))
                .withTimeGrid(section.has("timeGrid") ? section.text("timeGrid", null) : null)
                .withCfgScale(teacher == null ? 1 : teacher.cfgScale())
                .withCfgInterval(teacher == null || teacher.cfgInterval().equals(CfgInterval.ALWAYS)
                        ? null
                        : teacher.cfgInterval());
        var order = new TrajectoryOrder(settings, states, (int) section.whole("count", 1, MOST, null),
                section.whole("seed", Long.MIN_VALUE, 1L),
                StateType.valueOf(section.word("store", "f16", List.of("f16", "f32")).toUpperCase(Locale.ROOT)));
        section.refuseOthers();
        return new TrajectoriesSpec.Made(order);
    }
}
