package dev.pathline.engine.objective.flowmap;

import dev.pathline.engine.graph.InputNames;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelGuidance;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.guidance.Guidance;
import dev.pathline.diffusion.prediction.Affine;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.engine.objective.Auxiliary;
import dev.pathline.engine.objective.Mix;
import dev.pathline.engine.objective.ObjectiveFacts;
import dev.pathline.engine.objective.Row;
import dev.pathline.engine.objective.Source;
import java.util.ArrayList;
import java.util.List;

/**
 * A teacher's field at points of a path: one evaluation, or two where it is guided, and what they say as a combination.
 *
 * @param card what its network computes
 * @param guidance how it is guided
 * @param inputs the names of the student's inputs that are numbers, in whose order a row has the teacher's
 */
public record TeacherField(ModelCard card, Guidance guidance, List<String> inputs) {

    /** Takes a copy. */
    public TeacherField {
        inputs = List.copyOf(inputs);
    }

    /**
     * The field of a run's teacher for a student that takes the time alone.
     *
     * @param schedule the student's
     * @throws IllegalArgumentException if there is no teacher, or none whose field is one of that schedule
     */
    public static TeacherField of(ObjectiveFacts facts, NoiseSchedule schedule) {
        return of(facts, schedule, List.of(InputNames.TIME));
    }

    /** The field of a run's teacher for a student of some inputs; errors as for the shorter form. */
    public static TeacherField of(ObjectiveFacts facts, NoiseSchedule schedule, List<String> inputs) {
        ObjectiveFacts.TeacherFacts taught = facts.taught();
        ModelCard card = taught.card();
        if (card.kind() != ModelKind.DIFFUSION) {
            throw new IllegalArgumentException("the teacher " + card.name() + " is of kind " + card.kind()
                    + ", but a field is wanted: take a diffusion model");
        }
        if (!card.noiseSchedule().spec().equals(schedule.spec())) {
            throw new IllegalArgumentException("the teacher " + card.name() + " has the schedule " + card.schedule()
                    + ", the objective " + schedule.spec() + ": they must have one");
        }
        if (card.guidance() instanceof ModelGuidance.Input) {
            throw new IllegalArgumentException("the teacher " + card.name()
                    + " takes the scale of guidance as an input, which no objective tells it: take another one");
        }
        double scale = card.conditional() ? taught.cfgScale() : 1;
        if (card.guidance() instanceof ModelGuidance.BakedIn(double baked)) {
            if (scale != 1 && scale != baked) {
                throw new IllegalArgumentException("the teacher " + card.name() + " has guidance of scale " + baked
                        + " baked in and knows no other: leave cfgScale out, or set it to " + baked);
            }
            scale = 1;
        }
        if (scale != 1 && !card.nullClass()) {
            throw new IllegalArgumentException("the teacher " + card.name()
                    + " was trained without a null class and cannot be guided: cfgScale must be 1");
        }
        return new TeacherField(card, new Guidance(scale, taught.interval(), 0), inputs);
    }

    /** Returns how guidance is had from a student: the teacher's is baked in, its own remains what it was. */
    public ModelGuidance modelGuidance() {
        return guided() ? new ModelGuidance.BakedIn(guidance.scale()) : card.guidance();
    }

    /** Returns how guidance is had from a student that learns from trajectories of a run's teacher, if it is known. */
    public static ModelGuidance ofTrajectories(ObjectiveFacts facts) {
        ObjectiveFacts.TeacherFacts teacher = facts.teacher();
        return teacher == null || !teacher.card().conditional() || teacher.cfgScale() == 1
                ? ModelGuidance.CLASSIFIER_FREE
                : new ModelGuidance.BakedIn(teacher.cfgScale());
    }

    private boolean guided() {
        return guidance.scale() != 1;
    }

    /** Returns the evaluations of one point. */
    public List<Auxiliary> auxiliaries(double share) {
        var all = new ArrayList<Auxiliary>();
        all.add(Auxiliary.of(Source.TEACHER).forShare(share));
        if (guided()) {
            all.add(Auxiliary.of(Source.TEACHER).forShare(share).unlabelled());
        }
        return all;
    }

    /** Returns how many evaluations a point has. */
    public int count() {
        return guided() ? 2 : 1;
    }

    /**
     * Writes the evaluations of a point and returns the velocity there.
     *
     * @param first the number of the first of them
     */
    public Mix velocity(Row row, int first, Mix x, double t) {
        return value(row, first, x, t, card.prediction().toVelocity(card.noiseSchedule(), t));
    }

    /** Writes the evaluations of a point and returns the prediction of the data there; as for {@link #velocity}. */
    public Mix data(Row row, int first, Mix x, double t) {
        return value(row, first, x, t, card.prediction().toData(card.noiseSchedule(), t));
    }

    private Mix value(Row row, int first, Mix x, double t, Affine of) {
        NoiseSchedule schedule = card.noiseSchedule();
        double[] numbers = new double[inputs.size()];
        numbers[0] = card.timeInput().of(schedule, t);
        Affine map = of.after(card.preconditioning().prediction(schedule, t));
        double scale = guidance.scaleAt(schedule.noiseRatio(t));
        for (int k = 0; k < count(); k++) {
            row.auxiliary(first + k, card.preconditioning().inputScale(schedule, t), numbers).add(x, 1);
        }
        Mix output = Mix.value(first);
        if (guided()) {
            output = output.times(scale).plus(Mix.value(first + 1).times(1 - scale));
        }
        return x.times(map.x()).plus(output.times(map.output()));
    }
}
