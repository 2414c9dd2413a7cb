package dev.pathline.diffusion.planner;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelGuidance;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.solver.SolverOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A setting that was asked for and changes nothing. It is accepted, because nothing wrong comes of it and because forms
 * send what they show; but whoever asked is told, or would take the samples for what they are not.
 *
 * @param field the setting's name, as in {@link SamplingSettings}
 * @param reason why it changes nothing, a sentence without its full stop
 */
public record IdleSetting(String field, String reason) {

    private static final String RESCALE = "cfgRescale";
    private static final String INTERVAL = "cfgInterval";

    /**
     * Returns the settings that change nothing in a plan; none that were left to the card.
     *
     * @param settings what was asked
     * @param plan what {@link Planner#plan} made of it for the model of {@code card}
     */
    public static List<IdleSetting> of(ModelCard card, SamplingSettings settings, SamplingPlan plan) {
        List<IdleSetting> idle = new ArrayList<>();
        Double scale = settings.cfgScale();
        if (scale != null && !settings.conditional() && isIdle(card, scale, plan)) {
            idle.add(new IdleSetting("cfgScale", card.conditional()
                    ? "cfgScale changes nothing without a label to guide towards"
                    : "cfgScale changes nothing, since model '" + card.name() + "' is unconditional"));
        }
        boolean on = settings.conditional() && plan.cfgScale() != 1;
        boolean guided = plan.stages().stream().anyMatch(
                stage -> stage.call() != null && stage.call().isGuided());
        if (settings.cfgInterval() != null && !guided) {
            idle.add(new IdleSetting(INTERVAL, on
                    ? "cfgInterval holds none of the noise levels that are evaluated, so guidance is off"
                    : off(card, settings, INTERVAL)));
        }
        Double rescale = settings.cfgRescale();
        if (rescale != null && rescale > 0 && !guided) {
            idle.add(new IdleSetting(RESCALE, off(card, settings, RESCALE)));
        }
        if (plan.draws() == 0) {
            settings.options().keySet().forEach(option -> {
                String reason = withoutNoise(option, settings);
                if (reason != null) {
                    idle.add(new IdleSetting(option.wire(), option.wire() + " changes nothing" + reason));
                }
            });
        }
        if ("brownian".equals(settings.noise()) && plan.draws() == 0) {
            idle.add(new IdleSetting("noise",
                    "noise changes nothing, since solver '" + plan.solver() + "' draws none on its way"));
        }
        return List.copyOf(idle);
    }

    /** Whether a scale changes nothing in a sample without a label: what a network has within, or is told, it has always. */
    private static boolean isIdle(ModelCard card, double scale, SamplingPlan plan) {
        return switch (card.guidance()) {
            case ModelGuidance.ClassifierFree _ -> scale != 1;
            case ModelGuidance.BakedIn _ -> false;
            case ModelGuidance.Input _ -> scale != plan.cfgScale();
        };
    }

    /** Why an option changes nothing in a plan that draws no noise; null where it does. */
    private static @Nullable String withoutNoise(SolverOption option, SamplingSettings settings) {
        Double churn = settings.options().get(SolverOption.CHURN);
        boolean off = churn != null && churn == 0;
        return switch (option) {
            case ETA -> null;
            case CHURN -> off ? null : ": no step begins at a noise level between churnMin and churnMax";
            case CHURN_MIN, CHURN_MAX -> off ? " while churn is 0" : null;
            case CHURN_NOISE -> off ? " while churn is 0" : ", since no noise is added before any step";
            case INNER_STEPS, SNR, STEP_SIZE -> " in a single step, which ends at the data";
        };
    }

    private static String off(ModelCard card, SamplingSettings settings, String field) {
        if (!card.conditional()) {
            return field + " changes nothing, since model '" + card.name() + "' is unconditional";
        }
        return field + " changes nothing while guidance is off" + (settings.conditional()
                ? "; set cfgScale to something other than 1"
                : ": without a label there is nothing to guide towards");
    }
}
