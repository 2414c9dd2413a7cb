package dev.pathline.diffusion.model;

import dev.pathline.diffusion.schedule.NoiseSchedule;
import java.util.Arrays;
import java.util.List;

/**
 * Data {@code sum_k w_k N(mean_k, std_k^2 I)}, the smallest distribution whose probability flow is not linear. Label
 * {@code k} is the component {@code k} alone, so guidance can be tested too. Immutable.
 */
public final class GaussianMixtureModel implements ClosedFormModel {
    private final NoiseSchedule schedule;
    private final List<Component> components;

    /**
     * One component.
     *
     * @param weight its share, positive; the shares need not sum to 1
     * @param mean its mean, of the mixture's dimension
     * @param std its standard deviation in every direction, positive
     */
    public record Component(
            double weight,
            List<Double> mean,
            double std) {

        /** @throws IllegalArgumentException if the weight or the standard deviation is not positive */
        public Component {
            mean = List.copyOf(mean);
            if (!(weight > 0 && std > 0)) {
                throw new IllegalArgumentException(
                        "a component needs a positive weight and std, not " + weight + " and " + std);
            }
        }
    }

    /**
     * Makes the mixture.
     *
     * @throws IllegalArgumentException if there is no component, or their dimensions differ
     */
    public GaussianMixtureModel(NoiseSchedule schedule, List<Component> components) {
        this.schedule = schedule;
        this.components = List.copyOf(components);
        if (components.stream().map(component -> component.mean().size()).distinct().count() != 1) {
            throw new IllegalArgumentException("a mixture needs components of one dimension, not " + components);
        }
    }

    @Override
    public NoiseSchedule schedule() {
        return schedule;
    }

    @Override
    public int dimension() {
        return components.getFirst().mean().size();
    }

    @Override
    public double[] data(double[] x, double t, int label) {
        double alpha = schedule.alpha(t);
        return expectation(x, t, label, (component, mean, point) -> {
            double gain = alpha * component.std() * component.std() / variance(component, t);
            return mean + gain * (point - alpha * mean);
        });
    }

    @Override
    public double[] score(double[] x, double t, int label) {
        double alpha = schedule.alpha(t);
        return expectation(x, t, label,
                (component, mean, point) -> (alpha * mean - point) / variance(component, t));
    }

    /** The mean over the components, given {@code x}, of a function of one element. */
    private double[] expectation(double[] x, double t, int label, ElementFunction function) {
        List<Component> selected = label == Network.NO_LABEL ? components : List.of(components.get(label));
        double[] shares = responsibilities(selected, x, t);
        double[] sum = new double[x.length];
        for (int k = 0; k < shares.length; k++) {
            Component component = selected.get(k);
            for (int i = 0; i < x.length; i++) {
                sum[i] += shares[k] * function.apply(component, component.mean().get(i), x[i]);
            }
        }
        return sum;
    }

    /** The probability that {@code x} at time {@code t} came from each component, as a softmax that cannot overflow. */
    private double[] responsibilities(List<Component> selected, double[] x, double t) {
        double[] logarithms = selected.stream().mapToDouble(component -> logJoint(component, x, t)).toArray();
        double largest = Arrays.stream(logarithms).max().orElseThrow();
        double[] shares = Arrays.stream(logarithms).map(logarithm -> Math.exp(logarithm - largest)).toArray();
        double total = Arrays.stream(shares).sum();
        return Arrays.stream(shares).map(share -> share / total).toArray();
    }

    /** {@code ln(w_k p_t(x | k))} without the constant that all components share. */
    private double logJoint(Component component, double[] x, double t) {
        double variance = variance(component, t);
        double sum = Math.log(component.weight()) - x.length * Math.log(variance) / 2;
        for (int i = 0; i < x.length; i++) {
            double difference = x[i] - schedule.alpha(t) * component.mean().get(i);
            sum -= difference * difference / (2 * variance);
        }
        return sum;
    }

    private double variance(Component component, double t) {
        double alpha = schedule.alpha(t);
        double sigma = schedule.sigma(t);
        return alpha * alpha * component.std() * component.std() + sigma * sigma;
    }

    /** A quantity of one component and one element of its mean and of the point. */
    private interface ElementFunction {
        double apply(Component component, double mean, double point);
    }
}
