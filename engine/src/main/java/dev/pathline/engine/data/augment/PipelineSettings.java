package dev.pathline.engine.data.augment;

import java.util.EnumMap;
import java.util.Map;

/**
 * Which transforms of EDM's pipeline are done, and how often. The vector that tells of them has the numbers of the
 * transforms that are on, in the order of {@link Transform}, zeros for those that were not done.
 *
 * @param probability how often a transform with multiplier 1 is done, in [0, 1]; EDM uses 0.12 for CIFAR-10
 * @param multipliers times {@code probability} is how often a transform is done, more than once is always; a transform
 *        that is missing or 0 is off
 */
public record PipelineSettings(double probability, Map<Transform, Double> multipliers) {

    /** @throws IllegalArgumentException if a number is out of range, or all transforms are off */
    public PipelineSettings {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("probability must be from 0 to 1, not " + probability);
        }
        var on = new EnumMap<Transform, Double>(Transform.class);
        multipliers.forEach((transform, multiplier) -> {
            if (!(multiplier >= 0) || multiplier.isInfinite()) {
                throw new IllegalArgumentException(transform.key() + " must be a number from 0 on, not " + multiplier);
            }
            if (multiplier > 0) {
                on.put(transform, multiplier);
            }
        });
        if (on.isEmpty()) {
            throw new IllegalArgumentException("at least one transform must have a multiplier above 0");
        }
        multipliers = Map.copyOf(on);
    }

    /** Returns the length of the vector that tells what was done. */
    public int labels() {
        return multipliers.keySet().stream().mapToInt(Transform::labels).sum();
    }

    boolean on(Transform transform) {
        return multipliers.containsKey(transform);
    }

    double chance(Transform transform) {
        return probability * multipliers.getOrDefault(transform, 0.0);
    }
}
