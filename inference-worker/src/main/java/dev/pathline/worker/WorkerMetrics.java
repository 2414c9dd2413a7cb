package dev.pathline.worker;

import dev.pathline.common.job.JobRecord;
import dev.pathline.common.wire.Priority;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Records what the worker measures. Safe for use by many threads. */
final class WorkerMetrics {

    private static final double[] PERCENTILES = {0.5, 0.95, 0.99};

    private final MeterRegistry registry;
    /** Jobs whose first preview was counted; those that end are forgotten. */
    private final Set<String> previewed = ConcurrentHashMap.newKeySet();
    private final MultiGauge waiting;

    WorkerMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.waiting = MultiGauge.builder(WorkerMeter.WAITING.meter()).description(WorkerMeter.WAITING.description())
                .register(registry);
    }

    /** An evaluation was made. */
    void ticked(LaneKey lane, int rows, int padding, long nanos) {
        timer(WorkerMeter.TICK, model(lane)).record(Duration.ofNanos(nanos));
        summary(WorkerMeter.ROWS, model(lane)).record(rows);
        if (padding > 0) {
            counter(WorkerMeter.PADDING, model(lane)).increment(padding);
        }
    }

    /** The compute thread came from one tick to the next. */
    void between(long nanos) {
        timer(WorkerMeter.BETWEEN).record(Duration.ofNanos(nanos));
    }

    /** A job has begun. */
    void begun(JobRecord job) {
        Instant started = job.times().startedAt();
        if (started != null) {
            timer(WorkerMeter.QUEUE_AGE, queue(job.request().modelReference(), job.request().terms().priority()))
                    .record(Duration.between(job.times().createdAt(), started));
        }
        if (job.attempt() > 1) {
            counter(WorkerMeter.REDELIVERIES).increment();
        }
    }

    /** A step of a job was told. */
    void stepped(JobRecord job) {
        Instant preview = job.times().firstPreviewAt();
        if (preview != null && previewed.add(job.id())) {
            timer(WorkerMeter.FIRST_PREVIEW).record(Duration.between(job.times().createdAt(), preview));
        }
    }

    /** A job was completed. */
    void succeeded(JobRecord job, long deviceNanos) {
        timer(WorkerMeter.DEVICE_TIME, List.of(Tag.of("model", job.request().modelReference())))
                .record(Duration.ofNanos(deviceNanos));
    }

    /** Nothing more is to be heard of a job. */
    void forget(String jobId) {
        previewed.remove(jobId);
    }

    /** An estimate can be held against what it took. */
    void etaWas(double toldMillis, double tookMillis) {
        summary(WorkerMeter.ETA_ERROR).record(Math.abs(toldMillis - tookMillis) / Math.max(1, tookMillis));
    }

    void previewDropped() {
        counter(WorkerMeter.PREVIEWS_DROPPED).increment();
    }

    void cancelled(long nanos) {
        timer(WorkerMeter.CANCEL).record(Duration.ofNanos(nanos));
    }

    void memorySplit() {
        counter(WorkerMeter.MEMORY_SPLITS).increment();
    }

    /** Shows how many claimed jobs wait for a place, on all devices together. */
    void waiting(List<Map<WorkerState.Queue, Integer>> devices) {
        var queues = new HashMap<WorkerState.Queue, Integer>();
        devices.forEach(device -> device.forEach((queue, jobs) -> queues.merge(queue, jobs, Integer::sum)));
        waiting.register(queues.entrySet().stream().map(entry -> MultiGauge.Row.of(
                Tags.of(queue(entry.getKey().model(), entry.getKey().priority())), entry.getValue()))
                .collect(Collectors.toList()), true);
    }

    /** Shows how many native arrays outlive an evaluation. */
    void watchArrays(Supplier<Number> count) {
        Gauge.builder(WorkerMeter.ARRAYS.meter(), count).description(WorkerMeter.ARRAYS.description())
                .register(registry);
    }

    /** Shows whether a device's evaluation hangs. */
    void watchHung(String device, Supplier<Number> hung) {
        Gauge.builder(WorkerMeter.HUNG.meter(), hung).description(WorkerMeter.HUNG.description())
                .tag("device", device).register(registry);
    }

    private static List<Tag> model(LaneKey lane) {
        return List.of(Tag.of("model", lane.model()), Tag.of("profile", lane.profile()));
    }

    private static List<Tag> queue(String model, Priority priority) {
        return List.of(Tag.of("model", model), Tag.of("priority", priority.wire()));
    }

    private Timer timer(WorkerMeter meter, List<Tag> tags) {
        return Timer.builder(meter.meter()).description(meter.description()).tags(tags)
                .publishPercentiles(PERCENTILES).register(registry);
    }

    private Timer timer(WorkerMeter meter) {
        return timer(meter, List.of());
    }

    private DistributionSummary summary(WorkerMeter meter, List<Tag> tags) {
        return DistributionSummary.builder(meter.meter()).description(meter.description()).tags(tags)
                .publishPercentiles(PERCENTILES).register(registry);
    }

    private DistributionSummary summary(WorkerMeter meter) {
        return summary(meter, List.of());
    }

    private Counter counter(WorkerMeter meter, List<Tag> tags) {
        return Counter.builder(meter.meter()).description(meter.description()).tags(tags).register(registry);
    }

    private Counter counter(WorkerMeter meter) {
        return counter(meter, List.of());
    }
}
