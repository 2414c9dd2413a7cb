package dev.pathline.api.experiments;

import dev.pathline.api.experiments.ReportAnswer.ArmAnswer;
import dev.pathline.api.experiments.ReportAnswer.ComparisonAnswer;
import dev.pathline.api.experiments.ReportAnswer.GoalAnswer;
import dev.pathline.api.experiments.ReportAnswer.LookAnswer;
import dev.pathline.api.experiments.ReportAnswer.Measured;
import dev.pathline.api.experiments.ReportAnswer.Quantity;
import dev.pathline.api.experiments.ReportAnswer.SampleRatioAnswer;
import dev.pathline.api.experiments.ReportAnswer.VoteAnswer;
import dev.pathline.api.experiments.ReportAnswer.WholeMeasure;
import dev.pathline.api.experiments.statistics.BradleyTerry;
import dev.pathline.api.experiments.statistics.Differences;
import dev.pathline.api.experiments.statistics.Estimate;
import dev.pathline.api.experiments.statistics.Moments;
import dev.pathline.api.experiments.statistics.Percentiles;
import dev.pathline.api.experiments.statistics.SampleRatio;
import dev.pathline.common.experiment.Arm;
import dev.pathline.common.experiment.Experiment;
import dev.pathline.common.experiment.ExperimentDesign;
import dev.pathline.common.experiment.Metric;
import dev.pathline.common.experiment.Mode;
import dev.pathline.common.port.ExperimentStore;
import dev.pathline.common.port.ExperimentStore.Count;
import dev.pathline.common.port.ExperimentStore.Look;
import dev.pathline.common.port.ExperimentStore.Measure;
import dev.pathline.common.port.ExperimentStore.Tally;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says what is known of an experiment. Methods may block. */
public final class Reports {

    private static final double CONFIDENCE = 0.95;
    /** A 95th percentile of fewer says little. */
    private static final int FEWEST_OF_PERCENTILE = 20;
    private static final long BOOTSTRAP_SEED = 1;
    private static final Count NONE = new Count(0, 0, Map.of());

    private final ExperimentStore store;
    private final Comparisons comparisons;
    private final Clock clock;

    /** Reports of what a store has. */
    public Reports(ExperimentStore store, Clock clock) {
        this.store = store;
        this.comparisons = new Comparisons(store);
        this.clock = clock;
    }

    /** Returns what is known of an experiment now. */
    public ReportAnswer of(Experiment experiment) {
        ExperimentDesign design = experiment.design();
        Map<String, Count> counts = store.counts(experiment);
        Optional<SampleRatio> ratio = ratio(experiment, counts);
        boolean alarm = ratio.map(SampleRatio::alarms).orElse(false);
        Map<String, Map<Metric, double[]>> values = values(experiment);
        Comparisons.Means means = (arm, metric) -> values.getOrDefault(arm.name(), Map.of())
                .getOrDefault(metric, new double[0]);
        List<Tally> tallies = store.tallies(experiment);
        Map<String, Quantity> strengths = strengths(design, tallies);
        Map<String, Map<String, WholeMeasure>> wholes = wholes(experiment);
        var arms = new ArrayList<ArmAnswer>();
        for (Arm arm : design.arms()) {
            Count count = counts.getOrDefault(arm.name(), NONE);
            arms.add(new ArmAnswer(arm.name(), arm.equals(design.control()), count.units(), count.jobs(),
                    count.byState(), measured(values.getOrDefault(arm.name(), Map.of())),
                    wholes.getOrDefault(arm.name(), Map.of()), strengths.get(arm.name()),
                    experiment.stopped().get(arm.name())));
        }
        var compared = new ArrayList<ComparisonAnswer>();
        var verdicts = new ArrayList<String>();
        for (Arm arm : design.treatments()) {
            Optional<Comparisons.Difference> goal = comparisons.ofGoal(experiment, arm, means);
            Verdict verdict = Verdict.of(experiment, arm.name(), goal.orElse(null), alarm);
            verdicts.add(verdict.sentence());
            goal.ifPresent(known -> compared.add(answer(arm, design.goal().metric(), known, means, design,
                    verdict.code().wire())));
            design.measured().filter(metric -> !metric.equals(design.goal().metric()))
                    .forEach(metric -> comparisons.of(experiment, arm, metric, means)
                            .ifPresent(known -> compared.add(answer(arm, metric, known, means, design, null))));
        }
        return new ReportAnswer(experiment.reference(), experiment.state().wire(), clock.instant(),
                design.goal().metric().name(), arms, compared, tallies.stream().map(Reports::answer).toList(),
                ratio.map(found -> new SampleRatioAnswer(found.pValue(), found.alarms())).orElse(null),
                store.looks(experiment).stream().map(Reports::answer).toList(), verdicts);
    }

