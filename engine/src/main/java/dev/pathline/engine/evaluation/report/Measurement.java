package dev.pathline.engine.evaluation.report;

import dev.pathline.engine.metrics.ClassAccuracy;
import dev.pathline.engine.metrics.Estimate;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was measured of a model's samples by one setting.
 *
 * @param setting how they were made
 * @param seconds how long sampling took
 * @param metrics the numbers, with their intervals
 * @param ownClass what the classifier says of the samples, against the classes they were asked for; null if the model has
 *        no classes or there is no classifier
 */
public record Measurement(
        EvaluationSetting setting,
        double seconds,
        Map<Metric, Estimate> metrics,
        @Nullable ClassAccuracy ownClass) {

    /** Takes a copy. */
    public Measurement {
        metrics = Collections.unmodifiableMap(copy(metrics));
    }

    static EnumMap<Metric, Estimate> copy(Map<Metric, Estimate> metrics) {
        var copy = new EnumMap<Metric, Estimate>(Metric.class);
        copy.putAll(metrics);
        return copy;
    }
}
