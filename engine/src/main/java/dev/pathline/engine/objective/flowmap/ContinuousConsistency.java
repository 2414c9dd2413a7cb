package dev.pathline.engine.objective.flowmap;

import dev.pathline.engine.graph.InputNames;
import dev.pathline.diffusion.card.ModelGuidance;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.TrigFlow;
import dev.pathline.engine.objective.Auxiliary;
import dev.pathline.engine.objective.Distance;
import dev.pathline.engine.objective.Drawing;
import dev.pathline.engine.objective.Mix;
import dev.pathline.engine.objective.ObjectiveFacts;
import dev.pathline.engine.objective.ObjectiveFamily;
import dev.pathline.engine.objective.ObjectiveSettings;
import dev.pathline.engine.objective.ObjectiveSettings.Range;
import dev.pathline.engine.objective.Recipe;
import dev.pathline.engine.objective.Row;
import dev.pathline.engine.objective.Source;
import dev.pathline.engine.objective.TimeDistribution;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * sCM, consistency models in continuous time: on the arc {@code x_t = cos t x0 + sin t z}, {@code z ~ N(0, sigmaData^2)},
 * with {@code f = cos t x - sin t sigmaData F(x/sigmaData, t)}, the value of {@code f} does not change along the path. The
 * network moves against its change
 *
 * <pre>{@code g = -cos^2 t (sigmaData F - dx/dt) - r sin t cos t (x + sigmaData dF/dt)}</pre>
 *
 * <p>divided by {@code |g| + c}; {@code r} grows from 0 to 1 in a warm-up (Lu and Song, arXiv 2410.11081, equations 6 to 8,
 * algorithm 1). {@code dx/dt} is the sample's own, or a teacher's. The network here is wrapped like EDM's, with the
 * opposite sign of that {@code F}.
 *
 * @param schedule the arc, with the standard deviation of the data
 * @param timeInput the network's time coordinate, linear in the arc's
 * @param times how times are drawn: the logarithm of {@code sigmaData tan t} is normal
 * @param warmUp the steps in which {@code r} grows
 * @param offset {@code c}, published 0.1
 * @param teacher whose velocity the path has, or null for that of the sample
 */
public record ContinuousConsistency(TrigFlow schedule, TimeInput.Scaled timeInput, TimeDistribution times, long warmUp,
        double offset, @Nullable TeacherField teacher) implements ConsistencyFunction.OfFunction {

    /** sCT, from data. */
    public static final ObjectiveFamily FAMILY = ObjectiveFamily.ofData("continuous-consistency",
            settings -> read(settings, false));

    /** sCD, from a teacher. */
    public static final ObjectiveFamily DISTILLATION = ObjectiveFamily.ofTeacher("continuous-consistency-distillation",
            settings -> read(settings, true));

    private static Function<ObjectiveFacts, dev.pathline.engine.objective.Objective> read(ObjectiveSettings settings,
            boolean taught) {
        double mean = settings.number("mean", Range.ANY, -1.0);
        double std = settings.number("std", Range.POSITIVE, 1.4);
        int warmUp = settings.whole("warmUpSteps", 0, 1000);
        double offset = settings.number("offset", Range.POSITIVE, 0.1);
        ToDoubleFunction<ObjectiveFacts> sigmaData = Settings.sigmaData(settings);
        return facts -> {
            var arc = new TrigFlow(sigmaData.applyAsDouble(facts));
            if (!(facts.timeInput().apply(arc) instanceof TimeInput.Scaled time)) {
                throw new IllegalArgumentException("the network takes a time that is linear in the arc's");
            }
            return new ContinuousConsistency(arc, time, new TimeDistribution.LogNormal(mean, std), warmUp, offset,
                    taught ? TeacherField.of(facts, arc) : null);
        };
    }

    @Override
    public ConsistencyFunction function() {
        return new ConsistencyFunction(schedule, new Preconditioning.Edm(schedule.sigmaData()), timeInput);
    }

    private int own() {
        return teacher == null ? 0 : teacher.auxiliaries(1).size();
    }

    @Override
    public ModelGuidance modelGuidance() {
        return teacher == null ? ModelGuidance.CLASSIFIER_FREE : teacher.modelGuidance();
    }

    @Override
    public Recipe recipe() {
        var all = new java.util.ArrayList<Auxiliary>();
        if (teacher != null) {
            all.addAll(teacher.auxiliaries(1));
        }
        all.add(Auxiliary.of(Source.STUDENT).withTangent());
        return new Recipe(List.of(InputNames.TIME), all, Distance.SQUARED, offset, Double.POSITIVE_INFINITY, true);
    }

    @Override
    public void draw(Drawing drawing, Row row) {
        double t = times.sample(drawing.random(), schedule);
        double sigmaData = schedule.sigmaData();
        double cos = schedule.alpha(t);
        double sin = StrictMath.sin(t);
        ConsistencyFunction function = function();
        Mix x = function.point(t);
        function.input(row, x, t);
        Mix velocity = teacher == null
                ? Mix.of(schedule.dAlpha(t), schedule.dSigma(t))
                : teacher.velocity(row, 0, x, t);
        int own = own();
        function.evaluate(row, own, x, t);
        // The network's input is x / sigmaData.
        row.direction(own, timeInput.factor()).add(velocity, 1 / sigmaData);
        double ramp = warmUp == 0 ? 1 : Math.min(1, drawing.step() / (double) warmUp);
        // -g, of -F: the sign of the network here.
        row.movement().add(velocity, -cos * cos).value(own, -cos * cos * sigmaData)
                .add(x, ramp * sin * cos).tangent(own, -ramp * sin * cos * sigmaData);
        row.target().value(own, 1);
    }

    @Override
    public boolean lossMayRise() {
        return true;
    }
}
