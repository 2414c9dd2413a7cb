package dev.pathline.engine.checkpoint.scheduler;

import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.card.SamplingDefaults;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.Ddpm;
import dev.pathline.diffusion.schedule.ScheduleSpec;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The schedulers of diffusers over the indices of a discrete training: DDPM's betas, and a network that takes the index.
 */
final class BetaScheduler {

    private static final Map<String, String> SCHEDULES = Map.of("linear", Ddpm.LINEAR, "scaled_linear",
            Ddpm.SCALED_LINEAR, "squaredcos_cap_v2", Ddpm.SQUARED_COSINE);

    private static final Map<String, Prediction> PREDICTIONS = Map.of("epsilon", Prediction.NOISE, "sample",
            Prediction.DATA, "v_prediction", Prediction.V_PREDICTION);

    /** Schedulers whose defaults are the betas of latent diffusion. */
    private static final Set<String> LATENT_BETAS = Set.of("HeunDiscreteScheduler", "KDPM2DiscreteScheduler",
            "KDPM2AncestralDiscreteScheduler");

    private static final int FEWEST_STEPS = 2;
    private static final int MOST_STEPS = 100_000;

    private final SchedulerConfig config;

    BetaScheduler(SchedulerConfig config) {
        this.config = config;
    }

    /** What the scheduler says of the model, with our own defaults. */
    SchedulerFacts model() {
        config.requireUnset("use_flow_sigmas", "use FlowMatchEulerDiscreteScheduler's configuration for a flow");
        if (config.has("trained_betas")) {
            config.requireUnset("rescale_betas_zero_snr", "with trained_betas the list says all");
            BetaTable table = config.betaTable();
            return new SchedulerFacts(ModelKind.DIFFUSION, table.schedule().spec(),
                    config.choice("prediction_type", "epsilon", PREDICTIONS), Preconditioning.NONE, table.input(),
                    SamplingDefaults.DEFAULT);
        }
        int steps = config.count("num_train_timesteps", 1000);
        if (steps < FEWEST_STEPS || steps > MOST_STEPS) {
            throw config.wrong("num_train_timesteps", "supported are " + FEWEST_STEPS + " to " + MOST_STEPS);
        }
        String name = config.choice("beta_schedule", "linear", SCHEDULES);
        var parameters = new TreeMap<String, Double>();
        parameters.put("trainingSteps", (double) steps);
        parameters.put("zeroTerminalSnr", config.flag("rescale_betas_zero_snr", false) ? 1.0 : 0.0);
        if (!name.equals(Ddpm.SQUARED_COSINE)) {
            boolean latent = LATENT_BETAS.contains(config.className());
            double start = config.number("beta_start", latent ? 0.00085 : 1e-4);
            double end = config.number("beta_end", latent ? 0.012 : 0.02);
            if (!(start > 0)) {
                throw config.wrong("beta_start", "it must be above 0");
            }
            if (!(end >= start && end < 1)) {
                throw config.wrong("beta_end", "it must be at least beta_start, " + start + ", and below 1");
            }
            parameters.put("betaStart", start);
            parameters.put("betaEnd", end);
        }
        Prediction prediction = config.choice("prediction_type", "epsilon", PREDICTIONS);
        if (prediction == Prediction.NOISE && config.flag("rescale_betas_zero_snr", false)) {
            throw config.wrong("rescale_betas_zero_snr", "with prediction_type epsilon the first step, from pure noise,"
                    + " divides by zero: supported are v_prediction and sample");
        }
        return new SchedulerFacts(ModelKind.DIFFUSION, new ScheduleSpec(name, parameters), prediction,
                Preconditioning.NONE, new TimeInput.Scaled(steps, -1), SamplingDefaults.DEFAULT);
    }

    /** How it samples. */
    SamplingDefaults sampling() {
        return switch (config.className()) {
            case "DDPMScheduler" -> defaults(variance(), 100, "leading", "linspace", threshold(true));
            case "DDIMScheduler" -> ddim(threshold(true));
            case "DPMSolverMultistepScheduler" -> defaults(dpmSolver(), 20, "leading-open", "linspace-open",
                    threshold(false));
            case "UniPCMultistepScheduler" -> defaults(uniPc(), 20, "leading-open", "linspace-open", threshold(false));
            // Euler's method in (x/alpha, sigma/alpha) is DDIM; our euler is Euler's method in t.
            case "EulerDiscreteScheduler" -> defaults(euler("ddim"), 25, "leading", "linspace-unrounded", null);
            case "EulerAncestralDiscreteScheduler" -> defaults(euler("euler-ancestral"), 25, "leading",
                    "linspace-unrounded", null);
            case "HeunDiscreteScheduler" -> defaults("edm-heun", 15, "leading", "linspace-unrounded", clip());
            default -> throw new IllegalArgumentException(config.className()
                    + " has no solver here that computes the same");
        };
    }

