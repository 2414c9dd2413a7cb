package dev.pathline.diffusion.planner;

import dev.pathline.diffusion.card.InvalidSettingException;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelGuidance;
import dev.pathline.diffusion.guidance.CfgInterval;
import dev.pathline.diffusion.guidance.Guidance;
import java.math.BigDecimal;
import java.util.Objects;

/** The guidance that a request asks for, or a refusal that says what its model can do. */
final class WantedGuidance {

    private static final String SCALE = "cfgScale";
    private static final String RESCALE = "cfgRescale";
    private static final String INTERVAL = "cfgInterval";

    private WantedGuidance() {}

    static Guidance of(ModelCard card, SamplingSettings settings) {
        double scale = Objects.requireNonNullElse(settings.cfgScale(), card.defaults().cfgScale());
        if (!(scale >= 0 && scale <= ModelGuidance.MAX_SCALE)) {
            throw refusal(SCALE, "The guidance scale must be 0 to 30 (1 is off), not " + scale + ".");
        }
        double rescale = Objects.requireNonNullElse(settings.cfgRescale(), 0.0);
        if (!(rescale >= 0 && rescale <= 1)) {
            throw refusal(RESCALE, "The rescale of guidance must be 0 (off) to 1, not " + rescale + ".");
        }
        return switch (card.guidance()) {
            case ModelGuidance.ClassifierFree _ -> classifierFree(card, settings, scale, rescale);
            case ModelGuidance.BakedIn baked -> baked(card, settings, baked, scale, rescale);
            case ModelGuidance.Input input -> input(card, settings, input, scale, rescale);
        };
    }

    private static Guidance classifierFree(ModelCard card, SamplingSettings settings, double scale, double rescale) {
        if (!settings.conditional() || scale == 1) {
            return Guidance.OFF;
        }
        if (!card.nullClass()) {
            throw refusal(SCALE, "Model '" + card.name() + "' was trained without a null class and cannot be"
                    + " guided; only a scale of 1 is accepted.");
        }
        return new Guidance(scale, interval(settings), rescale);
    }

    private static Guidance baked(ModelCard card, SamplingSettings settings, ModelGuidance.BakedIn baked, double scale,
            double rescale) {
        if (scale != baked.scale()) {
            throw refusal(SCALE, "Model '" + card.name() + "' has guidance of scale " + text(baked.scale())
                    + " baked in and knows no other; leave cfgScale out, or set it to " + text(baked.scale()) + ", not "
                    + text(scale) + ".");
        }
        refuseRescale(card, rescale);
        if (settings.cfgInterval() != null) {
            throw refusal(INTERVAL, "Model '" + card.name() + "' has its guidance baked in at every noise level;"
                    + " leave cfgInterval out.");
        }
        return Guidance.of(scale);
    }

    /** Without a label there is nothing to guide towards, and the network is told of as little guidance as it knows. */
    private static Guidance input(ModelCard card, SamplingSettings settings, ModelGuidance.Input input, double scale,
            double rescale) {
        if (!input.contains(scale)) {
            throw refusal(SCALE, "The network of model '" + card.name() + "' knows guidance of scales from "
                    + text(input.min()) + " to " + text(input.max()) + ", not " + text(scale) + ".");
        }
        refuseRescale(card, rescale);
        if (settings.cfgInterval() != null && !input.contains(1)) {
            throw refusal(INTERVAL, "The network of model '" + card.name() + "' knows guidance of scales from "
                    + text(input.min()) + " to " + text(input.max())
                    + " and so not to be without, as it would be outside an interval; leave cfgInterval out.");
        }
        return card.conditional() && !settings.conditional()
                ? Guidance.of(input.nearest(1))
                : new Guidance(scale, interval(settings), 0);
    }

    private static void refuseRescale(ModelCard card, double rescale) {
        if (rescale > 0) {
            throw refusal(RESCALE, "The network of model '" + card.name() + "' guides itself, and what it would predict"
                    + " without guidance is not computed; only a rescale of 0 is accepted.");
        }
    }

    private static CfgInterval interval(SamplingSettings settings) {
        return Objects.requireNonNullElse(settings.cfgInterval(), CfgInterval.ALWAYS);
    }

    private static String text(double scale) {
        return BigDecimal.valueOf(scale).stripTrailingZeros().toPlainString();
    }

    private static InvalidSettingException refusal(String field, String message) {
        return new InvalidSettingException(field, message);
    }
}
