package dev.pathline.engine.checkpoint.scheduler;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.card.SamplingDefaults;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.TargetInput;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.Ddpm;
import dev.pathline.diffusion.schedule.Edm;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the configuration of the scheduler of diffusers that fits a model: the inverse of {@link Schedulers#read}. What
 * the model means is exact; where diffusers has no scheduler that samples as the card recommends, it is the nearest.
 */
public final class SchedulerWriter {

    private static final String VERSION = "0.30.0";

    private static final Map<Prediction, String> PREDICTIONS = Map.of(Prediction.NOISE, "epsilon", Prediction.DATA,
            "sample", Prediction.V_PREDICTION, "v_prediction");

    private static final String DPM = "DPMSolverMultistepScheduler";

    private static final Map<String, String> BETAS = Map.of(Ddpm.LINEAR, "linear", Ddpm.SCALED_LINEAR,
            "scaled_linear", Ddpm.SQUARED_COSINE, "squaredcos_cap_v2");

    private final ModelCard card;
    private final SamplingDefaults defaults;
    private final ObjectNode json = JsonMapper.shared().createObjectNode();

    private SchedulerWriter(ModelCard card) {
        this.card = card;
        this.defaults = card.defaults();
    }

    /** Returns the configuration, or nothing where diffusers has no scheduler for such a model. */
    public static Optional<ObjectNode> write(ModelCard card) {
        var writer = new SchedulerWriter(card);
        return writer.written() ? Optional.of(writer.json) : Optional.empty();
    }

    private boolean written() {
        NoiseSchedule schedule = card.noiseSchedule();
        boolean plain = card.preconditioning() instanceof Preconditioning.None;
        if (schedule instanceof Ddpm && card.kind() == ModelKind.DIFFUSION && plain
                && PREDICTIONS.containsKey(card.prediction())
                && card.timeInput().equals(new TimeInput.Scaled(schedule.trainingIndices(), -1))) {
            betas();
            return true;
        }
        Optional<BetaTable> table = BetaTable.of(card);
        if (table.isPresent() && card.kind() == ModelKind.DIFFUSION && plain
                && PREDICTIONS.containsKey(card.prediction())) {
            betas(table.get());
            return true;
        }
        if (schedule instanceof RectifiedFlow flow && card.kind() == ModelKind.DIFFUSION && plain
                && card.prediction() == Prediction.VELOCITY
                && card.timeInput() instanceof TimeInput.Scaled(double factor, double offset) && offset == 0) {
            name("FlowMatchEulerDiscreteScheduler", factor);
            json.put("shift", flow.shift());
            return true;
        }
        if (schedule instanceof Edm edm && card.preconditioning() instanceof Preconditioning.Edm(double sigmaData)
                && card.kind() == ModelKind.DIFFUSION
                && card.timeInput() instanceof TimeInput.LogSigma(double factor)) {
            edm(edm, sigmaData, factor);
            return true;
        }
        if (schedule instanceof Edm edm && card.kind() == ModelKind.CONSISTENCY
                && card.preconditioning() instanceof Preconditioning.Consistency(double sigmaData, double sigmaMin)
                && sigmaMin == edm.sigmaMin() && card.timeInput() instanceof TimeInput.LogSigma(double factor)) {
            name(Schedulers.CONSISTENCY, edm.levels());
            timestepFactor(factor / Schedulers.CONSISTENCY_TIME);
            sigmas(edm, sigmaData);
            json.put("s_noise", 1.0);
            json.put("clip_denoised", clips());
            return true;
        }
        if (schedule instanceof RectifiedFlow flow && card.kind() == ModelKind.FLOW_MAP && plain
                && card.prediction() == Prediction.AVERAGE_VELOCITY && card.targetInput() != TargetInput.LEVEL
                && card.timeInput() instanceof TimeInput.Scaled(double factor, double offset) && offset == 0
                && factor == (int) factor && factor > 0) {
            name(Schedulers.FLOW_MAP, factor);
            json.put("shift", flow.shift());
            return true;
        }
        return false;
    }

    private void name(String className, double trainingSteps) {
        json.put(SchedulerConfig.CLASS, className);
        json.put("_diffusers_version", VERSION);
        json.put("num_train_timesteps", (int) trainingSteps);
    }

    private void sigmas(Edm edm, double sigmaData) {
        json.put("sigma_min", edm.sigmaMin());
        json.put("sigma_max", edm.sigmaMax());
        json.put("sigma_data", sigmaData);
        json.put("rho", 7.0);
    }

    /** @param factor the network takes {@code factor ln(sigma)}, the scheduler has {@code ln(sigma)/4} */
    private void edm(Edm edm, double sigmaData, double factor) {
        boolean euler = defaults.solver().equals("euler");
        name(euler ? "EDMEulerScheduler" : "EDMDPMSolverMultistepScheduler", 1000);
        sigmas(edm, sigmaData);
        timestepFactor(4 * factor);
        json.put("prediction_type", "epsilon");
        json.put("sigma_schedule", "exponential".equals(defaults.timeGrid()) ? "exponential" : "karras");
        json.put("final_sigmas_type", "zero");
        if (!euler) {
            dpmSolver();
            json.put("thresholding", clips());
            json.put("sample_max_value", 1.0);
        }
    }

    /** @param factor what the network takes, of the scheduler's timestep */
    private void timestepFactor(double factor) {
        if (factor != 1) {
            json.putObject(SchedulerConfig.PATHLINE).put(SchedulerConfig.TIMESTEP_FACTOR, factor);
        }
    }

    private void betas() {
        NoiseSchedule schedule = card.noiseSchedule();
        String className = betaClass();
        boolean cut = schedule.timeIndices() < schedule.trainingIndices();
        if (cut && !className.equals(DPM)) {
            // Sampling starts before the last index here; of diffusers' classes one alone can be told so.
            BetaTable.of(card).ifPresent(this::betas);
            return;
        }
        Map<String, Double> parameters = schedule.spec().parameters();
        name(className, schedule.trainingIndices());
        json.put("beta_schedule", BETAS.get(card.schedule().name()));
        json.put("beta_start", parameters.getOrDefault("betaStart", 1e-4));
        json.put("beta_end", parameters.getOrDefault("betaEnd", 0.02));
        if (!className.equals("HeunDiscreteScheduler")) {
            json.put("rescale_betas_zero_snr", parameters.getOrDefault("zeroTerminalSnr", 0.0) == 1);
        }
        if (cut) {
            json.put("lambda_min_clipped", Ddpm.LEAST_HALF_LOG_SNR);
        }
        sampling(className);
    }

    private void betas(BetaTable table) {
        String className = betaClass();
        name(className, 0);
        table.write(json);
        sampling(className);
    }

    private void sampling(String className) {
        json.put("prediction_type", PREDICTIONS.get(card.prediction()));
        json.put("timestep_spacing", spacing());
        json.put("steps_offset", 0);
        switch (className) {
            case "DDPMScheduler" -> {
                json.put("variance_type", defaults.solver().endsWith("large") ? "fixed_large" : "fixed_small");
                clip();
            }
            case "DDIMScheduler" -> {
                json.put("set_alpha_to_one", true);
                clip();
            }
            case "HeunDiscreteScheduler" -> {
                noiseGrid();
                clip();
            }
            case "UniPCMultistepScheduler" -> {
                noiseGrid();
                json.put("solver_order", defaults.solver().charAt("unipc-".length()) - '0');
                json.put("solver_type", defaults.solver().endsWith("bh1") ? "bh1" : "bh2");
                json.put("thresholding", clips());
            }
            case DPM -> {
                noiseGrid();
                dpmSolver();
                json.put("thresholding", clips());
            }
            default -> json.put("interpolation_type", "linear");
        }
    }

    private String betaClass() {
        return switch (defaults.solver()) {
            case "ancestral", "ancestral-fixed-large" -> "DDPMScheduler";
            case "ddim", "ddim-raw-noise" -> "DDIMScheduler";
            case "edm-heun" -> "HeunDiscreteScheduler";
            // Without a threshold or a grid of noise levels, which this class has not.
            case "euler-ancestral" -> "EulerAncestralDiscreteScheduler";
            case "unipc-1", "unipc-2", "unipc-3", "unipc-1-bh1", "unipc-2-bh1", "unipc-3-bh1" ->
                "UniPCMultistepScheduler";
            default -> DPM;
        };
    }

    private void dpmSolver() {
        String solver = defaults.solver();
        json.put("algorithm_type", solver.startsWith("sde-") ? "sde-dpmsolver++" : "dpmsolver++");
        json.put("solver_order", solver.contains("++-1") ? 1 : solver.contains("++-3m") ? 3 : 2);
        json.put("solver_type", solver.contains("heun") || solver.contains("++-3m") ? "heun" : "midpoint");
    }

    private void noiseGrid() {
        json.put("use_karras_sigmas", "karras".equals(defaults.timeGrid()));
        json.put("use_exponential_sigmas", "exponential".equals(defaults.timeGrid()));
    }

    private String spacing() {
        String grid = defaults.timeGrid();
        return grid == null || grid.startsWith("linspace")
                ? "linspace"
                : grid.startsWith("leading") ? "leading" : "trailing";
    }

    private void clip() {
        json.put("clip_sample", clips());
        json.put("clip_sample_range", 1.0);
    }

    private boolean clips() {
        return "clip".equals(defaults.threshold());
    }
}
