package dev.pathline.worker;

import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.job.JobCommand;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.job.JobResult;
import dev.pathline.common.job.JobState;
import dev.pathline.common.job.Transition;
import dev.pathline.common.lifecycle.JobLifecycle;
import dev.pathline.common.port.PortUnavailableException;
import dev.pathline.common.wire.JobError;
import dev.pathline.common.wire.JobEvent;
import dev.pathline.common.wire.JobTerms;
import dev.pathline.common.wire.Preview;
import dev.pathline.common.wire.PreviewKind;
import dev.pathline.common.wire.StepImage;
import dev.pathline.engine.sampling.Slot;
import dev.pathline.engine.sampling.Conditions;
import dev.pathline.engine.sampling.SlotTask;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A job that is under way. Its samples enter their lane as places become free, so they may be at different steps; what they
 * report on the compute thread is gathered here, and what has to be encoded, stored or told is done on other threads, in
 * order.
 */
final class JobRun {

    private static final Logger LOG = LoggerFactory.getLogger(JobRun.class);

    /** A reader so slow that this many steps wait to be told loses pictures, never a batch's time. */
    private static final int MAX_WAITING_STEPS = 16;

    /** Says when a run will be done. */
    @FunctionalInterface
    interface Eta {
        /** Returns the expected milliseconds until a run with so many stages before it is done, or -1 if unknown. */
        long millis(JobRun run, int stages);
    }

    private final PreparedJob job;
    private final Instant turn;
    private final Span span;
    private final JobOutput output;
    private final JobLifecycle lifecycle;
    private final SerialExecutor teller;
    private final Ended ended;
    private final Endings endings;
    private final WorkerMetrics metrics;
    private final Clock clock;
    private final Eta eta;
    private final float[][] samples;
    private @Nullable Told told;
    private int entered;
    private int finished;
    private boolean over;
    private final AtomicLong rowsDone = new AtomicLong();
    private long deviceNanos;
    private volatile boolean stopped;
    /** What it had to say was refused: others have ended the job, or have taken it over. */
    private volatile boolean refused;
    /** Written by the teller alone. */
    private @Nullable Instant firstPreviewAt;

    /** Hears that there is nothing more to say about a run. */
    @FunctionalInterface
    interface Ended {
        /**
         * A run is over; told once or more.
         *
         * @param problem what kept its last word from being said, or null if the job has its end
         */
        void of(JobRun run, @Nullable Throwable problem);
    }

    /**
     * A run that has begun.
     *
     * @param turn by which it goes before others
     * @param span of this attempt; whoever hears of the end ends it
     * @param ended is called on another thread when there is nothing more to say about the job
     * @param endings sees to it that the last word is said
     * @param eta says when it will be done
     */
    JobRun(PreparedJob job, Instant turn, Span span, JobOutput output, JobLifecycle lifecycle, SerialExecutor teller,
            Ended ended, Endings endings, Eta eta, WorkerMetrics metrics, Clock clock) {
        this.job = job;
        this.turn = turn;
        this.span = span;
        this.output = output;
        this.lifecycle = lifecycle;
        this.teller = teller;
        this.ended = ended;
        this.endings = endings;
        this.metrics = metrics;
        this.clock = clock;
        this.eta = eta;
        this.samples = new float[job.count()][0];
    }

    /** Returns the run that a sample in a lane belongs to. */
    static JobRun of(Slot slot) {
        return of(slot.task());
    }

    /** Returns the run that a sample belongs to. */
    static JobRun of(SlotTask task) {
        if (task.listener() instanceof RunPart.Sample sample) {
            return sample.run();
        }
        throw new IllegalArgumentException("a sample of this worker belongs to a run");
    }

    PreparedJob job() {
        return job;
    }

    JobTerms terms() {
        return job.terms();
    }

    Instant turn() {
        return turn;
    }

    /** Returns the span of this attempt. */
    Span span() {
        return span;
    }

    /** Returns whether its samples should leave the lane. */
    boolean isStopped() {
        return stopped;
    }

    /** Lets its samples leave before the next evaluation; nothing more is told. */
    void stop() {
        span.addEvent("stopped");
        stopped = true;
    }

    /** Returns whether all its samples have left the lane by themselves. */
    boolean isFinished() {
        return finished == samples.length;
    }

    /** Returns how many of its samples have not entered yet. */
    int waiting() {
        return stopped ? 0 : samples.length - entered;
    }

    /** Returns the rows of evaluation that are left. */
    long rowsLeft() {
        return Math.max(0, job.record().request().rows() - rowsDone.get());
    }

    /** Returns the rows of evaluation that are done; any thread may look. */
    long rowsDone() {
        return rowsDone.get();
    }

    /** Counts its rows in an evaluation that is about to be made: what is told of a step counts them as done. */
    void evaluates(int rows) {
        rowsDone.addAndGet(rows);
    }

    /** Counts its share of the time of an evaluation. */
    void took(long nanos) {
        deviceNanos += nanos;
    }

    /** Returns the next samples, which enter together. */
    List<SlotTask> enter(int count) {
        if (entered == 0) {
            tellNoise();
        }
        Integer label = job.record().request().label();
        var part = new RunPart(this, entered, count);
        entered += count;
        return part.tasks(label == null ? Conditions.NONE : Conditions.label(label));
    }

    /** Tells the noise of all samples before anything is told of their steps, if somebody wants to see it. */
    private void tellNoise() {
        Preview preview = job.record().request().preview();
        if (preview != null && preview.noise()) {
            teller.execute(() -> tell(StartingNoise.event(job, output)));
        }
    }

