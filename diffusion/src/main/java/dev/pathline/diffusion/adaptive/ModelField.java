package dev.pathline.diffusion.adaptive;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelGuidance;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.model.ClosedFormModel;
import dev.pathline.diffusion.model.Network;
import dev.pathline.diffusion.model.NetworkInputs;
import dev.pathline.diffusion.prediction.Affine;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.schedule.NoiseSchedule;

/** What a model says about a point on the path, in whichever prediction a solver works with. */
public interface ModelField {

    /** Returns the schedule whose times {@link #predict} takes. */
    NoiseSchedule schedule();

    /**
     * Returns one prediction at one point; it costs one evaluation of the model.
     *
     * @param x the noisy point; not changed
     * @param t the schedule's time
     * @return a new array of the length of {@code x}; not finite where the model's own prediction does not determine this
     *         one
     */
    double[] predict(Prediction prediction, double[] x, double t);

    /** Returns the field of a closed-form model for a label, or for {@link Network#NO_LABEL}. */
    static ModelField of(ClosedFormModel model, int label) {
        return new ModelField() {
            @Override
            public NoiseSchedule schedule() {
                return model.schedule();
            }

            @Override
            public double[] predict(Prediction prediction, double[] x, double t) {
                return model.predict(prediction, x, t, label);
            }
        };
    }

    /**
     * Returns the field of a network, as its card wraps it, for a label or for {@link Network#NO_LABEL}; without guidance, or
     * with as little as the network knows.
     */
    static ModelField of(ModelCard card, Network network, int label) {
        NoiseSchedule schedule = card.noiseSchedule();
        double guidance = card.guidance() instanceof ModelGuidance.Input input ? input.nearest(1) : Double.NaN;
        return new ModelField() {
            @Override
            public NoiseSchedule schedule() {
                return schedule;
            }

            @Override
            public double[] predict(Prediction prediction, double[] x, double t) {
                double scale = card.preconditioning().inputScale(schedule, t);
                double[] input = new double[x.length];
                for (int i = 0; i < x.length; i++) {
                    input[i] = scale * x[i];
                }
                double[] output = new double[x.length];
                // A flow map's jump of no length is the field.
                double target = card.kind() == ModelKind.FLOW_MAP
                        ? card.targetInput().of(card.timeInput(), schedule, t, t)
                        : Double.NaN;
                network.evaluate(input,
                        new NetworkInputs(card.timeInput().of(schedule, t), target, guidance, label), output);
                Affine wanted = card.prediction().to(prediction, schedule, t)
                        .after(card.preconditioning().prediction(schedule, t));
                return Vectors.combine(wanted.x(), x, wanted.output(), output);
            }
        };
    }
}
