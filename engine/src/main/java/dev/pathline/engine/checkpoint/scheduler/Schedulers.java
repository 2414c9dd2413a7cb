package dev.pathline.engine.checkpoint.scheduler;

import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.card.SamplingDefaults;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.Edm;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.diffusion.schedule.ScheduleSpec;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads {@code scheduler_config.json} of diffusers. */
public final class Schedulers {

    /** The classes over a discrete training's indices whose way of sampling is known, too. */
    private static final List<String> BETAS = List.of("DDPMScheduler", "DDIMScheduler", "DPMSolverMultistepScheduler",
            "UniPCMultistepScheduler", "EulerDiscreteScheduler", "EulerAncestralDiscreteScheduler",
            "HeunDiscreteScheduler");

    /** Those of which only the model is known. */
    private static final List<String> BETAS_ALONE = List.of("PNDMScheduler", "LMSDiscreteScheduler",
            "DEISMultistepScheduler", "DPMSolverSinglestepScheduler", "KDPM2DiscreteScheduler",
            "KDPM2AncestralDiscreteScheduler");

    private static final String EDM_DPM = "EDMDPMSolverMultistepScheduler";
    private static final String EDM_EULER = "EDMEulerScheduler";
    private static final String FLOW = "FlowMatchEulerDiscreteScheduler";

    /** The scheduler of consistency models. */
    public static final String CONSISTENCY = "CMStochasticIterativeScheduler";

    /** The scheduler of flow maps (diffusers 0.40; Gu et al., arXiv 2605.13724). */
    public static final String FLOW_MAP = "FlowMapEulerDiscreteScheduler";

    /** The factor of {@code ln(sigma)} in the timesteps of consistency models. */
    static final double CONSISTENCY_TIME = 250;

    /** How to go on where only the way of sampling is not supported. */
    private static final String WAY_OUT = " (--own-defaults takes the model and leaves the scheduler's way of sampling)";

    private Schedulers() {}

    /** Returns the names of the classes that are understood. */
    public static List<String> names() {
        var names = new TreeSet<>(BETAS);
        names.addAll(BETAS_ALONE);
        names.addAll(List.of(EDM_DPM, EDM_EULER, FLOW, FLOW_MAP, CONSISTENCY));
        return List.copyOf(names);
    }

    /**
     * Reads a configuration.
     *
     * @param ownDefaults whether to take what it says of the model alone, and sample as we recommend
     * @throws IllegalArgumentException if the class or a setting is not supported; the message names the first
     */
    public static SchedulerFacts read(ObjectNode json, boolean ownDefaults) {
        return read(new SchedulerConfig(json), ownDefaults);
    }

    /**
     * Returns the settings that {@link #read} looks at: another value of one of the others changes nothing.
     *
     * @throws IllegalArgumentException as {@link #read}
     */
    public static Set<String> used(ObjectNode json, boolean ownDefaults) {
        var config = new SchedulerConfig(json);
        read(config, ownDefaults);
        config.used().add(SchedulerConfig.CLASS);
        return Set.copyOf(config.used());
    }

    /** Returns the settings that a class of diffusers has; empty if the class is not understood. */
    public static Set<String> settings(String className) {
        return SchedulerKeys.of(className);
    }

    /** Returns the settings of a configuration that no class has, sorted: they are kept and not looked at. */
    public static Set<String> unknown(ObjectNode json) {
        return SchedulerKeys.unknown(json);
    }

    /** Returns by how much a scheduler's timestep has to be multiplied before the network gets it; 1 but in files of ours. */
    public static double timestepFactor(JsonNode json) {
        return json.path(SchedulerConfig.PATHLINE).path(SchedulerConfig.TIMESTEP_FACTOR).asDouble(1);
    }

    /**
     * Refuses a configuration in which a setting of its class is misspelt.
     *
     * @throws IllegalArgumentException if a key that no class has is nearly the name of a setting that is not there, or means
     *         what no class of today reads; the message names both
     */
    public static void requireSpelled(ObjectNode json) {
        var config = new SchedulerConfig(json);
        if (json.path("predict_epsilon").isBoolean() && !json.path("predict_epsilon").asBoolean()
                && !json.has("prediction_type")) {
            throw new IllegalArgumentException("predict_epsilon is false, the name before diffusers 0.10 of"
                    + " prediction_type, which later versions do not read: it means --set prediction_type=sample");
        }
        SchedulerKeys.requireSpelled(json, config.className());
    }

    private static SchedulerFacts read(SchedulerConfig config, boolean ownDefaults) {
        String name = config.className();
        SchedulerFacts model = switch (name) {
            case EDM_DPM, EDM_EULER -> edm(config);
            case FLOW -> flow(config);
            case FLOW_MAP -> flowMap(config);
            case CONSISTENCY -> consistency(config);
            default -> {
                if (!BETAS.contains(name) && !BETAS_ALONE.contains(name)) {
                    throw new IllegalArgumentException(name.isEmpty()
                            ? "_class_name is missing; supported are " + String.join(", ", names())
                            : name + " is not supported; supported are " + String.join(", ", names()));
                }
                yield new BetaScheduler(config).model();
            }
        };
        if (ownDefaults) {
            return model.withOwnDefaults();
        }
        try {
            return new SchedulerFacts(model.kind(), model.schedule(), model.prediction(), model.preconditioning(),
                    model.timeInput(), sampling(config));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(e.getMessage() + WAY_OUT, e);
        }
    }

