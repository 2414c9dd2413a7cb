package dev.pathline.engine.objective;

import dev.pathline.engine.graph.InputNames;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a target is made of: the structure of an objective, from which the training script is written once. With data
 * {@code x0}, noise {@code eps}, evaluations {@code G_k} and tangents {@code J_k}, a row's scalars give
 *
 * <pre>{@code y = a x0 + b eps + sum_k c_k G_k + sum_k d_k J_k  (+ m / (|m| + offset), m being another such sum)
 * F = net(scale (alpha x0 + sigma eps), inputs)
 * loss = weight distance(s (F - y))}</pre>
 *
 * <p>and gradients flow through {@code F} alone. Every objective of the theory, of diffusion and of flow maps, is a choice
 * of these (arXiv 2510.21890 has them one by one).
 *
 * @param inputs the network's inputs that are one number a row, {@code time} first
 * @param auxiliaries the evaluations, each of which may use those before it
 * @param distance how output and target are compared
 * @param movementOffset what is added to the norm of the second sum that it is divided by; null where there is no such sum
 * @param bound the target is pressed into {@code [-bound, bound]}; infinite for no bound
 * @param learnsUncertainty whether the uncertainty {@code u(noiseLevel)} is learned beside the network, and each row's weighted
 *        error {@code e} counts as {@code e / exp(u) + u} (EDM2, arXiv 2312.02696, equation 14): every noise level then pulls
 *        with equal strength, whatever its weight
 */
public record Recipe(
        List<String> inputs,
        List<Auxiliary> auxiliaries,
        Distance distance,
        @Nullable Double movementOffset,
        double bound,
        boolean learnsUncertainty) {

    /** @throws IllegalArgumentException if the first input is not the time, or a number is out of its range */
    public Recipe {
        inputs = List.copyOf(inputs);
        auxiliaries = List.copyOf(auxiliaries);
        if (inputs.isEmpty() || !inputs.getFirst().equals(InputNames.TIME)) {
            throw new IllegalArgumentException(
                    "the first input of a network is " + InputNames.TIME + ", not " + inputs);
        }
        if (!(bound > 0) || (movementOffset != null && !(movementOffset > 0))) {
            throw new IllegalArgumentException("bound and offset must be positive, not " + bound + " and "
                    + movementOffset);
        }
        for (int k = 1; k < auxiliaries.size(); k++) {
            if (auxiliaries.get(k).share() > auxiliaries.get(k - 1).share()) {
                throw new IllegalArgumentException("evaluation " + k + " is of a larger share of the rows than the one"
                        + " before it, which it may use: put it first");
            }
        }
    }

    /** A regression of a combination of data and noise, without further evaluations. */
    public static Recipe plain(boolean learnsUncertainty) {
        return new Recipe(List.of(InputNames.TIME), List.of(), Distance.SQUARED, null, Double.POSITIVE_INFINITY,
                learnsUncertainty);
    }

    /** A recipe without bound and movement. */
    public static Recipe of(List<String> inputs, List<Auxiliary> auxiliaries, Distance distance) {
        return new Recipe(inputs, auxiliaries, distance, null, Double.POSITIVE_INFINITY, false);
    }

    /** Returns this recipe with a target that is pressed into {@code [-value, value]}. */
    public Recipe within(double value) {
        return new Recipe(inputs, auxiliaries, distance, movementOffset, value, learnsUncertainty);
    }

    /** Returns whether an evaluation that is not a tangent's has weights of this source. */
    public boolean evaluates(Source source) {
        return auxiliaries.stream().anyMatch(auxiliary -> auxiliary.source() == source && !auxiliary.tangent());
    }

    /** Returns whether a tangent is wanted. */
    public boolean hasTangent() {
        return auxiliaries.stream().anyMatch(Auxiliary::tangent);
    }

    /** Returns whether an evaluation is without the row's conditions. */
    public boolean hasUnlabelled() {
        return auxiliaries.stream().anyMatch(auxiliary -> !auxiliary.labelled());
    }

    /** Returns whether distances have a scale a row. */
    public boolean hasScale() {
        return !(distance instanceof Distance.Squared);
    }

    /** Returns where each scalar of a row is. */
    public RowLayout layout() {
        return new RowLayout(this);
    }
}
