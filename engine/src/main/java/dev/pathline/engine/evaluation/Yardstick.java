package dev.pathline.engine.evaluation;

import dev.pathline.engine.evaluation.report.Metric;
import dev.pathline.engine.metrics.Estimate;
import dev.pathline.engine.metrics.FeatureStatistics;
import dev.pathline.engine.metrics.FrechetDistance;
import dev.pathline.engine.metrics.KernelDistance.Kernel;
import dev.pathline.engine.metrics.KernelDistance;
import dev.pathline.engine.metrics.PrecisionRecall;
import dev.pathline.engine.metrics.SampleGroups;
import dev.pathline.engine.metrics.SlicedWasserstein;
import dev.pathline.engine.metrics.VectorSet;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A reference set, with everything that every measurement against it needs: made once, used for each setting. */
final class Yardstick {

    private final @Nullable OfFeatures features;
    private final SlicedWasserstein sliced;
    private final @Nullable KernelDistance energy;

    /** What is measured in a classifier's features. */
    private record OfFeatures(FrechetDistance frechet, KernelDistance kernel, PrecisionRecall manifold) {

        static OfFeatures of(VectorSet reference) {
            return new OfFeatures(new FrechetDistance(FeatureStatistics.of(reference)),
                    new KernelDistance(Kernel.POLYNOMIAL, reference),
                    new PrecisionRecall(reference, PrecisionRecall.NEIGHBOURS));
        }
    }

    /**
     * Takes a reference.
     *
     * @param features the reference in a classifier's features, or null without one
     * @param values the reference itself
     * @param vectors whether it is vectors, not pictures: pixels' Euclidean distances say little
     */
    Yardstick(@Nullable VectorSet features, VectorSet values, boolean vectors) {
        this.features = features == null ? null : OfFeatures.of(features);
        this.sliced = new SlicedWasserstein(values, Protocol.DIRECTIONS, Protocol.DIRECTION_SEED);
        this.energy = vectors ? new KernelDistance(Kernel.ENERGY, values) : null;
    }

    /**
     * Measures samples.
     *
     * @param found the samples in the classifier's features, null if and only if the reference has none
     * @param values the samples themselves
     */
    Map<Metric, Estimate> measure(@Nullable VectorSet found, VectorSet values, SampleGroups groups) {
        var metrics = new EnumMap<Metric, Estimate>(Metric.class);
        if (features != null && found != null) {
            metrics.put(Metric.FRECHET, features.frechet.of(found, groups));
            metrics.put(Metric.KERNEL, features.kernel.of(found, groups));
            metrics.put(Metric.PRECISION, features.manifold.precision(found));
            metrics.put(Metric.RECALL, features.manifold.recall(found, groups));
        }
        metrics.put(Metric.SLICED_WASSERSTEIN, sliced.of(values, groups));
        if (energy != null) {
            metrics.put(Metric.ENERGY, energy.of(values, groups));
        }
        return metrics;
    }
}
