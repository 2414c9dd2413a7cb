package dev.pathline.api.experiments.statistics;

import java.util.stream.DoubleStream;

/**
 * Number, mean and variance of observations; of two parts together they are computed from those of the parts, without a loss of
 * digits (Chan, Golub, LeVeque 1983).
 *
 * @param count how many observations
 * @param mean their mean, 0 of none
 * @param squares the sum of the squares of their distances from the mean
 */
public record Moments(long count, double mean, double squares) {

    /** Of no observation. */
    public static final Moments NONE = new Moments(0, 0, 0);

    /** Checks the count and the squares. */
    public Moments {
        if (count < 0 || squares < 0) {
            throw new IllegalArgumentException("moments of " + count + " observations with squares " + squares);
        }
    }

    /** Of some observations. */
    public static Moments of(double... values) {
        return DoubleStream.of(values).collect(Accumulator::new, Accumulator::add, Accumulator::addAll).moments();
    }

    /** Of these and others. */
    public Moments and(Moments others) {
        if (count == 0 || others.count == 0) {
            return count == 0 ? others : this;
        }
        long all = count + others.count;
        double apart = others.mean - mean;
        return new Moments(all, mean + apart * others.count / all,
                squares + others.squares + apart * apart * count / all * others.count);
    }

    /** Returns the variance, as of a sample; 0 of fewer than two. */
    public double variance() {
        return count < 2 ? 0 : squares / (count - 1);
    }

    /** Returns the squared standard error of the mean; infinite of none. */
    double squaredError() {
        return count == 0 ? Double.POSITIVE_INFINITY : variance() / count;
    }

    private static final class Accumulator {

        private Moments sum = NONE;

        void add(double value) {
            sum = sum.and(new Moments(1, value, 0));
        }

        void addAll(Accumulator other) {
            sum = sum.and(other.sum);
        }

        Moments moments() {
            return sum;
        }
    }
}
