package dev.pathline.worker;

import dev.pathline.common.experiment.ArmOf;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.job.JobCommand;
import dev.pathline.common.port.JobStore.Claim;
import dev.pathline.common.wire.JobError;
import dev.pathline.worker.schedule.Turn;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The jobs that are not under way yet, and whose turn it is to begin. Use on the compute thread, but for {@link #submit} and
 * {@link #stop}. Whatever is thrown about a job here ends that job.
 */
final class Admission {

    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);

    private final Lanes lanes;
    private final Inbox inbox;
    private final Endings endings;
    private final Clock clock;
    private final Begin begin;
    /** All that are not under way. */
    private final Map<Claim, Candidate> candidates = new ConcurrentHashMap<>();
    /** Those of them that are not being begun. */
    private final NavigableSet<Candidate> waiting = new TreeSet<>(Candidate.ORDER);

    /** Begins a job for which a place was reserved. */
    @FunctionalInterface
    interface Begin {
        /** Must not let anything be thrown. */
        void begin(Candidate candidate, ModelLane lane);
    }

    /** What a look at a job has come to. */
    private enum Look {
        /** It is being begun, or has ended. */
        GONE,
        /** It waits on. */
        WAITS,
        /** It waits for memory, and nobody that came later may take it. */
        HOLDS_UP
    }

    Admission(Lanes lanes, Inbox inbox, Endings endings, Clock clock, Begin begin) {
        this.lanes = lanes;
        this.inbox = inbox;
        this.endings = endings;
        this.clock = clock;
        this.begin = begin;
    }

    /** Takes a job; any thread. */
    void submit(PreparedJob job) {
        var candidate = new Candidate(job);
        candidates.put(job.claim(), candidate);
        inbox.post(() -> come(candidate));
    }

    /** Lets jobs of some claims go that are not under way yet; any thread. What is just being begun is marked as stopped. */
    void stop(Predicate<Claim> which) {
        candidates.forEach((claim, candidate) -> {
            if (which.test(claim)) {
                candidate.stop();
                inbox.post(() -> withdraw(candidate));
            }
        });
    }

    private void come(Candidate candidate) {
        try {
            candidate.come(turn(candidate.job()));
            waiting.add(candidate);
        } catch (Throwable e) {
            fail(candidate, Faults.error("The job could not be put into its turn", e));
        }
        if (candidate.isStopped()) {
            withdraw(candidate);
        }
    }

    /**
     * Jobs that one request was made into go together, however long each takes: they are to be compared in one batch. The one that another's
     * images come before does not.
     */
    private Instant turn(PreparedJob job) {
        Instant createdAt = job.record().times().createdAt();
        ArmOf arm = job.record().request().arm();
        double alone = lanes.all().stream().filter(lane -> lane.key().model().equals(job.model())).findFirst()
                .map(lane -> lane.alone(1, job.plan().evaluations()).orElse(0)).orElse(0.0);
        Duration own = Duration.ofNanos(Math.round(alone * 1e6));
        return arm != null && arm.pair() != null && arm.draft() == null
                ? Turn.together(job.terms(), createdAt, own)
                : Turn.of(job.terms(), createdAt, own);
    }

    /** Others have ended the job, or have taken it over. */
    private void withdraw(Candidate candidate) {
        if (waiting.remove(candidate) && take(candidate)) {
            endings.letGo(candidate.job().claim());
        }
    }

    /** Returns whether a job was still here, which it is no more; any thread. */
    boolean take(Candidate candidate) {
        return candidates.remove(candidate.job().claim(), candidate);
    }

    /** Returns those that wait for their turn. */
    Collection<Candidate> waiting() {
        return Collections.unmodifiableCollection(waiting);
    }

    /**
     * Begins what can be begun, in the order of turns; but a job whose lane is full, or whose model is being loaded, does not
     * hold up one of another model. A job for whose model there is no memory does: nobody else begins, so that sooner or
     * later a lane is idle and makes room.
     */
    void admit() {
        for (Iterator<Candidate> all = waiting.iterator(); all.hasNext();) {
            Look look = look(all.next());
            if (look == Look.GONE) {
                all.remove();
            } else if (look == Look.HOLDS_UP) {
                break;
            }
        }
        lanes.forgetFailures();
    }

    private Look look(Candidate candidate) {
        PreparedJob job = candidate.job();
        try {
            if (isPast(job.startBy(), clock.instant())) {
                end(candidate, new JobCommand.Expire());
                return Look.GONE;
            }
            return switch (lanes.place(candidate.wish(lanes), job.terms().strict())) {
                case Lanes.Place.Ready(ModelLane lane) -> begun(candidate, lane);
                case Lanes.Place.Soon _ -> Look.WAITS;
                case Lanes.Place.Full _ -> Look.HOLDS_UP;
                case Lanes.Place.NotStrict _ -> fail(candidate, JobError.of(ErrorCode.NOT_STRICT,
                        "On this worker the bits of " + job.model()
                                + " depend on what else is in an evaluation, however many rows it has"));
            };
        } catch (UnfitProfileException e) {
            return fail(candidate, JobError.of(ErrorCode.UNPROCESSABLE,
                    "The model " + job.model() + " is not computed so: " + e.getMessage()));
        } catch (ModelLoadException e) {
            return fail(candidate, Faults.error("The model " + job.model() + " cannot be loaded", e));
        } catch (Throwable e) {
            LOG.error("job {} cannot be admitted", job.claim().jobId(), e);
            return fail(candidate, Faults.error("The job could not be begun with " + job.model(), e));
        }
    }

    private Look begun(Candidate candidate, ModelLane lane) {
        if (!lane.reserve(candidate.job().terms().priority())) {
            return Look.WAITS;
        }
        begin.begin(candidate, lane);
        return Look.GONE;
    }

    private Look fail(Candidate candidate, JobError error) {
        LOG.warn("job {} fails: {}", candidate.job().claim().jobId(), error.message());
        end(candidate, new JobCommand.Fail(candidate.job().claim().attempt(), error));
        return Look.GONE;
    }

    private void end(Candidate candidate, JobCommand lastWord) {
        if (take(candidate)) {
            endings.endElsewhere(candidate.job().claim(), lastWord);
        }
    }

    private static boolean isPast(@Nullable Instant deadline, Instant now) {
        return deadline != null && !now.isBefore(deadline);
    }
}
