package dev.pathline.trainer.report;

import dev.pathline.engine.training.TrainingListener.NoiseLevelLoss;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/** Losses by noise level of several points, taken together. */
final class NoiseLevels {

    private NoiseLevels() {}

    /** Returns the mean over all rows of each interval, from the cleanest on. */
    static List<NoiseLevelLoss> merged(List<ProgressPoint> points) {
        var merged = new TreeMap<NoiseLevelLoss, NoiseLevelLoss>(
                Comparator.comparingDouble(NoiseLevelLoss::from).thenComparingDouble(NoiseLevelLoss::to));
        for (ProgressPoint point : points) {
            for (NoiseLevelLoss level : point.byNoise()) {
                merged.merge(level, level, NoiseLevels::sum);
            }
        }
        return List.copyOf(merged.values());
    }

    private static NoiseLevelLoss sum(NoiseLevelLoss one, NoiseLevelLoss other) {
        long rows = one.rows() + other.rows();
        // An interval that no row fell into has no loss, whatever number stands there.
        double loss = one.rows() == 0
                ? other.loss()
                : other.rows() == 0 ? one.loss() : (one.rows() * one.loss() + other.rows() * other.loss()) / rows;
        return new NoiseLevelLoss(one.from(), one.to(), rows, loss);
    }
}
