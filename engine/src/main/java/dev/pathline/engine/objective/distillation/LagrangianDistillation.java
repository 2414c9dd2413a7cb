package dev.pathline.engine.objective.distillation;

import dev.pathline.diffusion.card.ModelGuidance;
import dev.pathline.engine.objective.Auxiliary;
import dev.pathline.engine.objective.Distance;
import dev.pathline.engine.objective.Drawing;
import dev.pathline.engine.objective.Mix;
import dev.pathline.engine.objective.Objective;
import dev.pathline.engine.objective.ObjectiveFacts;
import dev.pathline.engine.objective.ObjectiveFamily;
import dev.pathline.engine.objective.ObjectiveSettings;
import dev.pathline.engine.objective.ObjectiveSettings.Range;
import dev.pathline.engine.objective.Recipe;
import dev.pathline.engine.objective.Row;
import dev.pathline.engine.objective.Source;
import dev.pathline.engine.objective.TimeDistribution;
import dev.pathline.engine.objective.flowmap.AverageVelocity;
import dev.pathline.engine.objective.flowmap.EndDerivative;
import dev.pathline.engine.objective.flowmap.Settings;
import dev.pathline.engine.objective.flowmap.StraightPath;
import dev.pathline.engine.objective.flowmap.TeacherField;
import dev.pathline.engine.objective.flowmap.TimePair;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Lagrangian matching of a teacher: where a jump ends moves with the teacher's velocity there,
 * {@code u(x, t, r) = v_teacher(Psi, r) + (t - r) du/dr} (Boffi et al., arXiv 2406.07507, equation 11). With jumps from pure
 * noise alone no data are looked at (Tong et al., FreeFlow, arXiv 2511.19428, section 4).
 *
 * @param path the path and the network's inputs
 * @param teacher the field that is followed
 * @param pair how times are drawn
 * @param still the share of rows whose jump has no length: they keep the network's own field that of the teacher
 * @param delta half the step of central differences; 0 for the exact derivative
 * @param bound ends of jumps are pressed into {@code [-bound, bound]} before the teacher sees them
 * @param distance how output and target are compared
 */
public record LagrangianDistillation(StraightPath path, TeacherField teacher, TimePair pair, double still, double delta,
        double bound, Distance distance) implements AverageVelocity {

    /** Lagrangian distillation. */
    public static final ObjectiveFamily FAMILY = ObjectiveFamily.ofTeacher("lagrangian-distillation",
            LagrangianDistillation::read);

    private static Function<ObjectiveFacts, Objective> read(ObjectiveSettings settings) {
        TimePair pair = new TimePair(
                settings.times("time", StraightPath.SCHEDULE, new TimeDistribution.LogitNormal(0, 1)),
                settings.number("fromNoise", Range.SHARE, 1), settings.number("toData", Range.SHARE, 0.25));
        double still = settings.number("still", Range.BELOW_ONE, 0);
        double delta = Settings.delta(settings);
        double bound = Settings.bound(settings);
        var distance = Settings.distance(settings);
        return facts -> {
            StraightPath path = StraightPath.of(facts).unguided();
            path.requireSmooth(delta);
            return new LagrangianDistillation(path, TeacherField.of(facts, StraightPath.SCHEDULE, path.names()), pair,
                    still, delta, bound, distance.apply(facts));
        };
    }

    @Override
    public ModelGuidance modelGuidance() {
        return teacher.modelGuidance();
    }

    @Override
    public Recipe recipe() {
        List<Auxiliary> all = new ArrayList<>(EndDerivative.auxiliaries(Auxiliary.of(Source.STUDENT), delta));
        teacher.auxiliaries(1).forEach(evaluation -> all.add(evaluation.within(bound)));
        return Recipe.of(path.names(), all, distance);
    }

    @Override
    public void draw(Drawing drawing, Row row) {
        TimePair.Times times = pair.draw(drawing.random(), drawing.random().nextDouble() >= still);
        double r = Math.max(times.r(), teacher.least());
        double t = Math.max(times.t(), r);
        Mix x = path.point(t);
        row.input(1, path.inputs(t, r, 1)).add(x, 1);
        row.noiseLevel(-StraightPath.SCHEDULE.halfLogSnr(t));
        int end = EndDerivative.write(path, row, 0, x, t, r, 1, delta);
        Mix arrival = x.plus(Mix.value(0).times(r - t));
        row.target().add(teacher.velocity(row, end, arrival, r), 1);
    }

    @Override
    public boolean needsSinglePrecision() {
        return delta > 0;
    }
}
