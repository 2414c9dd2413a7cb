package dev.pathline.engine.checkpoint.scheduler;

import dev.pathline.diffusion.card.Spelling;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/**
 * The settings that each scheduler of diffusers has (0.40). Of a file, diffusers gives a class those that it has and drops the
 * others, which another class may have written; so they are dropped here.
 */
final class SchedulerKeys {

    private static final List<String> BETAS = List.of("num_train_timesteps", "beta_start", "beta_end", "beta_schedule",
            "trained_betas", "prediction_type", "timestep_spacing", "steps_offset");

    private static final List<String> THRESHOLD = List.of("thresholding", "dynamic_thresholding_ratio",
            "sample_max_value");

    private static final List<String> CLIP = List.of("clip_sample", "clip_sample_range");

    private static final List<String> SIGMAS = List.of("use_karras_sigmas", "use_exponential_sigmas",
            "use_beta_sigmas");

    private static final List<String> FLOW = List.of("use_flow_sigmas", "flow_shift", "use_dynamic_shifting",
            "time_shift_type");

    private static final List<String> EDM = List.of("num_train_timesteps", "sigma_min", "sigma_max", "sigma_data",
            "rho",
            "sigma_schedule", "prediction_type", "final_sigmas_type");

    private static final List<String> MULTISTEP = List.of("solver_order", "solver_type", "lower_order_final");

    private static final List<String> DPM = List.of("algorithm_type", "euler_at_final");

    private static final String ZERO_SNR = "rescale_betas_zero_snr";
    private static final String FINAL = "final_sigmas_type";

    private static final Map<String, Set<String>> BY_CLASS = byClass();

    private SchedulerKeys() {}

    private static Map<String, Set<String>> byClass() {
        var keys = new HashMap<String, Set<String>>();
        keys.put("DDPMScheduler", all(BETAS, CLIP, THRESHOLD, List.of("variance_type", ZERO_SNR)));
        keys.put("DDIMScheduler", all(BETAS, CLIP, THRESHOLD, List.of("set_alpha_to_one", ZERO_SNR)));
        keys.put("DPMSolverMultistepScheduler", all(BETAS, THRESHOLD, SIGMAS, FLOW, MULTISTEP, DPM,
                List.of("use_lu_lambdas", FINAL, "lambda_min_clipped", "variance_type", ZERO_SNR)));
        keys.put("UniPCMultistepScheduler", all(BETAS, THRESHOLD, SIGMAS, FLOW, MULTISTEP, List.of("predict_x0",
                "disable_corrector", "solver_p", FINAL, ZERO_SNR, "sigma_min", "sigma_max", "shift_terminal")));
        keys.put("EulerDiscreteScheduler",
                all(BETAS, SIGMAS, List.of("interpolation_type", "timestep_type", "sigma_min",
                        "sigma_max", FINAL, ZERO_SNR)));
        keys.put("EulerAncestralDiscreteScheduler", all(BETAS, List.of(ZERO_SNR)));
        keys.put("HeunDiscreteScheduler", all(BETAS, SIGMAS, CLIP));
        keys.put("PNDMScheduler", all(BETAS, List.of("skip_prk_steps", "set_alpha_to_one")));
        keys.put("LMSDiscreteScheduler", all(BETAS, SIGMAS));
        keys.put("DEISMultistepScheduler", all(BETAS, THRESHOLD, SIGMAS, FLOW, MULTISTEP, List.of("algorithm_type")));
        keys.put("DPMSolverSinglestepScheduler", all(BETAS, THRESHOLD, SIGMAS, FLOW, MULTISTEP,
                List.of("algorithm_type", FINAL, "lambda_min_clipped", "variance_type")));
        keys.put("KDPM2DiscreteScheduler", all(BETAS, SIGMAS));
        keys.put("KDPM2AncestralDiscreteScheduler", all(BETAS, SIGMAS));
        keys.put("EDMEulerScheduler", all(EDM));
        keys.put("EDMDPMSolverMultistepScheduler", all(EDM, THRESHOLD, MULTISTEP, DPM));
        keys.put("FlowMatchEulerDiscreteScheduler", all(SIGMAS, List.of("num_train_timesteps", "shift",
                "use_dynamic_shifting", "base_shift", "max_shift", "base_image_seq_len", "max_image_seq_len",
                "invert_sigmas", "shift_terminal", "time_shift_type", "stochastic_sampling")));
        keys.put("FlowMapEulerDiscreteScheduler", all(List.of("num_train_timesteps", "shift")));
        keys.put("CMStochasticIterativeScheduler", all(List.of("num_train_timesteps", "sigma_min", "sigma_max",
                "sigma_data", "s_noise", "rho", "clip_denoised")));
        return Map.copyOf(keys);
    }

    @SafeVarargs
    private static Set<String> all(Collection<String>... parts) {
        var keys = new TreeSet<String>();
        for (Collection<String> part : parts) {
            keys.addAll(part);
        }
        return Set.copyOf(keys);
    }

    /** Returns the settings of a class; empty if the class is not known. */
    static Set<String> of(String className) {
        return BY_CLASS.getOrDefault(className, Set.of());
    }

    /** Returns the settings of a file that no class has, sorted. What begins with an underscore is no setting. */
    static Set<String> unknown(ObjectNode json) {
        var unknown = new TreeSet<String>();
        json.propertyNames().stream().filter(key -> !key.startsWith("_"))
                .filter(key -> BY_CLASS.values().stream().noneMatch(keys -> keys.contains(key))).forEach(unknown::add);
        return unknown;
    }

    /**
     * Refuses a file that has what no class has where a setting of its class is nearly called so: then it is not the model
     * that was meant.
     */
    static void requireSpelled(ObjectNode json, String className) {
        Set<String> absent = of(className).stream().filter(key -> !json.has(key)).collect(Collectors.toSet());
        for (String key : unknown(json)) {
            Spelling.nearest(key, absent).ifPresent(near -> {
                throw new IllegalArgumentException(key + " is no setting of " + className + "; did you mean " + near
                        + "? Rename it, or take it out");
            });
        }
    }
}
