package dev.pathline.worker;

import dev.pathline.common.job.JobRecord;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Records what the worker measures. A meter is looked up in its registry once, not whenever something is recorded. Safe for use
 * by many threads.
 */
final class WorkerMetrics {

    private static final double[] PERCENTILES = {0.5, 0.95, 0.99};

    private final MeterRegistry registry;
    private final Timer between;
    private final Timer firstPreview;
    private final Timer cancel;
    private final DistributionSummary etaError;
    private final Counter previewsDropped;
    private final Counter redeliveries;
    private final Counter memorySplits;
    private final Map<LaneKey, OfLane> lanes = new ConcurrentHashMap<>();
    private final Map<WorkerState.Queue, Timer> queueAges = new ConcurrentHashMap<>();
    private final Map<String, Timer> deviceTimes = new ConcurrentHashMap<>();
    /** Jobs whose first preview was counted; those that end are forgotten. */
    private final MultiGauge waiting;
    private Map<WorkerState.Queue, AtomicInteger> shown = Map.of();

    /** The meters of one lane. */
    static final class OfLane {

        private final Timer tick;
        private final DistributionSummary rows;
        private final Counter padding;
        private final Counter memorySplits;

        private OfLane(Timer tick, DistributionSummary rows, Counter padding, Counter memorySplits) {
            this.tick = tick;
            this.rows = rows;
            this.padding = padding;
            this.memorySplits = memorySplits;
        }

        /** An evaluation was made. */
        void ticked(int itsRows, int filledUp, long nanos) {
            tick.record(Duration.ofNanos(nanos));
            rows.record(itsRows);
            padding.increment(filledUp);
        }

        /** An evaluation was split for want of memory. */
        void memorySplit() {
            memorySplits.increment();
        }
    }

    WorkerMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.between = timer(WorkerMeter.BETWEEN, List.of());
        this.firstPreview = timer(WorkerMeter.FIRST_PREVIEW, List.of());
        this.cancel = timer(WorkerMeter.CANCEL, List.of());
        this.etaError = summary(WorkerMeter.ETA_ERROR, List.of());
        this.previewsDropped = counter(WorkerMeter.PREVIEWS_DROPPED, List.of());
        this.redeliveries = counter(WorkerMeter.REDELIVERIES, List.of());
        this.memorySplits = counter(WorkerMeter.MEMORY_SPLITS, List.of());
        this.waiting = MultiGauge.builder(WorkerMeter.WAITING.meter()).description(WorkerMeter.WAITING.description())
                .register(registry);
    }

    /** Returns the meters of a lane. */
    OfLane lane(LaneKey key) {
        return lanes.computeIfAbsent(key, _ -> {
            List<Tag> tags = List.of(Tag.of("model", key.model()), Tag.of("profile", key.profile()));
            return new OfLane(timer(WorkerMeter.TICK, tags), summary(WorkerMeter.ROWS, tags),
                    counter(WorkerMeter.PADDING, tags), memorySplits);
        });
    }

    /** The compute thread came from one tick to the next. */
    void between(long nanos) {
        between.record(Duration.ofNanos(nanos));
    }

    /** A job has begun. */
    void begun(JobRecord job) {
        Instant started = job.times().startedAt();
        if (started != null) {
            var queue = new WorkerState.Queue(job.request().modelReference(), job.request().terms().priority());
            queueAges.computeIfAbsent(queue, one -> timer(WorkerMeter.QUEUE_AGE, tags(one)))
                    .record(Duration.between(job.times().createdAt(), started));
        }
        if (job.attempt() > 1) {
            redeliveries.increment();
        }
    }

    /** The first preview of a job was told, so long after its acceptance. */
    void firstPreview(Duration after) {
        firstPreview.record(after);
    }

    /** A job was completed. */
    void succeeded(JobRecord job, long deviceNanos) {
        deviceTimes.computeIfAbsent(job.request().modelReference(),
                model -> timer(WorkerMeter.DEVICE_TIME, List.of(Tag.of("model", model))))
                .record(Duration.ofNanos(deviceNanos));
    }

    /** An estimate can be held against what it took. */
    void etaWas(double toldMillis, double tookMillis) {
        etaError.record(Math.abs(toldMillis - tookMillis) / Math.max(1, tookMillis));
    }

    void previewDropped() {
        previewsDropped.increment();
    }

    void cancelled(long nanos) {
        cancel.record(Duration.ofNanos(nanos));
    }

    /** Shows how many claimed jobs wait for a place, on all devices together; one thread calls this. */
    void waiting(List<Map<WorkerState.Queue, Integer>> devices) {
        var queues = new HashMap<WorkerState.Queue, Integer>();
        devices.forEach(device -> device.forEach((queue, jobs) -> queues.merge(queue, jobs, Integer::sum)));
        if (!queues.keySet().equals(shown.keySet())) {
            shown = queues.keySet().stream().collect(Collectors.toMap(queue -> queue, _ -> new AtomicInteger()));
            waiting.register(shown.entrySet().stream().map(entry -> MultiGauge.Row.of(Tags.of(tags(entry.getKey())),
                    entry.getValue(), AtomicInteger::doubleValue)).collect(Collectors.toList()), true);
        }
        shown.forEach((queue, jobs) -> jobs.set(queues.getOrDefault(queue, 0)));
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

    private static List<Tag> tags(WorkerState.Queue queue) {
        return List.of(Tag.of("model", queue.model()), Tag.of("priority", queue.priority().wire()));
    }

    private Timer timer(WorkerMeter meter, List<Tag> tags) {
        return Timer.builder(meter.meter()).description(meter.description()).tags(tags)
                .publishPercentiles(PERCENTILES).register(registry);
    }

    private DistributionSummary summary(WorkerMeter meter, List<Tag> tags) {
        return DistributionSummary.builder(meter.meter()).description(meter.description()).tags(tags)
                .publishPercentiles(PERCENTILES).register(registry);
    }

    private Counter counter(WorkerMeter meter, List<Tag> tags) {
        return Counter.builder(meter.meter()).description(meter.description()).tags(tags).register(registry);
    }
}
