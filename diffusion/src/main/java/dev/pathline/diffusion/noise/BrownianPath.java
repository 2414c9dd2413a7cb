package dev.pathline.diffusion.noise;

/**
 * Brownian paths {@code W} on {@code [0, 1]}, one a sample, of which any increment is at hand without the rest: a binary
 * tree of Brownian bridges (Lévy's construction), whose node {@code k} of level {@code l} is keyed noise. So an increment
 * is a pure function of the seed, the sample, the path and the two times.
 *
 * <p>Times are rounded to multiples of {@code 2^-30}, the tree's finest level; the variance of an increment is that of the
 * rounded times, exactly.
 */
public final class BrownianPath {
    private static final int LEVELS = 30;
    private static final double UNIT = 0x1p-30;

    private final NoiseSource source;
    private final long seed;
    private final int sample;
    private final int path;

    /**
     * The path of one sample.
     *
     * @param source the noise at the nodes
     * @param seed the request's seed
     * @param sample the index of the sample within the request
     * @param path the number of the path, from 0 to 2^26 - 2; different paths of a sample are independent
     */
    public BrownianPath(NoiseSource source, long seed, int sample, int path) {
        this.source = source;
        this.seed = seed;
        this.sample = sample;
        this.path = path;
    }

    /**
     * Writes {@code (W(to) - W(from)) / sqrt(|to - from|)}, standard normal noise, to {@code values}.
     *
     * @param from in {@code [0, 1]}
     * @param to in {@code [0, 1]}
     * @throws IllegalArgumentException if the times are closer than the tree's resolution
     */
    public void normalisedIncrement(double from, double to, double[] values) {
        long first = position(from);
        long last = position(to);
        if (first == last) {
            throw new IllegalArgumentException("a Brownian path cannot tell apart the times " + from + " and " + to);
        }
        double[] start = at(first, values.length);
        double[] end = at(last, values.length);
        double std = Math.sqrt(Math.abs(last - first) * UNIT);
        for (int i = 0; i < values.length; i++) {
            values[i] = (end[i] - start[i]) / std;
        }
    }

    /** Returns whether a path has an increment between two times. */
    public static boolean tellsApart(double from, double to) {
        return position(from) != position(to);
    }

    private static long position(double time) {
        return Math.round(time / UNIT);
    }

    /** {@code W} at {@code position * UNIT}, from the root down. */
    private double[] at(long position, int length) {
        double[] low = new double[length];
        double[] high = node(0, 0, length);
        long lowAt = 0;
        long highAt = 1L << LEVELS;
        for (int level = 1; position > lowAt && position < highAt; level++) {
            long middle = (lowAt + highAt) >>> 1;
            double[] bridge = node(level, lowAt >>> (LEVELS - level + 1), length);
            double std = Math.sqrt((highAt - lowAt) * UNIT) / 2;
            for (int i = 0; i < length; i++) {
                bridge[i] = (low[i] + high[i]) / 2 + std * bridge[i];
            }
            if (position < middle) {
                highAt = middle;
                high = bridge;
            } else {
                lowAt = middle;
                low = bridge;
            }
        }
        return position == highAt ? high : low;
    }

    private double[] node(int level, long index, int length) {
        double[] values = new double[length];
        source.fill(NoiseKey.brownian(seed, sample, path, level, (int) index), values);
        return values;
    }
}
