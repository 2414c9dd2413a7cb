package dev.pathline.trainer.specification.objective;

import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.Ddpm;
import dev.pathline.diffusion.schedule.Edm;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.NoiseSchedules;
import dev.pathline.diffusion.schedule.ScheduleSpec;
import dev.pathline.engine.network.TimeFeatures;
import dev.pathline.engine.objective.DiffusionObjective;
import dev.pathline.engine.objective.Objective;
import dev.pathline.engine.objective.ObjectiveFacts;
import dev.pathline.engine.objective.ObjectiveFamily;
import dev.pathline.engine.objective.TimeDistribution;
import dev.pathline.engine.objective.Weighting;
import dev.pathline.trainer.specification.fields.SpecFields;
import dev.pathline.trainer.specification.fields.SpecRange;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The parts that the section {@code objective} of every type has: schedule, times, weighting, and the data's scale. */
public final class ObjectiveFields {

    private static final String PLAIN = "plain";
    private static final String SIGMA_DATA = "sigmaData";

    private final SpecFields fields;
    private final TimeFeatures features;
    private final int dimension;
    private final boolean guided;

    /**
     * @param features of the network's time input
     * @param dimension how many numbers a sample has
     * @param guided whether the network takes the scale of guidance
     */
    public ObjectiveFields(SpecFields fields, TimeFeatures features, int dimension, boolean guided) {
        this.fields = fields;
        this.features = features;
        this.dimension = dimension;
        this.guided = guided;
    }

    /** Reads an objective that reads its settings itself. */
    ObjectiveSpec family(ObjectiveFamily family) {
        var settings = new SpecSettings(fields);
        Function<ObjectiveFacts, Objective> read = family.reader().apply(settings);
        settings.refuseOthers();
        return known -> read.apply(new ObjectiveFacts(known.sigmaData(), dimension, known.steps(), this::timeInput,
                guided, known.teacher()));
    }

    /**
     * Reads {@code schedule: {name: ..., PARAMETER: ...}}.
     *
     * @param names the schedules that fit; the first is the default
     */
    NoiseSchedule schedule(List<String> names) {
        SpecFields section = fields.optionalObject("schedule");
        String name = section.word("name", names.getFirst(), names);
        ScheduleSpec published = NoiseSchedules.all().stream().filter(s -> s.name().equals(name)).findFirst()
                .orElseThrow().spec();
        var parameters = new HashMap<String, Double>();
        published.parameters().forEach(
                (key, value) -> parameters.put(key, section.number(key, SpecRange.ANY, value)));
        section.refuseOthers();
        try {
            return NoiseSchedules.of(new ScheduleSpec(name, parameters));
        } catch (IllegalArgumentException e) {
            fields.problem("schedule", "does not fit: " + e.getMessage());
            return NoiseSchedules.of(published);
        }
    }

    /** Reads {@code time: {distribution: ...}} for a schedule whose times are in [0, 1]. */
    TimeDistribution times(NoiseSchedule schedule) {
        return times(fields, fields.optionalObject("time"), schedule, null);
    }

    /**
     * Reads a law of times.
     *
     * @param standard the law where the section is absent; null for the first that suits the schedule
     */
    static TimeDistribution times(SpecFields fields, SpecFields section, NoiseSchedule schedule,
            @Nullable TimeDistribution standard) {
        if (standard != null && section.names().isEmpty()) {
            return standard;
        }
        int mistakes = fields.mistakes();
        TimeDistribution times = law(fields, section, schedule);
        double shift = section.number("shift", SpecRange.POSITIVE, 1.0);
        if (fields.mistakes() == mistakes) {
            // Of an unknown distribution nobody knows the parameters.
            section.refuseOthers();
        }
        return shift == 1 ? times : new TimeDistribution.Shifted(times, shift);
    }

    private static TimeDistribution law(SpecFields fields, SpecFields section, NoiseSchedule schedule) {
        boolean discrete = schedule instanceof Ddpm;
        List<String> words = discrete
                ? List.of("indices", "uniform", "logit-normal", "mode", "log-normal")
                : List.of("uniform", "logit-normal", "mode", "log-normal");
        String word = section.word("distribution", words.getFirst(), words);
        // As published: from 1e-5 (arXiv 2011.13456, appendix C), and the straight path whole.
        double from = schedule.alpha(schedule.maxTime()) == 0 ? 0 : 1e-5;
        try {
            return switch (word) {
                case "indices" -> new TimeDistribution.Indices();
                case "uniform" -> new TimeDistribution.Uniform(section.number("from", SpecRange.SHARE, from),
                        section.number("to", SpecRange.SHARE, Math.min(1, schedule.maxTime())));
                case "mode" -> new TimeDistribution.Mode(section.number("scale", SpecRange.ANY, 1.29));
                case "log-normal" -> logNormal(section, -1.2, 1.2);
                default -> new TimeDistribution.LogitNormal(section.number("mean", SpecRange.ANY, 0.0),
                        section.number("std", SpecRange.POSITIVE, 1.0));
            };
        } catch (IllegalArgumentException e) {
            fields.problem("time", "does not fit: " + e.getMessage());
            return new TimeDistribution.Uniform(0, 1);
        }
    }

