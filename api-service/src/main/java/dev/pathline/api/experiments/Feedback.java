package dev.pathline.api.experiments;

import dev.pathline.api.access.Caller;
import dev.pathline.api.request.FeedbackReader.MeasuredArm;
import dev.pathline.api.request.FeedbackReader.Observed;
import dev.pathline.api.request.FeedbackReader.Voted;
import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.experiment.Arm;
import dev.pathline.common.experiment.ArmOf;
import dev.pathline.common.experiment.Assignment;
import dev.pathline.common.experiment.Assignment.Choice;
import dev.pathline.common.experiment.Experiment;
import dev.pathline.common.experiment.ExperimentState;
import dev.pathline.common.experiment.Metric;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.port.ExperimentStore;
import dev.pathline.common.port.ExperimentStore.ArmJob;
import dev.pathline.common.port.ExperimentStore.Measure;
import dev.pathline.common.port.ExperimentStore.Observation;
import dev.pathline.common.port.ExperimentStore.Pairing;
import dev.pathline.common.port.ExperimentStore.Preference;
import dev.pathline.common.port.ExperimentStore.Vote;
import dev.pathline.common.port.JobStore;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** What people and judges say of what an experiment has made. Methods may block. */
public final class Feedback {

    /** Of so many pairs with the fewest votes one is shown: voters at the same time seldom get the same. */
    private static final int CHOICE = 20;
    /** So many are looked through where their jobs are forgotten. */
    private static final int MOST = 8000;
    /** And so many where most of them may be others': each is a look into the store. */
    private static final int MOST_OF_KEY = 400;

    private final ExperimentStore store;
    private final JobStore jobs;
    private final RandomGenerator random;
    private final Clock clock;

    /**
     * Feedback on the experiments of a store.
     *
     * @param random decides which pair is shown, and which side is which
     */
    public Feedback(ExperimentStore store, JobStore jobs, RandomGenerator random, Clock clock) {
        this.store = store;
        this.jobs = jobs;
        this.random = random;
        this.clock = clock;
    }

    /**
     * Two images of one seed, of which nobody is told which arm made which.
     *
     * @param left the job of the image on the left
     * @param right that of the other
     * @param leftImage the address of the image on the left
     * @param rightImage that of the other
     */
    public record Ballot(String left, String right, String leftImage, String rightImage) {}

    /** Returns two images to be compared, or empty if there are none, or the voter has seen them all. */
    Optional<Ballot> ballot(Experiment experiment, String voter, Caller caller, String prefix) {
        List<Pairing> pairings = List.of();
        // Jobs are forgotten after a while, those of the first pairs maybe before anybody voted: then there are others behind them.
        int furthest = caller.seesOnly() == null ? MOST : MOST_OF_KEY;
        for (int most = CHOICE; pairings.isEmpty() && most <= furthest; most *= CHOICE) {
            List<Pairing> found = store.pairings(experiment, voter, most);
            pairings = found.stream().filter(pairing -> !pairing.voted() && sees(caller, pairing.firstJob())
                    && sees(caller, pairing.secondJob())).limit(CHOICE).toList();
            if (found.size() < most) {
                break;
            }
        }
        if (pairings.isEmpty()) {
            return Optional.empty();
        }
        Pairing pairing = pairings.get(random.nextInt(pairings.size()));
        boolean turned = random.nextBoolean();
        String left = turned ? pairing.secondJob() : pairing.firstJob();
        String right = turned ? pairing.firstJob() : pairing.secondJob();
        return Optional.of(new Ballot(left, right, image(left, prefix), image(right, prefix)));
    }

    private boolean sees(Caller caller, String job) {
        return jobs.find(job).filter(found -> caller.sees(found.owner())).isPresent();
    }

    private static String image(String job, String prefix) {
        return prefix + "/jobs/" + job + "/images/0.png";
    }

