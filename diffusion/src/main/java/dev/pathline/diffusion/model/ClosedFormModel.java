package dev.pathline.diffusion.model;

import dev.pathline.diffusion.prediction.Affine;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.NoiseSchedule;

/**
 * A data distribution whose denoiser is known exactly: what a perfectly trained network would compute. Points are arrays
 * of {@link #dimension} elements, times the schedule's; a label selects a part of the distribution, and
 * {@link Network#NO_LABEL} the whole.
 */
public interface ClosedFormModel {

    /** Returns the schedule of the noise. */
    NoiseSchedule schedule();

    /** Returns the number of elements of a point. */
    int dimension();

    /** Returns {@code E[x_0 | x_t = x]}, the ideal prediction of the data. */
    double[] data(double[] x, double t, int label);

    /** Returns {@code grad log p_t(x)}. */
    double[] score(double[] x, double t, int label);

    /**
     * Returns the ideal value of a prediction. It is made from data and score, which are bounded at both ends, rather than
     * converted from one of them.
     */
    default double[] predict(Prediction prediction, double[] x, double t, int label) {
        double[] value = data(x, t, label);
        double[] score = score(x, t, label);
        double dataWeight = prediction.dataWeight(schedule(), t);
        double scoreWeight = -schedule().sigma(t) * prediction.noiseWeight(schedule(), t);
        for (int i = 0; i < value.length; i++) {
            value[i] = dataWeight * value[i] + scoreWeight * score[i];
        }
        return value;
    }

    /** Returns the velocity of the probability-flow ODE. */
    default double[] velocity(double[] x, double t, int label) {
        return predict(Prediction.VELOCITY, x, t, label);
    }

    /** Returns the raw network that would predict this model perfectly, with the given wrapping undone. */
    default Network network(Prediction prediction, Preconditioning preconditioning, TimeInput timeInput) {
        return (input, inputs, output) -> {
            double t = timeInput.timeOf(schedule(), inputs.time());
            double scale = preconditioning.inputScale(schedule(), t);
            double[] x = new double[input.length];
            for (int i = 0; i < x.length; i++) {
                x[i] = input[i] / scale;
            }
            double[] value = predict(prediction, x, t, inputs.label());
            Affine wrapping = preconditioning.prediction(schedule(), t);
            for (int i = 0; i < x.length; i++) {
                output[i] = (value[i] - wrapping.x() * x[i]) / wrapping.output();
            }
        };
    }

    /** Returns the raw network of a prediction without preconditioning, in the schedule's own time. */
    default Network network(Prediction prediction) {
        return network(prediction, Preconditioning.NONE, TimeInput.IDENTITY);
    }
}
