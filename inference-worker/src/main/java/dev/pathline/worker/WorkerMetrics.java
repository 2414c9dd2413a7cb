package dev.pathline.worker;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** What the worker measures. */
final class WorkerMetrics {

    /** The weight of the newest tick in the speed. */
    private static final double NEWEST = 0.1;

    private final Timer ticks;
    private final DistributionSummary rows;
    private final Counter droppedPreviews;
    private volatile double rowsPerSecond = -1;

    WorkerMetrics(MeterRegistry registry) {
        ticks = Timer.builder("pathline.worker.tick").description("one network evaluation and update of a lane")
                .register(registry);
        rows = DistributionSummary.builder("pathline.worker.tick.rows").description("rows of one network evaluation")
                .register(registry);
        droppedPreviews = Counter.builder("pathline.worker.previews.dropped")
                .description("previews left out for a slow reader").register(registry);
    }

    void ticked(int count, long nanos) {
        ticks.record(Duration.ofNanos(nanos));
        rows.record(count);
        double speed = count / (nanos / 1e9);
        rowsPerSecond = rowsPerSecond < 0 ? speed : rowsPerSecond + NEWEST * (speed - rowsPerSecond);
    }

    void previewDropped() {
        droppedPreviews.increment();
    }

    /** Rows a second in the last ticks, or negative before the first. */
    double rowsPerSecond() {
        return rowsPerSecond;
    }
}
