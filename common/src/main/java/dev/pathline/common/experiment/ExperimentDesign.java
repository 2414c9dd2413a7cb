package dev.pathline.common.experiment;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an experiment is to compare and how. Nothing of it changes once it runs.
 *
 * @param hypothesis what is expected, for people
 * @param mode what becomes of a request
 * @param unit what is assigned
 * @param salt what makes its assignment independent of other experiments'
 * @param arms two or more; the first is the control, which everything is compared with
 * @param metrics what is measured beside what always is
 * @param goal what it is to find out
 * @param guardRails what stops an arm
 * @param minimum of how many units of an arm a guard rail may stop it, at least 2
 * @param planned after how many units it ends, of all arms together
 * @param until when it ends at the latest, or null
 * @param audience which units are part of it
 * @param overrides the arms of testers, by their units
 * @param alias {@code model@alias} whose requests it takes, or null if they have to name it
 */
public record ExperimentDesign(
        String hypothesis,
        Mode mode,
        Unit unit,
        String salt,
        List<Arm> arms,
        List<Metric> metrics,
        Goal goal,
        List<GuardRail> guardRails,
        long minimum,
        long planned,
        @Nullable Instant until,
        Audience audience,
        Map<String, String> overrides,
        @Nullable String alias) {

    /** Copies the collections and checks that they fit together. */
    public ExperimentDesign {
        arms = List.copyOf(arms);
        metrics = List.copyOf(metrics);
        guardRails = List.copyOf(guardRails);
        overrides = Collections.unmodifiableMap(new TreeMap<>(overrides));
        if (arms.size() < 2 || arms.stream().map(Arm::name).distinct().count() < arms.size()) {
            throw new IllegalArgumentException("an experiment has two or more arms of different names");
        }
        if (mode == Mode.CASCADE && arms.size() > 2) {
            throw new IllegalArgumentException("a cascade has two arms, of which the second one's images come first");
        }
    }

    /** Returns it with another number of planned units. */
    public ExperimentDesign withPlanned(long units) {
        return new ExperimentDesign(hypothesis, mode, unit, salt, arms, metrics, goal, guardRails, minimum, units,
                until,
                audience, overrides, alias);
    }

    /** Returns the arm that the others are compared with. */
    public Arm control() {
        return arms.getFirst();
    }

    /** Returns the arms that are compared with the control. */
    public List<Arm> treatments() {
        return arms.subList(1, arms.size());
    }

    /**
     * Returns an arm.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public Arm arm(String name) {
        return arms.stream().filter(arm -> arm.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no arm " + name));
    }

    /** Returns a metric that is measured. */
    public Optional<Metric> metric(String name) {
        return measured().filter(metric -> metric.name().equals(name)).findFirst();
    }

    /** Returns all that is measured. */
    public Stream<Metric> measured() {
        return Stream.concat(Metric.known().stream(), metrics.stream());
    }

    /** Returns how many units of two arms are planned. */
    public long planned(Arm first, Arm second) {
        if (mode != Mode.SPLIT) {
            return planned;
        }
        double all = arms.stream().mapToDouble(Arm::weight).sum();
        return Math.max(1, Math.round(planned * (first.weight() + second.weight()) / all));
    }
}