    /** Returns what is known of an arm by the experiment's goal. */
    GoalAnswer goal(Experiment experiment, Arm arm) {
        Metric metric = experiment.design().goal().metric();
        boolean alarm = ratio(experiment, store.counts(experiment)).map(SampleRatio::alarms).orElse(false);
        Optional<Comparisons.Difference> known = comparisons.ofGoal(experiment, arm,
                comparisons.stored(experiment));
        Optional<Quantity> number = known.map(found -> Quantity.of(found.difference()));
        return new GoalAnswer(experiment.reference(), experiment.state().wire(), arm.name(), metric.name(),
                known.map(Comparisons.Difference::units).orElse(0L), number.map(Quantity::value).orElse(null),
                number.map(Quantity::low).orElse(null), number.map(Quantity::high).orElse(null),
                Verdict.of(experiment, arm.name(), known.orElse(null), alarm).code().wire());
    }

    private Map<String, Map<Metric, double[]>> values(Experiment experiment) {
        var values = new LinkedHashMap<String, Map<Metric, double[]>>();
        for (Arm arm : experiment.design().arms()) {
            var own = new LinkedHashMap<Metric, double[]>();
            experiment.design().measured().forEach(metric -> {
                double[] means = store.means(experiment, arm.name(), metric);
                if (means.length > 0) {
                    own.put(metric, means);
                }
            });
            values.put(arm.name(), own);
        }
        return values;
    }

    private Map<String, Map<String, WholeMeasure>> wholes(Experiment experiment) {
        return store.measures(experiment).stream().collect(Collectors.groupingBy(Measure::arm,
                Collectors.toMap(Measure::metric, found -> new WholeMeasure(found.samples(), found.at(),
                        new Quantity(found.value(), found.low(), found.high())))));
    }

    private static LookAnswer answer(Look look) {
        return new LookAnswer(look.arm(), look.at(), look.units(),
                new Quantity(look.value(), look.low(), look.high()));
    }

    private static Map<String, Measured> measured(Map<Metric, double[]> values) {
        var measured = new LinkedHashMap<String, Measured>();
        values.forEach((metric, means) -> {
            Moments moments = Moments.of(means);
            Estimate mean = Differences.mean(moments, CONFIDENCE);
            double[] percentiles = Percentiles.of(means, 0.5, 0.95, 0.99);
            measured.put(metric.name(), new Measured(moments.count(), Quantity.of(mean), percentiles[0],
                    percentiles[1], percentiles[2]));
        });
        return Collections.unmodifiableMap(measured);
    }

    private static ComparisonAnswer answer(Arm arm, Metric metric, Comparisons.Difference known,
            Comparisons.Means means, ExperimentDesign design, @Nullable String verdict) {
        double[] own = means.of(arm, metric);
        double[] control = means.of(design.control(), metric);
        boolean enough = Math.min(own.length, control.length) >= FEWEST_OF_PERCENTILE && metric.name().endsWith("Ms");
        return new ComparisonAnswer(arm.name(), metric.name(), known.units(), Quantity.of(known.difference()),
                Quantity.of(known.once()), enough
                        ? Quantity.of(Percentiles.difference(control, own, 0.95, CONFIDENCE, BOOTSTRAP_SEED))
                        : null,
                known.saved(), verdict);
    }

    /** Arms that were stopped on the way have fewer units than their share: then it says nothing. */
    private static Optional<SampleRatio> ratio(Experiment experiment, Map<String, Count> counts) {
        ExperimentDesign design = experiment.design();
        if (design.mode() != Mode.SPLIT || !experiment.stopped().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(SampleRatio.of(design.arms().stream()
                .mapToLong(arm -> counts.getOrDefault(arm.name(), NONE).units()).toArray(),
                design.arms().stream().mapToDouble(Arm::weight).toArray()));
    }

    private static VoteAnswer answer(Tally tally) {
        long both = tally.wins() + tally.losses();
        return new VoteAnswer(tally.first(), tally.second(), tally.wins(), tally.losses(), tally.ties(), tally.bad(),
                both == 0 ? null : Quantity.of(Differences.share(tally.wins(), both, CONFIDENCE)));
    }

    private static Map<String, Quantity> strengths(ExperimentDesign design, List<Tally> tallies) {
        List<String> names = design.arms().stream().map(Arm::name).toList();
        double[][] wins = new double[names.size()][names.size()];
        for (Tally tally : tallies) {
            int first = names.indexOf(tally.first());
            int second = names.indexOf(tally.second());
            if (first >= 0 && second >= 0) {
                wins[first][second] += tally.wins() + tally.ties() / 2.0;
                wins[second][first] += tally.losses() + tally.ties() / 2.0;
            }
        }
        if (!BradleyTerry.connects(wins)) {
            return Map.of();
        }
        BradleyTerry fit = BradleyTerry.fit(wins, CONFIDENCE);
        var strengths = new LinkedHashMap<String, Quantity>();
        for (int i = 0; i < names.size(); i++) {
            strengths.put(names.get(i), Quantity.of(fit.strengths().get(i)));
        }
        return strengths;
    }
}
