package dev.pathline.api.experiments;

import dev.pathline.api.experiments.statistics.AnytimeTest;
import dev.pathline.api.experiments.statistics.ConfidenceSequence;
import dev.pathline.api.experiments.statistics.Differences;
import dev.pathline.api.experiments.statistics.Estimate;
import dev.pathline.api.experiments.statistics.Moments;
import dev.pathline.api.experiments.statistics.SequentialTest;
import dev.pathline.common.experiment.Arm;
import dev.pathline.common.experiment.Experiment;
import dev.pathline.common.experiment.ExperimentDesign;
import dev.pathline.common.experiment.Metric;
import dev.pathline.common.experiment.Mode;
import dev.pathline.common.port.ExperimentStore;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Compares arms with the control. Methods may block. */
final class Comparisons {

    private static final int FEWEST = 2;
    private static final double CONFIDENCE = 0.95;
    /** Harm is seen best with so many times the units of which a guard rail may stop an arm at the earliest. */
    private static final int BEST = 10;

    private final ExperimentStore store;

    Comparisons(ExperimentStore store) {
        this.store = store;
    }

    /** Where the means of an arm's units come from, which whoever asks may have at hand. */
    @FunctionalInterface
    interface Means {
        /** Returns the means of a metric, one a unit of an arm. */
        double[] of(Arm arm, Metric metric);
    }

    /**
     * What is known of a difference.
     *
     * @param units how many units it is of, of both arms together, or how many pairs
     * @param control the control's mean
     * @param arm the arm's mean
     * @param difference {@code arm - control}, with an interval that holds whenever one looks
     * @param once the same with its interval as of one look
     * @param saved how many times as many units would have been needed without pairs; null where there are none
     */
    record Difference(long units, double control, double arm, Estimate difference, Estimate once,
            @Nullable Double saved) {}

    /** The means as they are stored, each read once. */
    Means stored(Experiment experiment) {
        var read = new HashMap<String, double[]>();
        return (arm, metric) -> read.computeIfAbsent(arm.name() + "/" + metric.name(),
                _ -> store.means(experiment, arm.name(), metric));
    }

    /**
     * Compares an arm with the control by the experiment's goal, which a number of units is planned for; empty where there is too little to
     * say anything.
     */
    Optional<Difference> ofGoal(Experiment experiment, Arm arm, Means means) {
        ExperimentDesign design = experiment.design();
        long planned = design.planned(design.control(), arm);
        double alpha = PlannedUnits.alpha(design);
        return of(experiment, arm, design.goal().metric(), units -> new AnytimeTest(alpha, Math.max(units, planned)),
                means);
    }

    /** Compares an arm with the control by any metric, of which harm is to be seen early. */
    Optional<Difference> of(Experiment experiment, Arm arm, Metric metric, Means means) {
        var sequence = new ConfidenceSequence(PlannedUnits.ALPHA, BEST * experiment.design().minimum());
        return of(experiment, arm, metric, _ -> sequence, means);
    }

    private Optional<Difference> of(Experiment experiment, Arm arm, Metric metric, LongFunction<SequentialTest> test,
            Means means) {
        return experiment.design().mode() == Mode.SPLIT
                ? split(experiment.design(), arm, metric, test, means)
                : paired(experiment, arm, metric, test);
    }

    private static Optional<Difference> split(ExperimentDesign design, Arm arm, Metric metric,
            LongFunction<SequentialTest> test, Means means) {
        Moments control = Moments.of(means.of(design.control(), metric));
        Moments other = Moments.of(means.of(arm, metric));
        if (Math.min(control.count(), other.count()) < FEWEST) {
            return Optional.empty();
        }
        long units = control.count() + other.count();
        return Optional.of(new Difference(units, control.mean(), other.mean(),
                test.apply(units).ofMeans(control, other), Differences.ofMeans(control, other, CONFIDENCE), null));
    }

    private Optional<Difference> paired(Experiment experiment, Arm arm, Metric metric,
            LongFunction<SequentialTest> test) {
        ExperimentDesign design = experiment.design();
        List<double[]> pairs = store.pairs(experiment, design.control().name(), arm.name(), metric);
        if (pairs.size() < FEWEST) {
            return Optional.empty();
        }
        Moments control = Moments.of(pairs.stream().mapToDouble(pair -> pair[0]).toArray());
        Moments other = Moments.of(pairs.stream().mapToDouble(pair -> pair[1]).toArray());
        Moments differences = Moments.of(pairs.stream().mapToDouble(pair -> pair[1] - pair[0]).toArray());
        double saved = Differences.savedByPairing(control, other, differences);
        return Optional.of(new Difference(pairs.size(), control.mean(), other.mean(),
                test.apply(pairs.size()).ofPairs(differences), Differences.ofPairs(differences, CONFIDENCE),
                Double.isFinite(saved) ? saved : null));
    }
}
