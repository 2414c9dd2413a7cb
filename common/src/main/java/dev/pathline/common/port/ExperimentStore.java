package dev.pathline.common.port;

import dev.pathline.common.experiment.Experiment;
import dev.pathline.common.experiment.ExperimentState;
import dev.pathline.common.experiment.Metric;
import dev.pathline.common.job.JobRecord;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Experiments, and what came of their jobs: kept when the jobs themselves are forgotten. Every method may throw {@link
 * PortUnavailableException}.
 */
public interface ExperimentStore {

    /** Stores a version of an experiment, unless it is there; atomic. Returns whether it was stored. */
    boolean create(Experiment experiment);

    /** Replaces a version if its stored revision is still the expected one; atomic. Returns whether it was replaced. */
    boolean compareAndSet(long expectedRevision, Experiment next);

    /** Returns the newest version of an experiment. */
    Optional<Experiment> newest(String name);

    /** Returns the newest version that has started, or the draft where none has. */
    default Optional<Experiment> current(String name) {
        return newest(name).flatMap(newest -> newest.state() == ExperimentState.DRAFT && newest.version() > 1
                ? find(name, newest.version() - 1)
                : Optional.of(newest));
    }

    /** Returns a version of an experiment. */
    Optional<Experiment> find(String name, int version);

    /** Returns the newest versions in a state, or all, by their names. */
    List<Experiment> list(@Nullable ExperimentState state);

    /**
     * Notes what came of jobs that have an arm and have ended. A job that was noted before is not noted twice.
     *
     * @throws IllegalArgumentException if a job has no arm, or has not ended
     */
    void note(Collection<JobRecord> ended);

    /** Returns what was noted of a job, or empty if it was not. */
    Optional<ArmJob> noted(String jobId);

    /** Stores what was observed of a unit, unless something from the same source is there. Returns whether it was stored. */
    boolean observe(Observation observation);

    /** Returns how many units and jobs each arm has, of those that count, by its name; arms without a job are left out. */
    Map<String, Count> counts(Experiment experiment);

    /** Returns the means of a metric, one a unit of an arm, of those that count, in no order. */
    double[] means(Experiment experiment, String arm, Metric metric);

    /** Returns the values of a metric in two arms, {@code [first, second]} of every pair that has both. */
    List<double[]> pairs(Experiment experiment, String first, String second, Metric metric);

    /** Returns how many observations there are. */
    long observed(Experiment experiment);

    /**
     * Returns what one request made in several arms that succeeded, the newest first.
     *
     * @param before the id of a pair, of which older ones are returned; null for the newest
     */
    List<Pair> newestPairs(Experiment experiment, int limit, @Nullable String before);

    /** Stores what was known at a time; of looks of one {@link Look#mark} the one of the most units stays. */
    void noteLook(Experiment experiment, Look look);

    /** Returns what was known at different times, arm by arm, oldest first. */
    List<Look> looks(Experiment experiment);

    /** Stores what was measured of an arm as a whole; what was measured by the same name before is replaced. */
    void measure(Experiment experiment, Measure measure);

    /** Returns what was measured of arms as a whole, by arm and name. */
    List<Measure> measures(Experiment experiment);

    /** Returns pairs of succeeded jobs of different arms, those with the fewest votes of a voter's and of all first. */
    List<Pairing> pairings(Experiment experiment, String voter, int limit);

    /** Stores a vote, unless that voter has voted on the same jobs. Returns whether it was stored. */
    boolean vote(Vote vote);

    /** Returns the votes between each two arms. */
    List<Tally> tallies(Experiment experiment);

    /**
     * A job of an arm.
     *
     * @param experiment {@code name@version}
     * @param arm the arm's name
     * @param unit what was assigned
     * @param counts whether comparisons count it
     * @param pair what it shares with its copies, or null
     */
    record ArmJob(String experiment, String arm, String unit, boolean counts, @Nullable String pair) {}

    /**
     * Something that was observed of a unit.
     *
     * @param experiment the experiment
     * @param arm the unit's arm
     * @param metric what was observed
     * @param source an id of the observation, by which it is known when it comes again
     * @param unit of which unit
     * @param pair of which pair, or null
     * @param value what was observed
     * @param at when it came
     */
    record Observation(Experiment experiment, String arm, Metric metric, String source, String unit,
            @Nullable String pair, double value, Instant at) {}

    /**
     * How much an arm has.
     *
     * @param units different units
     * @param jobs ended jobs
     * @param byState ended jobs by their state
     */
    record Count(long units, long jobs, Map<String, Long> byState) {}

    /**
     * Two jobs of different arms from one request.
     *
     * @param pair what they share
     * @param firstJob one
     * @param firstArm its arm
     * @param secondJob the other
     * @param secondArm its arm
     * @param voted whether the voter who was asked for has voted on them
     */
    record Pairing(String pair, String firstJob, String firstArm, String secondJob, String secondArm,
            boolean voted) {}

    /**
     * What one request made in several arms.
     *
     * @param pair what the jobs share
     * @param jobs the jobs by their arms
     */
    record Pair(String pair, Map<String, String> jobs) {

        /** Copies the map. */
        public Pair {
            jobs = Collections.unmodifiableMap(new TreeMap<>(jobs));
        }
    }

    /**
     * What was known of an arm by the experiment's goal.
     *
     * @param arm the arm
     * @param at when
     * @param units of how many units, or pairs; at least 1
     * @param value the arm's mean less the control's
     * @param low where the interval starts
     * @param high where it ends
     */
    record Look(String arm, Instant at, long units, double value, double low, double high) {

        /** A curve needs no point for less. */
        public static final double GROWTH = 1.02;

        /**
         * Returns what tells looks apart: it grows where the units grow by a fiftieth. So a curve has some hundred points however long
         * it gets, and replicas that look at the same time note one.
         */
        public int mark() {
            return (int) (Math.log((double) units) / Math.log(GROWTH));
        }
    }

    /**
     * What was measured of an arm as a whole, not job by job.
     *
     * @param arm the arm
     * @param metric its name
     * @param at when
     * @param samples of how many samples
     * @param value what was measured
     * @param low where its interval starts
     * @param high where it ends
     */
    record Measure(String arm, String metric, Instant at, long samples, double value, double low, double high) {}

    /** What a voter says of two images. */
    enum Preference {
        /** The first is better. */
        FIRST,
        /** The second is better. */
        SECOND,
        /** Neither is better. */
        TIE,
        /** Neither is any good. */
        BOTH_BAD
    }

    /**
     * A vote on a pairing, whose first arm comes before the second in the order of their names.
     *
     * @param experiment the experiment
     * @param pairing what was compared
     * @param voter who voted
     * @param preference what they said
     * @param at when
     */
    record Vote(Experiment experiment, Pairing pairing, String voter, Preference preference, Instant at) {}

    /**
     * The votes between two arms.
     *
     * @param first an arm
     * @param second another
     * @param wins votes for the first
     * @param losses votes for the second
     * @param ties votes for neither
     * @param bad votes against both
     */
    record Tally(String first, String second, long wins, long losses, long ties, long bad) {}
}
