package dev.pathline.engine.evaluation.report;

import dev.pathline.engine.metrics.ClassAccuracy;
import dev.pathline.engine.metrics.Estimate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What was measured of a model.
 *
 * @param identity with what
 * @param classes the names of the model's classes; empty if it has none
 * @param realImages the size of the reference
 * @param notes what is compared with what, and what is left out and why, each a sentence
 * @param floors each metric of as many real training images, against the same reference
 * @param onReal what the classifier says of the reference, against the truth; null without a classifier or classes
 * @param measurements one a setting
 */
public record EvaluationReport(
        EvaluationIdentity identity,
        List<String> classes,
        int realImages,
        List<String> notes,
        Map<Metric, Estimate> floors,
        @Nullable ClassAccuracy onReal,
        List<Measurement> measurements) {

    /** Takes copies. */
    public EvaluationReport {
        classes = List.copyOf(classes);
        notes = List.copyOf(notes);
        floors = Collections.unmodifiableMap(Measurement.copy(floors));
        measurements = List.copyOf(measurements);
    }

    /** Returns what was measured by a setting, if it was. */
    public Optional<Measurement> of(EvaluationSetting setting) {
        return measurements.stream().filter(m -> m.setting().planSha256().equals(setting.planSha256())).findFirst();
    }

    /** Returns this report with one measurement more. */
    public EvaluationReport with(Measurement measurement) {
        var all = new ArrayList<>(measurements);
        all.add(measurement);
        return new EvaluationReport(identity, classes, realImages, notes, floors, onReal, all);
    }

    /** Returns this report with notes where it has none, as one of an earlier version has not. */
    public EvaluationReport withNotes(List<String> known) {
        return notes.isEmpty()
                ? new EvaluationReport(identity, classes, realImages, known, floors, onReal, measurements)
                : this;
    }

    /** Returns the metrics that there are, in order. */
    public List<Metric> metrics() {
        return List.copyOf(floors.keySet());
    }
}