    /** Counts a vote on two jobs of one pair. Returns whether it is the voter's first on them. */
    boolean vote(Experiment experiment, Voted voted, Caller caller) {
        ArmJob left = noted(experiment, voted.left(), "left", caller);
        ArmJob right = noted(experiment, voted.right(), "right", caller);
        if (left.pair() == null || !left.pair().equals(right.pair()) || left.arm().equals(right.arm())) {
            throw ApiException.of(ErrorCode.UNPROCESSABLE, "right",
                    "is not of the same pair as left, or of the same arm");
        }
        boolean turned = left.arm().compareTo(right.arm()) > 0;
        Preference said = voted.preference();
        Preference preference = !turned
                ? said
                : switch (said) {
                    case FIRST -> Preference.SECOND;
                    case SECOND -> Preference.FIRST;
                    case TIE, BOTH_BAD -> said;
                };
        var pairing = turned
                ? new Pairing(left.pair(), voted.right(), right.arm(), voted.left(), left.arm(), false)
                : new Pairing(left.pair(), voted.left(), left.arm(), voted.right(), right.arm(), false);
        return store.vote(new Vote(experiment, pairing, voted.voter(), preference, clock.instant()));
    }

    /** Counts what was observed of a job, or of a subject. Returns whether it is the first of its id. */
    boolean observe(Experiment experiment, Observed observed, Caller caller) {
        Metric metric = experiment.design().metric(observed.metric())
                .filter(known -> Metric.OfJob.named(known.name()).isEmpty())
                .orElseThrow(() -> ApiException.of(ErrorCode.UNPROCESSABLE, "metric", "must be one of "
                        + String.join(", ", experiment.design().measured().map(Metric::name)
                                .filter(name -> Metric.OfJob.named(name).isEmpty()).toList())));
        String job = observed.job();
        if (job != null) {
            ArmJob of = noted(experiment, job, "job", caller);
            return of.counts()
                    && store.observe(new Observation(experiment, of.arm(), metric, id(observed, caller), of.unit(),
                            of.pair(), observed.value(), clock.instant()));
        }
        String subject = observed.subject();
        if (subject == null) {
            throw ApiException.of(ErrorCode.INVALID_REQUEST, "job", "or subject is required: of what it was observed");
        }
        requireStarted(experiment);
        Choice choice = Assignment.choose(experiment, subject);
        return choice.role() == ArmOf.Role.UNIT && store.observe(new Observation(experiment, choice.arm().name(),
                metric, id(observed, caller), subject, null, observed.value(), clock.instant()));
    }

    /** What one key calls an observation means nothing to another; a job's own name is everybody's. */
    private static String id(Observed observed, Caller caller) {
        return caller.key() == null || observed.id().equals(observed.job())
                ? observed.id()
                : caller.key() + "/" + observed.id();
    }

    /**
     * Keeps what was measured of all of an arm's samples.
     *
     * @throws ApiException if there is no such arm, the name is none, or the experiment has not started
     */
    void measure(Experiment experiment, String arm, String metric, MeasuredArm measured) {
        List<String> arms = experiment.design().arms().stream().map(Arm::name).toList();
        if (!arms.contains(arm)) {
            throw ApiException.of(ErrorCode.UNPROCESSABLE, "arm", "must be one of " + String.join(", ", arms));
        }
        if (!metric.matches("[a-zA-Z][a-zA-Z0-9_-]{0,63}")) {
            throw ApiException.of(ErrorCode.UNPROCESSABLE, "metric",
                    "must be a name of letters, digits, hyphens and underscores");
        }
        requireStarted(experiment);
        store.measure(experiment, new Measure(arm, metric, clock.instant(), measured.samples(), measured.value(),
                measured.low(), measured.high()));
    }

    private static void requireStarted(Experiment experiment) {
        if (experiment.state() == ExperimentState.DRAFT) {
            throw new ApiException(ErrorCode.EXPERIMENT_STATE, "Experiment " + experiment.reference() + " is a draft");
        }
    }

    /** A job that has just ended may not be noted yet: its record says the same. */
    private ArmJob noted(Experiment experiment, String job, String field, Caller caller) {
        Optional<JobRecord> kept = jobs.find(job);
        if (kept.isPresent() && !caller.sees(kept.get().owner())) {
            throw noneOf(experiment, field);
        }
        return store.noted(job).or(() -> kept.map(JobRecord::request)
                .flatMap(request -> Optional.ofNullable(request.arm()))
                .map(arm -> new ArmJob(arm.experimentReference(), arm.arm(), arm.unit(), arm.role().counts(),
                        arm.pair())))
                .filter(found -> found.experiment().equals(experiment.reference()))
                .orElseThrow(() -> noneOf(experiment, field));
    }

    private static ApiException noneOf(Experiment experiment, String field) {
        return ApiException.of(ErrorCode.UNPROCESSABLE, field, "is no job of experiment " + experiment.reference());
    }
}