    private static SamplingDefaults sampling(SchedulerConfig config) {
        return switch (config.className()) {
            case EDM_DPM -> edmSampling(config, DpmSolverNames.of(config));
            case EDM_EULER -> edmSampling(config, "euler");
            case FLOW -> flowSampling(config);
            // As many steps as there are, its sigmas are the grid of even times, shifted once.
            case FLOW_MAP -> new SamplingDefaults("mean-flow", 4, "time", 1);
            case CONSISTENCY -> {
                config.requireNumber("rho", 7);
                config.requireNumber("s_noise", 1);
                yield new SamplingDefaults("consistency", 2, "karras-leading", 1,
                        config.flag("clip_denoised", true) ? "clip" : null);
            }
            default -> new BetaScheduler(config).sampling();
        };
    }

    /** The network is wrapped as in EDM (arXiv 2206.00364, table 1) and takes {@code ln(sigma)/4}. */
    private static SchedulerFacts edm(SchedulerConfig config) {
        config.word("prediction_type", "epsilon", List.of("epsilon"));
        return new SchedulerFacts(ModelKind.DIFFUSION,
                new Edm(config.number("sigma_min", 0.002), config.number("sigma_max", 80)).spec(), Prediction.DATA,
                new Preconditioning.Edm(config.number("sigma_data", 0.5)),
                new TimeInput.LogSigma(0.25 * config.timestepFactor()),
                SamplingDefaults.DEFAULT);
    }

    private static SamplingDefaults edmSampling(SchedulerConfig config, String solver) {
        config.word("final_sigmas_type", "zero", List.of("zero"));
        String grid = config.word("sigma_schedule", "karras", List.of("exponential", "karras"));
        if (grid.equals("karras")) {
            config.requireNumber("rho", 7);
        }
        boolean clips = config.flag("thresholding", false);
        if (clips) {
            config.requireNumber("sample_max_value", 1);
        }
        return new SamplingDefaults(solver, 20, grid, 1, clips ? "clip" : null);
    }

    private static SchedulerFacts flow(SchedulerConfig config) {
        config.requireUnset("invert_sigmas", "time runs from noise to data here");
        return straight(config, ModelKind.DIFFUSION, Prediction.VELOCITY);
    }

    /** The network jumps: {@code x - (sigma_t - sigma_r) u(x, T sigma_t, T sigma_r)}, with T training timesteps. */
    private static SchedulerFacts flowMap(SchedulerConfig config) {
        return straight(config, ModelKind.FLOW_MAP, Prediction.AVERAGE_VELOCITY);
    }

    private static SchedulerFacts straight(SchedulerConfig config, ModelKind kind, Prediction prediction) {
        if (config.number("num_train_timesteps", 1000) < 1) {
            throw config.wrong("num_train_timesteps", "it must be a whole number from 1 on");
        }
        if (!(config.number("shift", 1) > 0)) {
            throw config.wrong("shift", "it must be above 0");
        }
        return new SchedulerFacts(kind,
                new ScheduleSpec(RectifiedFlow.NAME, Map.of("shift", config.number("shift", 1))), prediction,
                Preconditioning.NONE, TimeInput.scaled(config.count("num_train_timesteps", 1000)),
                SamplingDefaults.DEFAULT);
    }

    private static SamplingDefaults flowSampling(SchedulerConfig config) {
        config.requireNumber("num_train_timesteps", 1000);
        for (String key : List.of("use_dynamic_shifting", "shift_terminal", "use_karras_sigmas",
                "use_exponential_sigmas", "use_beta_sigmas", "stochastic_sampling")) {
            config.requireUnset(key, "no time grid here is spaced so");
        }
        return new SamplingDefaults("euler", 20, "linspace-unrounded", 1);
    }

    /** The network is wrapped as in arXiv 2303.01469, appendix C, and takes {@code 250 ln(sigma)}. */
    private static SchedulerFacts consistency(SchedulerConfig config) {
        double sigmaMin = config.positive("sigma_min", 0.002);
        double sigmaMax = config.positive("sigma_max", 80);
        int levels = config.count("num_train_timesteps", 40);
        if (sigmaMax <= sigmaMin) {
            throw config.wrong("sigma_max", "it must be above sigma_min, which is " + sigmaMin);
        }
        if (levels < 2) {
            throw config.wrong("num_train_timesteps", "it must be a whole number from 2 on");
        }
        return new SchedulerFacts(ModelKind.CONSISTENCY, new Edm(sigmaMin, sigmaMax, levels).spec(), Prediction.DATA,
                new Preconditioning.Consistency(config.positive("sigma_data", 0.5), sigmaMin),
                new TimeInput.LogSigma(CONSISTENCY_TIME * config.timestepFactor()),
                SamplingDefaults.of(ModelKind.CONSISTENCY));
    }
}
