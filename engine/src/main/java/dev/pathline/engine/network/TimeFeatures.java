package dev.pathline.engine.network;

import dev.pathline.engine.graph.Graph;
import dev.pathline.engine.graph.Value;
import java.util.function.UnaryOperator;

/** How a number a row, a time, becomes the vector that a time embedding begins with. */
public sealed interface TimeFeatures {

    /**
     * Adds what the features of all times have in common to a graph.
     *
     * @return makes the features of a time, {@code [] -> [width]}
     */
    UnaryOperator<Value> in(Graph graph);

    /**
     * Sines and cosines of angular frequencies from 1 down to about 1/10000 (arXiv 2006.11239, section B): for times up
     * to about 1000.
     *
     * @param width the number of features; an odd one ends with a zero
     * @param cosFirst cosines before sines
     * @param freqShift lowers the divisor of the frequencies' exponents
     */
    record Positional(int width, boolean cosFirst, double freqShift) implements TimeFeatures {
        @Override
        public UnaryOperator<Value> in(Graph graph) {
            return time -> graph.sinusoid(time, width, cosFirst, freqShift);
        }
    }

    /**
     * Sines and cosines of angular frequencies from {@code maxFrequency} down to 1, for times from 0 to 1: smooth enough
     * for a derivative with respect to time. A feature {@code sin(omega t)} has a relative error of
     * {@code (omega delta)^2 / 6} in central differences of step {@code delta}.
     *
     * @param width the number of features; an odd one ends with a zero
     * @param maxFrequency the largest angular frequency in radians, more than 1
     * @param scale what the time is multiplied with first, to be from 0 to 1: 0.001 for times of up to 1000
     */
    record LowFrequency(int width, double maxFrequency, double scale) implements TimeFeatures {

        /** Features of times that are from 0 to 1. */
        public LowFrequency(int width, double maxFrequency) {
            this(width, maxFrequency, 1);
        }

        /** @throws IllegalArgumentException if the largest frequency is not more than the smallest, 1 */
        public LowFrequency {
            JsonSettings.require(maxFrequency > 1, TimeFeaturesJson.MAX_FREQUENCY,
                    "must be more than 1, not " + maxFrequency);
        }

        @Override
        public UnaryOperator<Value> in(Graph graph) {
            return time -> graph.sinusoid(time, width, false, 1, maxFrequency * scale, maxFrequency);
        }
    }

    /**
     * Sines and cosines of the time's logarithm at random frequencies that are not trained, the weight
     * {@code time_proj.weight} (arXiv 2011.13456, appendix C): for noise levels.
     *
     * @param channels half the number of features
     */
    record LogFourier(int channels) implements TimeFeatures {

        private static final double SCALE = 16;

        @Override
        public UnaryOperator<Value> in(Graph graph) {
            Value frequencies = graph.frequencies("time_proj.weight", channels, SCALE);
            return time -> graph.logFourier(time, frequencies);
        }
    }

    /**
     * A row of the table {@code time_proj.weight}, for the whole number that is nearest to the time.
     *
     * @param steps the number of times, from 0 on
     * @param width the number of features
     */
    record Learned(int steps, int width) implements TimeFeatures {
        @Override
        public UnaryOperator<Value> in(Graph graph) {
            return time -> graph.embedding(graph.nearest(time), "time_proj", steps, width);
        }
    }
}
