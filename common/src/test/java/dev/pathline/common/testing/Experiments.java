package dev.pathline.common.testing;

import dev.pathline.common.experiment.Arm;
import dev.pathline.common.experiment.ArmOf;
import dev.pathline.common.experiment.Audience;
import dev.pathline.common.experiment.AuditEntry;
import dev.pathline.common.experiment.Experiment;
import dev.pathline.common.experiment.ExperimentDesign;
import dev.pathline.common.experiment.Goal;
import dev.pathline.common.experiment.Metric;
import dev.pathline.common.experiment.Mode;
import dev.pathline.common.experiment.Unit;
import dev.pathline.common.wire.Precision;
import dev.pathline.diffusion.planner.SamplingSettings;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Experiments for tests: arms are called arm0, arm1 and so on. */
public final class Experiments {

    private Experiments() {}

    /** A design of arms with weights. */
    public static ExperimentDesign design(double... weights) {
        return salted("one-step", weights);
    }

    /** A design with another salt. */
    public static ExperimentDesign salted(String salt, double... weights) {
        List<Arm> arms = IntStream.range(0, weights.length)
                .mapToObj(i -> new Arm("arm" + i, weights[i], "fashion-flow@1",
                        SamplingSettings.defaults(true).withSteps(i + 1), Precision.AUTO, null))
                .toList();
        return new ExperimentDesign("one step is enough", Mode.SPLIT, Unit.SUBJECT, salt, arms, List.of(),
                new Goal(Metric.OfJob.TOTAL_MS.metric(), 10, 50), List.of(), 10, 1000, null, Audience.ALL, Map.of(),
                null);
    }

    /** The same design for other units. */
    public static ExperimentDesign with(ExperimentDesign design, Audience audience, Map<String, String> overrides) {
        return new ExperimentDesign(design.hypothesis(), design.mode(), design.unit(), design.salt(), design.arms(),
                design.metrics(), design.goal(), design.guardRails(), design.minimum(), design.planned(),
                design.until(), audience, overrides, design.alias());
    }

    /** An experiment that runs. */
    public static Experiment running(String name, ExperimentDesign design) {
        return Experiment.draft(name, 1, design, new AuditEntry(Instant.EPOCH, "test", "created"))
                .started(new AuditEntry(Instant.EPOCH, "test", "started"));
    }

    /** A counted unit of an arm. */
    public static ArmOf unit(Experiment experiment, String arm, String unit) {
        return new ArmOf(experiment.name(), experiment.version(), arm, unit, ArmOf.Role.UNIT, null);
    }
}
