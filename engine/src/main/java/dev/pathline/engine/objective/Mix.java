package dev.pathline.engine.objective;

import java.util.ArrayList;
import java.util.List;

/**
 * A combination of a row's data, its noise and evaluations, as host arithmetic: what an objective computes with before it
 * writes a {@link Row}.
 *
 * @param data the data's weight
 * @param noise the noise's weight
 * @param evaluations the weights of the first evaluations; those beyond have none
 */
public record Mix(double data, double noise, List<Double> evaluations) {

    /** Takes a copy. */
    public Mix {
        evaluations = List.copyOf(evaluations);
    }

    /** A combination of data and noise. */
    public static Mix of(double data, double noise) {
        return new Mix(data, noise, List.of());
    }

    /** An evaluation alone. */
    public static Mix value(int evaluation) {
        var weights = new ArrayList<Double>();
        for (int k = 0; k < evaluation; k++) {
            weights.add(0.0);
        }
        weights.add(1.0);
        return new Mix(0, 0, weights);
    }

    /** Returns this combination so many times. */
    public Mix times(double factor) {
        return new Mix(factor * data, factor * noise, evaluations.stream().map(weight -> factor * weight).toList());
    }

    /** Returns the sum with another. */
    public Mix plus(Mix other) {
        var sum = new ArrayList<Double>();
        for (int k = 0; k < Math.max(evaluations.size(), other.evaluations.size()); k++) {
            sum.add(weight(k) + other.weight(k));
        }
        return new Mix(data + other.data, noise + other.noise, sum);
    }

    /** Returns the difference to another. */
    public Mix minus(Mix other) {
        return plus(other.times(-1));
    }

    private double weight(int evaluation) {
        return evaluation < evaluations.size() ? evaluations.get(evaluation) : 0;
    }
}
