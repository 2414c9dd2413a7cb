package dev.pathline.diffusion.model;

import dev.pathline.diffusion.prediction.Affine;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.TargetInput;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import java.util.Arrays;

/**
 * Data {@code N(mean, std^2 I)}. With {@code S(t)^2 = alpha^2 std^2 + sigma^2}, the marginal at time {@code t} is
 * {@code N(alpha mean, S^2 I)}, and the probability-flow ODE has a closed solution. Labels are ignored. Immutable.
 */
public final class GaussianModel implements ClosedFormModel {
    private final NoiseSchedule schedule;
    private final double[] mean;
    private final double std;

    /**
     * Makes the model.
     *
     * @param mean the mean of the data, one element for each dimension; copied
     * @param std the standard deviation of the data, positive
     * @throws IllegalArgumentException if {@code std} is not positive
     */
    public GaussianModel(NoiseSchedule schedule, double[] mean, double std) {
        if (!(std > 0)) {
            throw new IllegalArgumentException("std must be positive, not " + std);
        }
        this.schedule = schedule;
        this.mean = mean.clone();
        this.std = std;
    }

    @Override
    public NoiseSchedule schedule() {
        return schedule;
    }

    @Override
    public int dimension() {
        return mean.length;
    }

    @Override
    public double[] data(double[] x, double t, int label) {
        double alpha = schedule.alpha(t);
        double gain = alpha * std * std / variance(t);
        double[] data = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            data[i] = mean[i] + gain * (x[i] - alpha * mean[i]);
        }
        return data;
    }

    @Override
    public double[] score(double[] x, double t, int label) {
        double alpha = schedule.alpha(t);
        double variance = variance(t);
        double[] score = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            score[i] = (alpha * mean[i] - x[i]) / variance;
        }
        return score;
    }

    /** Returns where the probability-flow ODE takes {@code x} from time {@code t} to time {@code u}, exactly. */
    public double[] solution(double[] x, double t, double u) {
        double ratio = Math.sqrt(variance(u) / variance(t));
        double[] solution = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            solution[i] = schedule.alpha(u) * mean[i] + ratio * (x[i] - schedule.alpha(t) * mean[i]);
        }
        return solution;
    }

    /**
     * Returns the raw network of this model's exact flow map: what a network would compute whose jumps are
     * {@link #solution}.
     *
     * @param prediction what it predicts: the average velocity, or what stands for the data
     */
    public Network flowMap(
            Prediction prediction, Preconditioning preconditioning, TimeInput timeInput, TargetInput targetInput) {
        Network instantaneous = network(prediction, preconditioning, timeInput);
        return (input, inputs, output) -> {
            double t = timeInput.timeOf(schedule, inputs.time());
            double s = targetInput.targetOf(timeInput, schedule, t, inputs.target());
            Affine endpoint = prediction.toEndpoint(schedule, t, s).after(preconditioning.prediction(schedule, t));
            if (endpoint.output() == 0) {
                instantaneous.evaluate(input, inputs, output);
                return;
            }
            double scale = preconditioning.inputScale(schedule, t);
            double[] x = Arrays.stream(input).map(value -> value / scale).toArray();
            double[] end = solution(x, t, s);
            for (int i = 0; i < x.length; i++) {
                output[i] = (end[i] - endpoint.x() * x[i]) / endpoint.output();
            }
        };
    }

    /** Returns {@code ln p_t(x)}, in nats. */
    public double logDensity(double[] x, double t) {
        double variance = variance(t);
        double sum = -x.length * Math.log(2 * Math.PI * variance) / 2;
        for (int i = 0; i < x.length; i++) {
            double difference = x[i] - schedule.alpha(t) * mean[i];
            sum -= difference * difference / (2 * variance);
        }
        return sum;
    }

    private double variance(double t) {
        double alpha = schedule.alpha(t);
        double sigma = schedule.sigma(t);
        return alpha * alpha * std * std + sigma * sigma;
    }
}
