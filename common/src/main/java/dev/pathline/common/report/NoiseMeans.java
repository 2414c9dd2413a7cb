package dev.pathline.common.report;

import dev.pathline.common.wire.TrainingRunEvent.NoiseLevel;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Losses by noise level of several points, taken together. */
final class NoiseMeans {

    private NoiseMeans() {}

    /** Returns the mean over all rows of each interval, from the cleanest on. */
    static List<NoiseLevel> of(List<ProgressPoint> points) {
        var means = new TreeMap<NoiseLevel, NoiseLevel>(
                Comparator.comparingDouble(NoiseMeans::from).thenComparingDouble(NoiseMeans::to));
        for (ProgressPoint point : points) {
            for (NoiseLevel level : point.byNoise()) {
                means.merge(level, level, NoiseMeans::mean);
            }
        }
        return List.copyOf(means.values());
    }

    /** Where an interval begins; one that says nothing has no such end. */
    static double from(NoiseLevel level) {
        return level.from() == null ? Double.NEGATIVE_INFINITY : level.from();
    }

    /** Where an interval ends. */
    static double to(NoiseLevel level) {
        return level.to() == null ? Double.POSITIVE_INFINITY : level.to();
    }

    /** The mean loss of an interval; not a number where it was not finite. */
    static double loss(NoiseLevel level) {
        return level.loss() == null ? Double.NaN : level.loss();
    }

    private static NoiseLevel mean(NoiseLevel one, NoiseLevel other) {
        // An interval that no row fell into has no loss, whatever number stands there.
        if (one.rows() == 0 || other.rows() == 0) {
            return one.rows() == 0 ? other : one;
        }
        long rows = one.rows() + other.rows();
        @Nullable
        Double loss = (one.rows() * loss(one) + other.rows() * loss(other)) / rows;
        return new NoiseLevel(one.from(), one.to(), rows, loss);
    }
}
