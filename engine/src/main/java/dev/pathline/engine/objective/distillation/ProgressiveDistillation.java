package dev.pathline.engine.objective.distillation;

import dev.pathline.engine.graph.InputNames;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.grid.TimeGrids;
import dev.pathline.diffusion.prediction.Affine;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.card.ModelGuidance;
import dev.pathline.diffusion.card.SamplingDefaults;
import dev.pathline.engine.objective.Auxiliary;
import dev.pathline.engine.objective.Distance;
import dev.pathline.engine.objective.Drawing;
import dev.pathline.engine.objective.Mix;
import dev.pathline.engine.objective.Objective;
import dev.pathline.engine.objective.ObjectiveFacts;
import dev.pathline.engine.objective.ObjectiveFamily;
import dev.pathline.engine.objective.ObjectiveSettings;
import dev.pathline.engine.objective.Recipe;
import dev.pathline.engine.objective.Row;
import dev.pathline.engine.objective.Weighting;
import dev.pathline.engine.objective.flowmap.ConsistencyFunction;
import dev.pathline.engine.objective.flowmap.TeacherField;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Progressive distillation: one step of DDIM learns two of the teacher's, so that half as many do (Salimans and Ho, arXiv
 * 2202.00512, algorithm 2). The target is the constant prediction of the data that leads to where two steps led. Steps are
 * even in the schedule's time.
 *
 * @param teacher the field that is followed; the student has its schedule, its prediction and its wrapping
 * @param steps how many steps the student makes of the path
 * @param grid the times of the teacher's steps, twice as many
 */
public record ProgressiveDistillation(TeacherField teacher, int steps, TimeGrid grid) implements Objective {

    /** Progressive distillation. */
    public static final ObjectiveFamily FAMILY = ObjectiveFamily.ofTeacher("progressive-distillation",
            ProgressiveDistillation::read);

    private static final Weighting WEIGHTING = new Weighting.TruncatedSnr();

    private static Function<ObjectiveFacts, Objective> read(ObjectiveSettings settings) {
        int steps = settings.whole("steps", 1, 8);
        return facts -> {
            ModelCard card = facts.taught().card();
            if (card.prediction() == Prediction.NOISE || card.prediction() == Prediction.SCORE) {
                throw new IllegalArgumentException("the teacher " + card.name() + " predicts " + card.prediction()
                        + ", which says nothing of the data at pure noise, where few steps begin: take a teacher that"
                        + " predicts data, velocity or v");
            }
            NoiseSchedule schedule = card.noiseSchedule();
            if (!schedule.evenTimesFit()) {
                throw new IllegalArgumentException("the teacher " + card.name() + " has the schedule " + schedule.name()
                        + ", of which even times are no grid: take a teacher of another schedule");
            }
            return new ProgressiveDistillation(TeacherField.of(facts, schedule), steps,
                    TimeGrids.of("time", schedule, 2 * steps, schedule.maxTime(), 0));
        };
    }

    @Override
    public ModelGuidance modelGuidance() {
        return teacher.modelGuidance();
    }

    @Override
    public SamplingDefaults recommended() {
        return new SamplingDefaults("ddim", steps, "time", 1).fitting(modelGuidance());
    }

    @Override
    public Recipe recipe() {
        List<Auxiliary> all = new ArrayList<>(teacher.auxiliaries(1));
        all.addAll(teacher.auxiliaries(1));
        return Recipe.of(List.of(InputNames.TIME), all, Distance.SQUARED);
    }

    @Override
    public void draw(Drawing drawing, Row row) {
        NoiseSchedule schedule = schedule();
        int i = 2 * drawing.random().nextInt(steps);
        double t = grid.time(i);
        double middle = grid.time(i + 1);
        double end = grid.time(i + 2);
        var student = new ConsistencyFunction(schedule, prediction(), preconditioning(), timeInput());
        Mix x = student.point(t);
        student.input(row, x, t);
        Mix half = step(t, middle, x, teacher.data(row, 0, x, t));
        Mix whole = step(middle, end, half, teacher.data(row, teacher.count(), half, middle));
        Affine step = Affine.dataStep(schedule, t, end);
        Mix data = whole.minus(x.times(step.x())).times(1 / step.output());
        student.target(row, x, t, data);
        row.weight(WEIGHTING.ofOutput(schedule, t, student.outputWeight(t), prediction().toNoise(schedule, t)
                .after(preconditioning().prediction(schedule, t)).output()));
    }

    private Mix step(double from, double to, Mix x, Mix data) {
        Affine map = Affine.dataStep(schedule(), from, to);
        return x.times(map.x()).plus(data.times(map.output()));
    }

    @Override
    public NoiseSchedule schedule() {
        return teacher.ownSchedule();
    }

    @Override
    public Prediction prediction() {
        return teacher.card().prediction();
    }

    @Override
    public Preconditioning preconditioning() {
        return teacher.card().preconditioning();
    }

    @Override
    public TimeInput timeInput() {
        return teacher.card().timeInput();
    }
}
