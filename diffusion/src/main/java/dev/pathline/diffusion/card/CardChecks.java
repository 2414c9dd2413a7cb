package dev.pathline.diffusion.card;

import dev.pathline.diffusion.grid.GivenTimes;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.TargetInput;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.NoiseSchedules;
import dev.pathline.diffusion.schedule.ScheduleSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The rules that the parts of a card keep with each other. */
final class CardChecks {
    private CardChecks() {}

    static void check(
            String name,
            ModelKind kind,
            List<Integer> shape,
            ScheduleSpec spec,
            Prediction prediction,
            Preconditioning preconditioning,
            TimeInput timeInput,
            TargetInput targetInput,
            List<String> classes,
            long parameters) {
        require(!name.isBlank(), "name must not be blank");
        require((shape.size() == 1 || shape.size() == 3) && shape.stream().allMatch(size -> size > 0),
                "shape must be [channels, height, width] or [dimension] of positive numbers, not " + shape);
        require(parameters >= 0, "parameters must not be negative, but is " + parameters);
        distinct(classes);
        NoiseSchedule schedule = NoiseSchedules.of(spec);
        Prediction wrapped = switch (preconditioning) {
            case Preconditioning.None _ -> prediction;
            case Preconditioning.Edm _,Preconditioning.Consistency _ -> Prediction.DATA;
            case Preconditioning.Score _ -> Prediction.SCORE;
        };
        require(prediction == wrapped, "prediction must be " + CardWriter.word(wrapped)
                + ", which is what the preconditioning results in; it is " + CardWriter.word(prediction));
        require(prediction != Prediction.AVERAGE_VELOCITY || kind == ModelKind.FLOW_MAP,
                "prediction average-velocity needs kind flow-map: it is a jump to any time");
        require(!(preconditioning instanceof Preconditioning.Consistency) || kind == ModelKind.CONSISTENCY,
                "preconditioning consistency needs kind consistency: it has the boundary of a jump to clean data");
        require(Double.isFinite(timeInput.of(schedule, schedule.maxTime())),
                "timeInput is not finite at t = " + schedule.maxTime() + ", where sampling on " + spec.name()
                        + " starts; use one that is linear in t");
        require(kind == ModelKind.FLOW_MAP || targetInput == TargetInput.TIME,
                "targetInput needs kind flow-map: other networks have no second time");
        require(!(preconditioning instanceof Preconditioning.Consistency) || schedule.alpha(schedule.maxTime()) > 0,
                "preconditioning consistency divides by alpha, which is 0 at t = " + schedule.maxTime()
                        + ", where sampling on " + spec.name() + " starts; use edm");
        // Zero terminal SNR: at alpha = 0 the noise is the point itself and says nothing about the data.
        require(Double.isFinite(prediction.toData(schedule, schedule.maxTime()).output()),
                "prediction " + prediction + " does not determine the data at t = " + schedule.maxTime()
                        + ", where sampling on " + spec.name() + " starts and alpha = 0; use velocity or data");
    }

    /** What is asked for where nobody asks is something that the network can do. */
    static void check(ModelGuidance guidance, ScheduleSpec schedule, SamplingDefaults defaults) {
        if (defaults.times() != null) {
            try {
                GivenTimes.of(NoiseSchedules.of(schedule), defaults.times(), 0);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("defaults.times " + e.getMessage(), e);
            }
            require(defaults.steps() == defaults.times().size(), "defaults.steps must be " + defaults.times().size()
                    + ", as many as defaults.times, not " + defaults.steps());
        }
        double fitting = defaults.fitting(guidance).cfgScale();
        require(defaults.cfgScale() == fitting, "defaults.cfgScale must be " + switch (guidance) {
            case ModelGuidance.ClassifierFree _ -> "a scale";
            case ModelGuidance.BakedIn(double scale) -> scale + ", the scale of the guidance that is baked in";
            case ModelGuidance.Input(double min, double max) ->
                "from " + min + " to " + max + ", which the network knows";
        } + ", not " + defaults.cfgScale());
    }

    private static void distinct(List<String> classes) {
        Set<String> seen = new HashSet<>();
        for (String name : classes) {
            require(!name.isBlank(), "classes must not have blank names");
            require(seen.add(name.toLowerCase(Locale.ROOT)), "classes has '" + name + "' twice (case does not count)");
        }
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