    /** Reads {@code time: {mean: ..., std: ...}} of {@code ln(sigma/alpha)}. */
    TimeDistribution noiseLevels(double mean, double std) {
        SpecFields section = fields.optionalObject("time");
        section.word("distribution", "log-normal", List.of("log-normal"));
        TimeDistribution times = logNormal(section, mean, std);
        section.refuseOthers();
        return times;
    }

    private static TimeDistribution logNormal(SpecFields section, double mean, double std) {
        return new TimeDistribution.LogNormal(section.number("mean", SpecRange.ANY, mean),
                section.number("std", SpecRange.POSITIVE, std));
    }

    /**
     * Reads {@code weighting}, {@code learnUncertainty} and {@code sigmaData}, and puts the objective together.
     *
     * @param wrapping of the data's scale
     * @param weighting the default weighting's word
     * @param uncertain whether the uncertainty is learned by default
     */
    ObjectiveSpec objective(NoiseSchedule schedule, TimeDistribution times, Prediction prediction,
            DoubleFunction<Preconditioning> wrapping, String weighting, boolean uncertain) {
        DoubleFunction<Weighting> chosen = weighting(weighting, times);
        boolean learns = fields.flag("learnUncertainty", uncertain);
        DoubleFunction<Double> scale = sigmaData();
        if (fields.has(SIGMA_DATA) && !dependsOnScale(wrapping) && !dependsOnScale(chosen)) {
            fields.problem(SIGMA_DATA,
                    "is there, but neither how the network is wrapped nor the weighting depends on it:"
                            + " leave it out");
        }
        return known -> {
            double sigmaData = scale.apply(known.sigmaData());
            return new DiffusionObjective(schedule, prediction, wrapping.apply(sigmaData), timeInput(schedule), times,
                    chosen.apply(sigmaData), learns);
        };
    }

    /**
     * Reads {@code weighting: {type: ...}}.
     *
     * @param standard the default's word
     * @return the weighting, of the data's scale
     */
    private DoubleFunction<Weighting> weighting(String standard, TimeDistribution times) {
        SpecFields section = fields.optionalObject("weighting");
        String word = section.word("type", standard, List.of(PLAIN, "snr", "snr-plus-one", "truncated-snr", "min-snr",
                "soft-min-snr", "edm", "likelihood"));
        Map<String, Double> gammas = Map.of("min-snr", 5.0, "soft-min-snr", 4.0);
        double gamma = gammas.containsKey(word)
                ? section.number("gamma", SpecRange.POSITIVE, gammas.get(word))
                : 1;
        section.refuseOthers();
        boolean even = times instanceof TimeDistribution.Uniform || times instanceof TimeDistribution.Indices;
        if (word.equals("likelihood") && !even) {
            fields.problem("weighting.type",
                    "is likelihood, which is a bound for evenly drawn times only: uniform or indices");
        }
        return sigmaData -> switch (word) {
            case "snr" -> new Weighting.Snr();
            case "snr-plus-one" -> new Weighting.SnrPlusOne();
            case "truncated-snr" -> new Weighting.TruncatedSnr();
            case "min-snr" -> new Weighting.MinSnr(gamma);
            case "soft-min-snr" -> new Weighting.SoftMinSnr(gamma);
            case "edm" -> new Weighting.Edm(sigmaData);
            case "likelihood" -> new Weighting.Likelihood();
            default -> new Weighting.Plain();
        };
    }

    private static boolean dependsOnScale(DoubleFunction<?> part) {
        return !part.apply(1).equals(part.apply(2));
    }

    /** Returns {@code sigmaData} where it is given, else what is measured. */
    private DoubleFunction<Double> sigmaData() {
        if (!fields.has(SIGMA_DATA)) {
            return measured -> measured;
        }
        double given = fields.number(SIGMA_DATA, SpecRange.POSITIVE, ObjectiveSpec.TYPICAL_SIGMA_DATA);
        return measured -> given;
    }

    /**
     * Returns the network's time coordinate. Features of angular frequencies up to 1, which diffusers has, want times of
     * up to 1000 to tell them apart; low frequencies, made for times of up to 1, want those.
     */
    private TimeInput timeInput(NoiseSchedule schedule) {
        boolean slow = !(features instanceof TimeFeatures.LowFrequency);
        if (schedule instanceof Edm) {
            // 250 ln sigma, as consistency models have it, or EDM's own ln sigma / 4.
            return new TimeInput.LogSigma(slow ? 250 : 0.25);
        }
        if (schedule instanceof Ddpm && slow) {
            return new TimeInput.Scaled(schedule.trainingIndices(), -1);
        }
        return slow ? TimeInput.scaled(1000) : TimeInput.IDENTITY;
    }
}