    /** Ends the job with an error; the first one counts. Call on the compute thread. */
    void fail(ErrorCode code, String reason) {
        fail(JobError.of(code, reason));
    }

    /** Ends the job with an error; the first one counts. Call on the compute thread. */
    void fail(JobError error) {
        span.setStatus(StatusCode.ERROR, error.message());
        end(new JobCommand.Fail(job.claim().attempt(), error));
    }

    /** Ends the job because its deadline is past. Call on the compute thread. */
    void expire() {
        span.setStatus(StatusCode.ERROR, "its deadline is past");
        end(new JobCommand.Expire());
    }

    private void end(JobCommand command) {
        if (stopped) {
            return;
        }
        stopped = true;
        teller.execute(() -> {
            Throwable problem = null;
            try {
                endings.insist(job.claim(), () -> lifecycle.apply(job.claim().jobId(), command));
            } catch (Throwable e) {
                problem = e;
            }
            ended.of(this, problem);
        });
    }

    /** Returns whether a preview of a step would be told in time to be worth its making. */
    boolean mayPreview(int step) {
        boolean may = teller.waiting() <= MAX_WAITING_STEPS || step + 1 == job.plan().steps();
        if (!may) {
            metrics.previewDropped();
        }
        return may;
    }

    /**
     * Some of its samples have done a step.
     *
     * @param first the index of the first of them
     * @param previews one a sample, empty where none was made
     */
    void stepDone(int step, double sigma, int first, List<float[]> previews) {
        int steps = job.plan().steps();
        long rows = rowsDone.get();
        Long etaMs = eta(step);
        Preview wanted = job.record().request().preview();
        boolean noisy = wanted != null && wanted.kind() == PreviewKind.NOISY;
        teller.execute(() -> {
            if (refused) {
                return;
            }
            List<StepImage> images = output.previews(first, previews, noisy);
            tell(new JobEvent.Step(step + 1, steps, rows, sigma, -2 * Math.log(sigma), etaMs, images));
            if (firstPreviewAt == null && !images.isEmpty()) {
                firstPreviewAt = clock.instant();
                metrics.firstPreview(Duration.between(job.record().times().createdAt(), firstPreviewAt));
            }
        });
    }

    private void tell(JobEvent.Step step) {
        if (!lifecycle.advance(job.claim(), step)) {
            refuse("it has ended, or a newer attempt has it");
        }
    }

    /** Others have ended the job, or a newer attempt has it: its samples leave, and nothing more is told. */
    private void refuse(String why) {
        LOG.info("attempt {} of job {} stops: {}", job.claim().attempt(), job.claim().jobId(), why);
        refused = true;
        stop();
        ended.of(this, null);
    }

    /** A job of which samples still wait has all stages of its plan before it, at least. */
    private @Nullable Long eta(int step) {
        int stages = waiting() > 0
                ? job.plan().stages().size()
                : (int) job.plan().stages().stream().filter(stage -> stage.step() > step).count();
        long millis = eta.millis(this, stages);
        if (millis >= 0 && stages > 0 && told == null) {
            told = new Told(millis, System.nanoTime());
        }
        return millis < 0 ? null : millis;
    }

    /** A sample is done. */
    void sampleDone(int index, float[] sample) {
        samples[index] = sample;
        finished++;
    }

    /** An evaluation that it took part in is over, and its time is counted; with the last sample the job is done. */
    void evaluated() {
        if (isFinished() && !over) {
            over = true;
            allFinished();
        }
    }

    /** The first estimate that was given, and when. */
    private record Told(double etaMs, long atNanos) {}

    private void allFinished() {
        List<float[]> made = List.copyOf(Arrays.asList(samples));
        long nanos = deviceNanos;
        if (told != null) {
            metrics.etaWas(told.etaMs(), (System.nanoTime() - told.atNanos()) / 1e6);
        }
        teller.execute(() -> {
            if (refused || stopped) {
                return;
            }
            Throwable problem = null;
            try {
                succeed(made, nanos);
            } catch (Throwable e) {
                problem = e;
            }
            ended.of(this, problem);
        });
    }

    private void succeed(List<float[]> made, long nanos) {
        String id = job.claim().jobId();
        int attempt = job.claim().attempt();
        JobCommand command;
        try {
            JobResult result = endings.insist(job.claim(),
                    () -> output.store(job.claim(), made, job.plan().evaluations())).took(nanos / 1e6);
            command = new JobCommand.Succeed(attempt, result, firstPreviewAt);
        } catch (Throwable e) {
            LOG.error("the images of job {} cannot be stored", id, e);
            span.recordException(e).setStatus(StatusCode.ERROR, "the images could not be stored");
            command = new JobCommand.Fail(attempt, JobError.of(
                    e instanceof PortUnavailableException ? ErrorCode.STORE_UNAVAILABLE : ErrorCode.INTERNAL,
                    "The images could not be stored: " + Faults.reason(e)));
        }
        JobCommand lastWord = command;
        Optional<JobRecord> ended = endings.insist(job.claim(), () -> lifecycle.apply(id, lastWord))
                .filter(Transition::moved).map(Transition::job);
        ended.filter(one -> one.state() == JobState.SUCCEEDED)
                .ifPresent(succeeded -> metrics.succeeded(succeeded, nanos));
        if (ended.isEmpty()) {
            LOG.info("what attempt {} of job {} made is not wanted any more", attempt, id);
        }
    }
}
