package dev.pathline.worker;

import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.job.JobCommand;
import dev.pathline.common.lifecycle.JobLifecycle;
import dev.pathline.common.wire.JobError;
import dev.pathline.common.wire.JobEvent;
import dev.pathline.common.wire.PreviewKind;
import dev.pathline.common.wire.StepImage;
import dev.pathline.engine.sampling.SlotListener;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A job that is under way. Its samples entered their lane together, so they are at the same step; what they report on
 * the compute thread is gathered here, and what has to be encoded, stored or told is done on other threads, in order.
 */
final class JobRun {

    /** A reader so slow that this many steps wait to be told loses pictures, never a batch's time. */
    private static final int MAX_WAITING_STEPS = 16;

    private final PreparedJob job;
    private final JobOutput output;
    private final JobLifecycle lifecycle;
    private final SerialExecutor teller;
    private final Consumer<JobRun> ended;
    private final Runnable previewDropped;
    private final IntToLongFunction etaMs;
    private final float[][] previews;
    private final float[][] samples;
    private int stepped;
    private int finished;
    private boolean failed;
    private volatile boolean stopped;

    /**
     * A run that has begun.
     *
     * @param ended is called once, on another thread, after the last word about the job
     * @param previewDropped is called for every preview that is left out for a slow reader
     * @param etaMs expected milliseconds for so many further stages, or negative when unknown
     */
    JobRun(PreparedJob job, JobOutput output, JobLifecycle lifecycle, SerialExecutor teller, Consumer<JobRun> ended,
            Runnable previewDropped, IntToLongFunction etaMs) {
        this.job = job;
        this.output = output;
        this.lifecycle = lifecycle;
        this.teller = teller;
        this.ended = ended;
        this.previewDropped = previewDropped;
        this.etaMs = etaMs;
        this.previews = new float[job.count()][0];
        this.samples = new float[job.count()][0];
    }

    PreparedJob job() {
        return job;
    }

    /** Returns whether its samples should leave the lane. */
    boolean isStopped() {
        return stopped;
    }

    /** Lets its samples leave before the next evaluation; nothing more is told. */
    void stop() {
        stopped = true;
    }

    /** Returns whether all its samples have left the lane by themselves. */
    boolean isFinished() {
        return finished == samples.length;
    }

    /** Returns whether a listener belongs to this run. */
    boolean owns(SlotListener listener) {
        return listener instanceof Sample sample && sample.run() == this;
    }

    SlotListener sample(int index) {
        return new Sample(index);
    }

    /** Ends the job with an error; the first one counts. Call on the compute thread. */
    void fail(ErrorCode code, String reason) {
        if (failed || stopped) {
            return;
        }
        failed = true;
        stopped = true;
        tell(() -> {
            lifecycle.apply(job.claim().jobId(),
                    new JobCommand.Fail(job.claim().attempt(), JobError.of(code, reason)));
            ended.accept(this);
        });
    }

    private void stepDone(int step, double sigma) {
        List<float[]> shown = List.copyOf(Arrays.asList(previews));
        Arrays.fill(previews, new float[0]);
        int steps = job.plan().steps();
        long eta = etaMs.applyAsLong(stagesAfter(step));
        long rows = rowsThrough(step) * job.count();
        tell(() -> {
            List<StepImage> images = output.previews(shown);
            var event = new JobEvent.Step(step + 1, steps, sigma, -2 * Math.log(sigma), eta < 0 ? null : eta, images);
            lifecycle.apply(job.claim().jobId(), new JobCommand.Advance(job.claim().attempt(), rows, event));
        });
    }

    private void allFinished() {
        List<float[]> made = List.copyOf(Arrays.asList(samples));
        tell(() -> {
            String id = job.claim().jobId();
            int attempt = job.claim().attempt();
            try {
                lifecycle.apply(id,
                        new JobCommand.Succeed(attempt, output.store(id, made, job.plan().evaluations())));
            } catch (RuntimeException e) {
                lifecycle.apply(id, new JobCommand.Fail(attempt,
                        JobError.of(ErrorCode.INTERNAL, "The images could not be stored: " + e.getMessage())));
            } finally {
                ended.accept(this);
            }
        });
    }

    private void tell(Runnable task) {
        teller.execute(task);
    }

    private int stagesAfter(int step) {
        return (int) job.plan().stages().stream().filter(s -> s.step() > step).count();
    }

    private long rowsThrough(int step) {
        return job.plan().stages().stream().filter(s -> s.step() <= step).mapToLong(s -> s.rows()).sum();
    }

    /** One sample's reports, on the compute thread. */
    private final class Sample implements SlotListener {

        private final int index;

        Sample(int index) {
            this.index = index;
        }

        JobRun run() {
            return JobRun.this;
        }

        @Override
        public Preview preview(int step) {
            dev.pathline.common.wire.@Nullable Preview wanted = job.record().request().preview();
            int steps = job.plan().steps();
            if (wanted == null || !wanted.wants(step + 1, steps)) {
                return Preview.NONE;
            }
            if (teller.waiting() > MAX_WAITING_STEPS && step + 1 < steps) {
                previewDropped.run();
                return Preview.NONE;
            }
            return wanted.kind() == PreviewKind.NOISY ? Preview.NOISY : Preview.DENOISED;
        }

        @Override
        public void stepped(int step, double sigma, float[] preview) {
            previews[index] = preview;
            if (++stepped == samples.length) {
                stepped = 0;
                stepDone(step, sigma);
            }
        }

        @Override
        public void finished(float[] sample) {
            samples[index] = sample;
            if (++finished == samples.length) {
                allFinished();
            }
        }

        @Override
        public void failed(String reason) {
            fail(ErrorCode.NOT_FINITE, reason);
        }
    }
}