    private SamplingDefaults ddim(@Nullable String threshold) {
        if (!config.flag("set_alpha_to_one", true)) {
            throw config.wrong("set_alpha_to_one", "sampling ends at clean data here, supported is true");
        }
        return defaults(threshold == null ? "ddim" : "ddim-raw-noise", 50, "leading", "linspace", threshold);
    }

    private SamplingDefaults defaults(String solver, int steps, String leading, String linspace,
            @Nullable String threshold) {
        requireCleanEnd();
        return new SamplingDefaults(solver, steps, grid(leading, linspace), 1, threshold);
    }

    private void requireCleanEnd() {
        config.word("final_sigmas_type", "zero", List.of("zero"));
    }

    private String grid(String leading, String linspace) {
        config.requireUnset("use_beta_sigmas", "no time grid here is spaced so");
        config.requireUnset("use_lu_lambdas", "no time grid here is spaced so");
        config.requireUnset("sigma_min", "the noise levels are the training's");
        config.requireUnset("sigma_max", "the noise levels are the training's");
        if (config.flag("use_karras_sigmas", false)) {
            return "karras";
        }
        if (config.flag("use_exponential_sigmas", false)) {
            return "exponential";
        }
        boolean ddpm = List.of("DDPMScheduler", "DDIMScheduler").contains(config.className());
        String grid = config.choice("timestep_spacing", ddpm ? "leading" : "linspace",
                Map.of("leading", leading, "linspace", linspace, "trailing", "trailing"));
        if (grid.equals(leading) && config.count("steps_offset", 0) != 0) {
            throw config.wrong("steps_offset", "the time grid leading starts at index 0, supported is 0");
        }
        return grid;
    }

    private String variance() {
        return config.choice("variance_type", "fixed_small", Map.of("fixed_small", "ancestral", "fixed_small_log",
                "ancestral", "fixed_large", "ancestral-fixed-large"));
    }

    private String dpmSolver() {
        // A bound of -5.1 leaves out what sampling of the squared cosine leaves out here; no other schedule gets there.
        if (config.number("lambda_min_clipped", Double.NEGATIVE_INFINITY) > -5.1) {
            throw config.wrong("lambda_min_clipped", "supported are bounds up to -5.1");
        }
        return DpmSolverNames.of(config);
    }

    private String uniPc() {
        config.requireUnset("disable_corrector", "the corrector runs at every step");
        config.requireUnset("solver_p", "the predictor is UniP");
        if (!config.flag("predict_x0", true)) {
            throw config.wrong("predict_x0", "supported is true");
        }
        if (!config.flag("lower_order_final", true)) {
            throw config.wrong("lower_order_final", "supported is true");
        }
        int order = config.count("solver_order", 2);
        if (order < 1 || order > 3) {
            throw config.wrong("solver_order", "supported are 1, 2 and 3");
        }
        return "unipc-" + order + config.choice("solver_type", "bh2", Map.of("bh1", "-bh1", "bh2", ""));
    }

    private String euler(String solver) {
        config.word("interpolation_type", "linear", List.of("linear"));
        config.word("timestep_type", "discrete", List.of("discrete"));
        return solver;
    }

    /** @param clipsByDefault whether the class clips unless it is told not to */
    private @Nullable String threshold(boolean clipsByDefault) {
        if (config.flag("thresholding", false)) {
            // Its quantile is held between 1 and the largest value: with 1 it is clipping.
            config.requireNumber("sample_max_value", 1);
            return "clip";
        }
        return clipsByDefault && config.flag("clip_sample", true) ? inRange() : null;
    }

    private @Nullable String clip() {
        return config.flag("clip_sample", false) ? inRange() : null;
    }

    private String inRange() {
        config.requireNumber("clip_sample_range", 1);
        return "clip";
    }
}
