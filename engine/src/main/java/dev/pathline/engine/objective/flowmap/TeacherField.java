package dev.pathline.engine.objective.flowmap;

import dev.pathline.engine.graph.InputNames;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelGuidance;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.guidance.Guidance;
import dev.pathline.diffusion.prediction.Affine;
import dev.pathline.diffusion.prediction.Prediction;
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
 * <p>Teacher and student may have different schedules: a point of one is a point of the other with the same ratio of noise to
 * data, multiplied by a number, and both predictions, of the data and of the noise, are the same there.
 */
public final class TeacherField {

    private final ModelCard card;
    private final NoiseSchedule own;
    private final NoiseSchedule schedule;
    private final boolean sameProcess;
    private final Guidance guidance;
    private final int inputs;

    /**
     * @param schedule the student's
     * @param inputs how many of the student's inputs are numbers, the time first
     */
    private TeacherField(ModelCard card, NoiseSchedule schedule, Guidance guidance, int inputs) {
        this.card = card;
        // A discrete schedule is a table, and rows are many.
        this.own = card.noiseSchedule();
        this.schedule = schedule;
        this.sameProcess = own.isSameProcess(schedule);
        this.guidance = guidance;
        this.inputs = inputs;
    }

    /**
     * The field of a run's teacher for a student that takes the time alone.
     *
     * @param schedule the student's
     * @throws IllegalArgumentException if there is no teacher, or none that is a field or can be guided so
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
        return new TeacherField(card, schedule, new Guidance(scale, taught.interval(), 0), inputs.size());
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

    /**
     * Returns the smallest time of the student's path at which the field is known: 0, but where the teacher predicts data or
     * noise, of which nothing follows at data themselves.
     */
    public double least() {
        return sameProcess && card.prediction() == Prediction.VELOCITY
                ? 0
                : schedule.timeOfHalfLogSnr(own.halfLogSnr(own.minTime()));
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

    /** Returns what the teacher's network computes. */
    public ModelCard card() {
        return card;
    }

    /** Returns the teacher's schedule. */
    public NoiseSchedule ownSchedule() {
        return own;
    }

    /**
     * Writes the evaluations of a point and returns the velocity there, along the student's path.
     *
     * @param first the number of the first of them
     */
    public Mix velocity(Row row, int first, Mix x, double t) {
        Prediction predicted = card.prediction();
        if (sameProcess) {
            return value(x, t, output(row, first, x, t), predicted.toVelocity(own, t));
        }
        double at = time(t);
        Mix point = x.times(size(t));
        Mix output = output(row, first, point, at);
        return value(point, at, output, predicted.toData(own, at)).times(schedule.dAlpha(t))
                .plus(value(point, at, output, predicted.toNoise(own, at))
                        .times(schedule.dSigma(t)));
    }

    /** Writes the evaluations of a point and returns the prediction of the data there; as for {@link #velocity}. */
    public Mix data(Row row, int first, Mix x, double t) {
        double at = sameProcess ? t : time(t);
        Mix point = sameProcess ? x : x.times(size(t));
        return value(point, at, output(row, first, point, at), card.prediction().toData(own, at));
    }

    /** The teacher's time with as much noise. */
    private double time(double t) {
        return own.timeOfHalfLogSnr(schedule.halfLogSnr(t));
    }

    /** What a point of the student's path is multiplied with to be one of the teacher's. */
    private double size(double t) {
        return StrictMath.hypot(own.alpha(time(t)), own.sigma(time(t)))
                / StrictMath.hypot(schedule.alpha(t), schedule.sigma(t));
    }

    /** The guided output of the network at a point of the teacher's path. */
    private Mix output(Row row, int first, Mix x, double t) {
        double[] numbers = new double[inputs];
        numbers[0] = card.timeInput().of(own, t);
        for (int k = 0; k < count(); k++) {
            row.auxiliary(first + k, card.preconditioning().inputScale(own, t), numbers).add(x, 1);
        }
        if (!guided()) {
            return Mix.value(first);
        }
        double scale = guidance.scaleAt(own.noiseRatio(t));
        return Mix.value(first).times(scale).plus(Mix.value(first + 1).times(1 - scale));
    }

    private Mix value(Mix x, double t, Mix output, Affine of) {
        Affine map = of.after(card.preconditioning().prediction(own, t));
        return x.times(map.x()).plus(output.times(map.output()));
    }
}
