package dev.pathline.api.experiments;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.pathline.api.experiments.statistics.Estimate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an experiment.
 *
 * @param experiment {@code name@version}
 * @param state where it is
 * @param at when this was found
 * @param goal the metric that it is about
 * @param arms what each arm has
 * @param comparisons every other arm against the control
 * @param votes what people prefer, pair by pair; left out where nobody has voted
 * @param sampleRatio how probably chance alone makes the arms' shares; left out where it says nothing
 * @param history what was known of the goal at different times, arm by arm, oldest first
 * @param verdict a sentence for each arm but the control
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ReportAnswer(
        String experiment,
        String state,
        Instant at,
        String goal,
        List<ArmAnswer> arms,
        List<ComparisonAnswer> comparisons,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<VoteAnswer> votes,
        @Nullable SampleRatioAnswer sampleRatio,
        List<LookAnswer> history,
        List<String> verdict) {

    /** Copies the lists. */
    public ReportAnswer {
        arms = List.copyOf(arms);
        comparisons = List.copyOf(comparisons);
        votes = List.copyOf(votes);
        history = List.copyOf(history);
        verdict = List.copyOf(verdict);
    }

    /** A quantity with where it lies. */
    public record Quantity(double value, double low, double high) {

        static Quantity of(Estimate estimate) {
            return new Quantity(estimate.value(), estimate.interval().low(), estimate.interval().high());
        }
    }

    /**
     * What an arm has.
     *
     * @param arm its name
     * @param control whether the others are compared with it
     * @param units different units
     * @param jobs ended jobs
     * @param byState ended jobs by their state
     * @param metrics what was measured, by the metric
     * @param measures what was measured of all its samples together, by the name
     * @param strength Bradley and Terry's, above the control's; left out where votes do not connect all arms
     * @param stopped why it is served to nobody any more
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ArmAnswer(String arm, boolean control, long units, long jobs, Map<String, Long> byState,
            Map<String, Measured> metrics,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, WholeMeasure> measures,
            @Nullable Quantity strength, @Nullable String stopped) {}

    /**
     * What was measured of an arm, unit by unit.
     *
     * @param units of how many
     * @param mean the mean, with its 95 % interval as of one look; no interval of one unit
     * @param p50 half of the units have at most this
     * @param p95 19 of 20 have
     * @param p99 99 of 100 have
     */
    public record Measured(long units, Quantity mean, double p50, double p95, double p99) {}

    /**
     * What was measured of an arm's samples together.
     *
     * @param samples of how many
     * @param at when
     * @param quantity what was measured, with its 95 % interval
     */
    public record WholeMeasure(long samples, Instant at, Quantity quantity) {}

    /**
     * What was known of an arm by the goal.
     *
     * @param arm the arm
     * @param at when
     * @param units of how many units, or pairs
     * @param difference the arm's mean less the control's, with the interval that held then
     */
    public record LookAnswer(String arm, Instant at, long units, Quantity difference) {}

    /**
     * An arm against the control.
     *
     * @param arm the arm
     * @param metric by what
     * @param units of how many units, or pairs
     * @param difference the arm's mean less the control's, with an interval that holds whenever one looks
     * @param once the same with its interval as of one look (Welch's, or of the differences within pairs): for who looks once
     * @param p95 the same of the 95th percentiles, with its bootstrap interval as of one look; left out of few units
     * @param savedByPairing how many times as many units would have been needed without pairs
     * @param verdict {@code better}, {@code worse}, {@code equal}, {@code undecided} or {@code invalid}, of the goal alone
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ComparisonAnswer(String arm, String metric, long units, Quantity difference, Quantity once,
            @Nullable Quantity p95,
            @Nullable Double savedByPairing, @Nullable String verdict) {}

    /**
     * What is known of an arm by the experiment's goal, for a rollout controller.
     *
     * @param experiment {@code name@version}
     * @param state where the experiment is
     * @param arm the arm
     * @param metric by what
     * @param units of how many units, or pairs
     * @param value the arm's mean less the control's; left out where nothing is known
     * @param low where it lies at least
     * @param high where it lies at most
     * @param verdict {@code better}, {@code worse}, {@code equal}, {@code undecided} or {@code invalid}
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record GoalAnswer(String experiment, String state, String arm, String metric, long units,
            @Nullable Double value, @Nullable Double low, @Nullable Double high, String verdict) {}

    /**
     * What people prefer of two arms.
     *
     * @param first an arm
     * @param second another
     * @param wins votes for the first
     * @param losses votes for the second
     * @param ties votes for neither
     * @param bad votes against both
     * @param share of the votes for one of them those for the first; left out where there are none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record VoteAnswer(String first, String second, long wins, long losses, long ties, long bad,
            @Nullable Quantity share) {}

    /**
     * Whether arms have got their shares.
     *
     * @param pValue how probably chance alone makes shares as far from those that were asked
     * @param alarm whether it is no chance
     */
    public record SampleRatioAnswer(double pValue, boolean alarm) {}
}
