package dev.pathline.api.experiments;

import dev.pathline.api.experiments.statistics.Interval;
import dev.pathline.common.experiment.Arm;
import dev.pathline.common.experiment.AuditEntry;
import dev.pathline.common.experiment.Experiment;
import dev.pathline.common.experiment.ExperimentDesign;
import dev.pathline.common.experiment.ExperimentState;
import dev.pathline.common.experiment.GuardRail;
import dev.pathline.common.experiment.Mode;
import dev.pathline.common.port.ExperimentStore;
import dev.pathline.common.port.ExperimentStore.Count;
import dev.pathline.common.port.ExperimentStore.Look;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what is to end: an experiment that has all its units or is past its time, and an arm that breaks a guard rail beyond doubt; and notes
 * how what is known of the goal grows. Of several replicas that see it, one does it: the store compares and sets. Methods may block.
 */
public final class Watch {

    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

    private final ExperimentStore store;
    private final RunningExperiments running;
    private final Aliases aliases;
    private final Comparisons comparisons;
    private final Clock clock;
    /** What each experiment that runs had when it was last looked at: where nothing came, nothing is read again. */
    private final Map<String, Had> had = new ConcurrentHashMap<>();
    /** How much each had when what is known was noted last. */
    private final Map<String, Long> noted = new ConcurrentHashMap<>();

    private record Had(Map<String, Count> counts, long observed) {

        /** By so much a curve of what is known has grown. */
        long size() {
            return observed + counts.values().stream().mapToLong(Count::units).sum();
        }
    }

    /** Watches the experiments of a store. */
    public Watch(ExperimentStore store, RunningExperiments running, Aliases aliases, Clock clock) {
        this.store = store;
        this.running = running;
        this.aliases = aliases;
        this.comparisons = new Comparisons(store);
        this.clock = clock;
    }

    /** Looks at all experiments that run. */
    public void look() {
        List<Experiment> experiments = store.list(ExperimentState.RUNNING);
        RuntimeException problem = null;
        for (Experiment experiment : experiments) {
            try {
                look(experiment);
            } catch (RuntimeException e) {
                // One that cannot be looked at does not hide the others.
                problem = e;
            }
        }
        Set<String> running = experiments.stream().map(Experiment::reference).collect(Collectors.toSet());
        had.keySet().retainAll(running);
        noted.keySet().retainAll(running);
        if (problem != null) {
            throw problem;
        }
    }

    private void look(Experiment experiment) {
        String reference = experiment.reference();
        Map<String, Count> counts = store.counts(experiment);
        var now = new Had(counts, store.observed(experiment));
        boolean same = now.equals(had.get(reference));
        Comparisons.Means means = comparisons.stored(experiment);
        Optional<Experiment> broken = same ? Optional.empty() : guarded(experiment, counts, means);
        Optional<Experiment> next = broken.isPresent() ? broken : planned(experiment, counts);
        next.ifPresent(changed -> change(experiment, changed));
        if (!same && (next.isPresent() || now.size() > Look.GROWTH * noted.getOrDefault(reference, 0L))) {
            note(experiment, means);
            noted.put(reference, now.size());
        }
        // Of one that was changed, by whomever, not all may have been seen: another arm may break a guard rail as well.
        if (next.isPresent()) {
            had.remove(reference);
        } else {
            had.put(reference, now);
        }
    }

    private void change(Experiment experiment, Experiment changed) {
        if (store.compareAndSet(experiment.revision(), changed)) {
            running.forget();
            AuditEntry entry = changed.audit().getLast();
            LOG.warn("experiment {}: {} ({})", changed.reference(), entry.what(), entry.by());
            aliases.giveBack(changed);
        }
    }

    private void note(Experiment experiment, Comparisons.Means means) {
        for (Arm arm : experiment.design().treatments()) {
            comparisons.ofGoal(experiment, arm, means).ifPresent(known -> {
                Interval interval = known.difference().interval();
                store.noteLook(experiment, new Look(arm.name(), clock.instant(), known.units(),
                        known.difference().value(), interval.low(), interval.high()));
            });
        }
    }

    private Optional<Experiment> guarded(Experiment experiment, Map<String, Count> counts,
            Comparisons.Means means) {
        ExperimentDesign design = experiment.design();
        for (Arm arm : design.treatments()) {
            if (experiment.stopped().containsKey(arm.name())) {
                continue;
            }
            for (GuardRail rail : design.guardRails()) {
                Optional<String> why = breaks(experiment, arm, rail, counts, means);
                if (why.isPresent()) {
                    return why.map(reason -> experiment.withoutArm(arm.name(), reason,
                            new AuditEntry(clock.instant(), "guard rail",
                                    "arm " + arm.name() + " stopped: " + reason)));
                }
            }
        }
        return Optional.empty();
    }

    private Optional<String> breaks(Experiment experiment, Arm arm, GuardRail rail, Map<String, Count> counts,
            Comparisons.Means means) {
        ExperimentDesign design = experiment.design();
        long fewest = Math.min(units(counts, arm), units(counts, design.control()));
        if (fewest < design.minimum()) {
            return Optional.empty();
        }
        return comparisons.of(experiment, arm, rail.metric(), means).flatMap(known -> {
            Interval interval = known.difference().interval();
            double harm = Math.min(rail.metric().harm(interval.low()), rail.metric().harm(interval.high()));
            return harm > rail.worseBy()
                    ? Optional.of(String.format(Locale.ROOT,
                            "%s is %s, that of the control %s: worse by more than %s, with %d units",
                            rail.metric().name(), Verdict.shown(known.arm()), Verdict.shown(known.control()),
                            Verdict.shown(rail.worseBy()), known.units()))
                    : Optional.empty();
        });
    }

    private Optional<Experiment> planned(Experiment experiment, Map<String, Count> counts) {
        ExperimentDesign design = experiment.design();
        Instant until = design.until();
        long units = design.mode() == Mode.SPLIT
                ? design.arms().stream().mapToLong(arm -> units(counts, arm)).sum()
                : units(counts, design.control());
        String why = units >= design.planned()
                ? "stopped: it has the " + design.planned() + " units that were planned"
                : until != null && !clock.instant().isBefore(until) ? "stopped: it was to run until " + until : null;
        return why == null
                ? Optional.empty()
                : Optional.of(experiment.stopped(new AuditEntry(clock.instant(), "plan", why)));
    }

    private static long units(Map<String, Count> counts, Arm arm) {
        Count count = counts.get(arm.name());
        return count == null ? 0 : count.units();
    }
}
