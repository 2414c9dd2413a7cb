package dev.pathline.api.experiments;

import dev.pathline.common.experiment.Experiment;
import dev.pathline.common.experiment.ExperimentState;
import dev.pathline.common.port.ExperimentStore;
import dev.pathline.common.port.PortUnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The experiments that run, as they were a moment ago: a request does not wait for the store. Where that is away, those that are known
 * stay. Methods may block.
 */
public final class RunningExperiments {

    private static final Logger LOG = LoggerFactory.getLogger(RunningExperiments.class);

    private static final Duration AGE = Duration.ofSeconds(1);

    private final ExperimentStore store;
    private final Clock clock;
    private volatile @Nullable Known known;

    private record Known(List<Experiment> experiments, Instant at) {}

    /** Those of a store. */
    public RunningExperiments(ExperimentStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** Returns them. */
    public List<Experiment> all() {
        Known now = known;
        return now != null && clock.instant().isBefore(now.at().plus(AGE)) ? now.experiments() : read();
    }

    private synchronized List<Experiment> read() {
        Known now = known;
        if (now != null && clock.instant().isBefore(now.at().plus(AGE))) {
            return now.experiments();
        }
        try {
            return keep(store.list(ExperimentState.RUNNING));
        } catch (PortUnavailableException e) {
            if (now == null) {
                throw e;
            }
            LOG.debug("the experiments that run are as they were", e);
            return keep(now.experiments());
        }
    }

    private List<Experiment> keep(List<Experiment> experiments) {
        known = new Known(experiments, clock.instant());
        return experiments;
    }

    /** Lets the next one who asks see what was just changed. */
    void forget() {
        known = null;
    }

    /** Returns the one of a name. */
    Optional<Experiment> named(String name) {
        return all().stream().filter(experiment -> experiment.name().equals(name)).findFirst();
    }

    /** Returns the one that takes the requests of an alias. */
    Optional<Experiment> ownerOf(String alias) {
        return all().stream().filter(experiment -> alias.equals(experiment.design().alias())).findFirst();
    }
}
