package dev.pathline.common.experiment;

import dev.pathline.common.wire.Precision;
import dev.pathline.diffusion.planner.SamplingSettings;
import org.jspecify.annotations.Nullable;

/**
 * One of the ways in which an experiment makes samples. What it leaves open, the model's card says.
 *
 * @param name the arm's name
 * @param weight its share of the units, over the sum of all weights; positive
 * @param model {@code name}, {@code name@version} or {@code name@alias}
 * @param settings how samples are made
 * @param precision the number format of the network's arithmetic
 * @param profile the numeric profile, or null for the worker's
 */
public record Arm(String name, double weight, String model, SamplingSettings settings, Precision precision,
        @Nullable String profile) {

    /** Checks the weight. */
    public Arm {
        if (!(weight > 0 && weight < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("arm " + name + " has the weight " + weight);
        }
    }
}
