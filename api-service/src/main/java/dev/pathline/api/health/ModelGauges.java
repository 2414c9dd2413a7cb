package dev.pathline.api.health;

import dev.pathline.common.port.JobStore;
import dev.pathline.common.port.JobStore.ModelDepth;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * How many jobs of each model wait and run: what routers and autoscalers go by. A model of which nobody wants anything
 * has no number.
 */
public final class ModelGauges {

    private final JobStore store;
    private final MultiGauge waiting;
    private final MultiGauge held;

    /** Gauges of the jobs in a store. */
    public ModelGauges(JobStore store, MeterRegistry meters) {
        this.store = store;
        this.waiting = MultiGauge.builder("pathline.model.waiting")
                .description("Jobs of a model that wait for a worker")
                .register(meters);
        this.held = MultiGauge.builder("pathline.model.claimed")
                .description("Jobs of a model that a worker has claimed")
                .register(meters);
    }

    /** Counts anew; may block. */
    public void count() {
        List<ModelDepth> depths = store.depthByModel();
        waiting.register(rows(depths, ModelDepth::waiting), true);
        held.register(rows(depths, ModelDepth::held), true);
    }

    private static List<MultiGauge.Row<?>> rows(List<ModelDepth> depths, ToIntFunction<ModelDepth> value) {
        return depths.stream().<MultiGauge.Row<?>>map(
                depth -> MultiGauge.Row.of(Tags.of("model", depth.model()), value.applyAsInt(depth))).toList();
    }
}
