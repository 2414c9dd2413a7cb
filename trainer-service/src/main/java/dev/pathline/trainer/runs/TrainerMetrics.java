package dev.pathline.trainer.runs;

import dev.pathline.trainer.life.RunState;
import dev.pathline.trainer.run.RunListener;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What the trainer measures. The gauges of a run are those of the run at work, and not a number while there is none. */
final class TrainerMetrics {

    private final Counter steps;
    private final Counter images;
    private final Counter written;
    private final Counter failed;
    private final Clock clock;
    private long blockedNanos;
    private @Nullable Long blockedSince;
    private volatile double loss = Double.NaN;
    private volatile double gradientNorm = Double.NaN;
    private volatile double imagesPerSecond = Double.NaN;

    /** Registers all meters. */
    TrainerMetrics(MeterRegistry registry) {
        steps = counter(registry, Metric.STEPS);
        images = counter(registry, Metric.IMAGES);
        written = counter(registry, Metric.SNAPSHOTS, "result", "written");
        failed = counter(registry, Metric.SNAPSHOTS, "result", "failed");
        clock = registry.config().clock();
        FunctionCounter.builder(Metric.BLOCKED_SECONDS.key, this, TrainerMetrics::blockedSeconds)
                .description(Metric.BLOCKED_SECONDS.description).register(registry);
        gauge(registry, Metric.LOSS, m -> m.loss);
        gauge(registry, Metric.GRADIENT_NORM, m -> m.gradientNorm);
        gauge(registry, Metric.IMAGES_PER_SECOND, m -> m.imagesPerSecond);
    }

    /** Registers what is read from the records. */
    static void observe(MeterRegistry registry, RunStore store) {
        for (RunState state : RunState.values()) {
            Gauge.builder(Metric.RUNS.key, store,
                    s -> s.all().stream().filter(home -> RunAnswers.state(home) == state).count())
                    .tag("state", state.wire()).description(Metric.RUNS.description).register(registry);
        }
        Gauge.builder(Metric.QUEUE.key, store, s -> RunAnswers.position(s.all(), Long.MAX_VALUE) - 1.0)
                .description(Metric.QUEUE.description).register(registry);
    }

    /** Hears of one part of a run. */
    RunListener listener(int batch) {
        return new RunListener() {
            private long last;

            @Override
            public void started(long step) {
                last = step;
            }

            @Override
            public void progressed(Progress p) {
                double done = Math.max(0, p.step() - last);
                steps.increment(done);
                images.increment(done * batch);
                last = p.step();
                loss = p.loss();
                gradientNorm = p.gradientNorm();
                imagesPerSecond = p.samplesPerSecond();
            }

            @Override
            public void snapshot(long step) {
                written.increment();
            }

            @Override
            public void blocked(String reason) {
                failed.increment();
                waits();
            }

            @Override
            public void unblocked() {
                waitsNoMore();
            }
        };
    }

    private synchronized void waits() {
        if (blockedSince == null) {
            blockedSince = clock.monotonicTime();
        }
    }

    private synchronized void waitsNoMore() {
        blockedNanos += waiting();
        blockedSince = null;
    }

    /** Grows while a run waits: who watches it sees a full disk at once, not when it is over. */
    private synchronized double blockedSeconds() {
        return (blockedNanos + waiting()) / 1e9;
    }

    private long waiting() {
        return blockedSince == null ? 0 : clock.monotonicTime() - blockedSince;
    }

    /** No run is at work any more. */
    void idle() {
        waitsNoMore();
        loss = Double.NaN;
        gradientNorm = Double.NaN;
        imagesPerSecond = Double.NaN;
    }

    private static Counter counter(MeterRegistry registry, Metric metric, String... tags) {
        return Counter.builder(metric.key).tags(tags).description(metric.description).register(registry);
    }

    private void gauge(MeterRegistry registry, Metric metric, ToDoubleFunction<TrainerMetrics> value) {
        Gauge.builder(metric.key, this, value).description(metric.description).register(registry);
    }

    /** Every metric with its meaning. */
    enum Metric {
        /** Runs by state. */
        RUNS("pathline.training.runs", "Training runs by state"),
        /** Waiting runs. */
        QUEUE("pathline.training.queue", "Training runs that wait for the device"),
        /** Steps. */
        STEPS("pathline.training.steps", "Optimiser steps that were done"),
        /** Images. */
        IMAGES("pathline.training.images", "Training images that were seen"),
        /** Pace. */
        IMAGES_PER_SECOND("pathline.training.images.per.second", "The pace of the run at work"),
        /** Loss. */
        LOSS("pathline.training.loss", "The mean loss of the last report of the run at work"),
        /** Gradient. */
        GRADIENT_NORM("pathline.training.gradient.norm", "The last gradient norm of the run at work, before clipping"),
        /** Snapshots. */
        SNAPSHOTS("pathline.training.snapshots", "Snapshots: written, or failed, which is how often the disk refused"),
        /** Waiting for the disk. */
        BLOCKED_SECONDS("pathline.training.blocked.seconds", "Seconds that runs have waited until they could write");

        private final String key;
        private final String description;

        Metric(String key, String description) {
            this.key = key;
            this.description = description;
        }

        /** The metric's name. */
        String key() {
            return key;
        }
    }
}
