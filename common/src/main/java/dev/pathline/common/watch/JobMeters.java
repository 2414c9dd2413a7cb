package dev.pathline.common.watch;

import dev.pathline.common.job.JobRecord;
import dev.pathline.common.wire.JobError;
import dev.pathline.common.wire.Timings;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Counts jobs by model and outcome, and measures how long they took and waited, as histograms. */
public final class JobMeters implements WatchedJobStore.Watcher {

    private static final Duration[] LIMITS = Stream
            .of(5, 25, 100, 250, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000)
            .map(Duration::ofMillis).toArray(Duration[]::new);

    private final MeterRegistry meters;

    /** Meters of a registry. */
    public JobMeters(MeterRegistry meters) {
        this.meters = meters;
    }

    @Override
    public void accepted(JobRecord job) {
        Counter.builder(Metric.ACCEPTED.key).description(Metric.ACCEPTED.description)
                .tag("model", job.request().modelReference()).register(meters).increment();
    }

    @Override
    public void ended(JobRecord job) {
        JobError error = job.error();
        Timings timings = job.times().timings();
        Counter.builder(Metric.ENDED.key).description(Metric.ENDED.description)
                .tag("model", job.request().modelReference()).tag("outcome", job.state().wire())
                .tag("code", error == null ? "none" : error.code()).register(meters).increment();
        record(Metric.DURATION, job, timings.totalMs());
        record(Metric.QUEUED, job, timings.queuedMs());
        record(Metric.FIRST_PREVIEW, job, timings.firstPreviewMs());
    }

    private void record(Metric metric, JobRecord job, @Nullable Long millis) {
        if (millis != null) {
            Timer.builder(metric.key).description(metric.description).tag("model", job.request().modelReference())
                    .tag("outcome", job.state().wire()).serviceLevelObjectives(LIMITS).register(meters)
                    .record(Duration.ofMillis(millis));
        }
    }

    /** Every metric with its meaning. */
    public enum Metric {
        /** Accepted jobs. */
        ACCEPTED("pathline.jobs.accepted", "Jobs that were accepted, by model"),
        /** Ended jobs. */
        ENDED("pathline.jobs.ended", "Jobs that ended, by model, outcome and the code of the error"),
        /** From acceptance to the end. */
        DURATION("pathline.job.duration", "From the acceptance of a job to its end"),
        /** From acceptance to the first preview. */
        FIRST_PREVIEW("pathline.job.first.preview", "From the acceptance of a job to its first preview"),
        /** From acceptance to the first evaluation. */
        QUEUED("pathline.job.queued", "From the acceptance of a job to its first evaluation");

        private final String key;
        private final String description;

        Metric(String key, String description) {
            this.key = key;
            this.description = description;
        }

        /** The metric's name. */
        public String key() {
            return key;
        }
    }
}
