package dev.pathline.engine.objective.distillation;

import dev.pathline.engine.graph.InputNames;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.grid.TimeGrids;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.diffusion.card.ModelGuidance;
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
import dev.pathline.engine.objective.Source;
import dev.pathline.engine.objective.flowmap.ConsistencyFunction;
import dev.pathline.engine.objective.flowmap.Settings;
import dev.pathline.engine.objective.flowmap.TeacherField;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * Consistency distillation: a consistency function has one value at both ends of one step of Heun's method with the
 * teacher's field (Song et al., arXiv 2303.01469, algorithm 2), which may be guided.
 *
 * <p>On EDM's schedule it is wrapped as published and the levels are Karras's; on a straight path the network stays the
 * velocity that it was, {@code f = x - t F}, and the times are even.
 *
 * @param function the student
 * @param teacher the field that is followed
 * @param grid the times that are compared, downwards
 * @param targets whose evaluations targets are made of
 * @param targetDecay of the average, where they are an average's
 * @param distance how both values are compared
 */
public record ConsistencyDistillation(ConsistencyFunction function, TeacherField teacher, TimeGrid grid,
        Source targets, double targetDecay, Distance distance) implements ConsistencyFunction.OfFunction {

    /** Consistency distillation. */
    public static final ObjectiveFamily FAMILY = ObjectiveFamily.ofTeacher("consistency-distillation",
            ConsistencyDistillation::read);

    private static Function<ObjectiveFacts, Objective> read(ObjectiveSettings settings) {
        int levels = settings.whole("levels", 2, 18);
        Source targets = Settings.targets(settings, Source.AVERAGE);
        double decay = Settings.targetDecay(settings, targets, 0.95);
        var distance = Settings.distance(settings, "pseudo-huber");
        ToDoubleFunction<ObjectiveFacts> sigmaData = Settings.sigmaData(settings);
        return facts -> {
            ModelCard card = facts.taught().card();
            NoiseSchedule schedule = card.noiseSchedule();
            boolean straight = schedule instanceof RectifiedFlow;
            var function = straight
                    ? new ConsistencyFunction(schedule, Prediction.VELOCITY, Preconditioning.NONE,
                            facts.timeInput().apply(schedule))
                    : new ConsistencyFunction(schedule,
                            new Preconditioning.Consistency(sigmaData.applyAsDouble(facts),
                                    schedule.noiseRatio(schedule.minTime())),
                            facts.timeInput().apply(schedule));
            TimeGrid grid = TimeGrids.of(straight ? "time" : "karras", schedule, levels - 1, schedule.maxTime(),
                    straight ? 0 : schedule.minTime());
            return new ConsistencyDistillation(function, TeacherField.of(facts, schedule), grid, targets, decay,
                    distance.apply(facts));
        };
    }

    @Override
    public ModelGuidance modelGuidance() {
        return teacher.modelGuidance();
    }

    @Override
    public Recipe recipe() {
        List<Auxiliary> all = new ArrayList<>(teacher.auxiliaries(1));
        all.addAll(teacher.auxiliaries(1));
        all.add(Auxiliary.of(targets));
        return Recipe.of(List.of(InputNames.TIME), all, distance);
    }

    @Override
    public void draw(Drawing drawing, Row row) {
        int n = drawing.random().nextInt(grid.steps());
        double from = grid.time(n);
        double to = grid.time(n + 1);
        Mix x = function.point(from);
        function.input(row, x, from);
        // At clean data most predictions say nothing of the velocity: there the step is Euler's.
        boolean heun = to > 0 || teacher.card().prediction() == Prediction.VELOCITY;
        Mix first = teacher.velocity(row, 0, x, from);
        Mix euler = x.plus(first.times(to - from));
        Mix second = teacher.velocity(row, teacher.count(), heun ? euler : x, heun ? to : from);
        Mix later = heun ? x.plus(first.plus(second).times((to - from) / 2)) : euler;
        // Clean data are their own value; something has to be evaluated nevertheless.
        boolean clean = to == 0;
        Mix value = function.evaluate(row, 2 * teacher.count(), clean ? x : later, clean ? from : to);
        function.target(row, x, from, clean ? later : value);
        row.weight(1, function.outputWeight(from));
    }

    @Override
    public double targetDecay(long step) {
        return targetDecay;
    }
}
