package dev.pathline.engine.checkpoint.scheduler;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.TargetInput;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.Edm;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import java.util.Locale;

/** Why diffusers has no scheduler for a model: which field of its card is the first that none of them has. */
public final class UnfitCard {

    private UnfitCard() {}

    /**
     * Returns the reason, as a part of a sentence.
     *
     * @param card a card for which {@link SchedulerWriter#write} writes nothing
     */
    public static String reason(ModelCard card) {
        return switch (card.kind()) {
            case DIFFUSION -> "none is for kind " + card.kind() + " on the schedule " + card.schedule().name()
                    + " with prediction " + card.prediction() + " and its time input";
            case CONSISTENCY -> consistency(card);
            case FLOW_MAP -> flowMap(card);
        };
    }

    private static String consistency(ModelCard card) {
        if (!(card.noiseSchedule() instanceof Edm edm)) {
            return other(card, "schedule", card.schedule().name(), Edm.NAME);
        }
        if (!(card.preconditioning() instanceof Preconditioning.Consistency wrapping)) {
            return other(card, "preconditioning", word(card.preconditioning()), "consistency");
        }
        if (wrapping.sigmaMin() != edm.sigmaMin()) {
            return other(card, "preconditioning.sigmaMin", Double.toString(wrapping.sigmaMin()),
                    "the schedule's sigmaMin, here " + edm.sigmaMin());
        }
        return other(card, "timeInput", word(card.timeInput()), "log-sigma");
    }

    private static String flowMap(ModelCard card) {
        if (!(card.noiseSchedule() instanceof RectifiedFlow)) {
            return other(card, "schedule", card.schedule().name(), RectifiedFlow.NAME);
        }
        if (!(card.preconditioning() instanceof Preconditioning.None)) {
            return other(card, "preconditioning", word(card.preconditioning()), "none");
        }
        if (card.prediction() != Prediction.AVERAGE_VELOCITY) {
            return other(card, "prediction", word(card.prediction()), word(Prediction.AVERAGE_VELOCITY));
        }
        if (card.targetInput() == TargetInput.LEVEL) {
            return other(card, "targetInput", word(card.targetInput()), "time and length");
        }
        return other(card, "timeInput", word(card.timeInput()), "scaled by a whole number, without an offset");
    }

    private static String other(ModelCard card, String field, String value, String supported) {
        String scheduler = card.kind() == ModelKind.CONSISTENCY ? Schedulers.CONSISTENCY : Schedulers.FLOW_MAP;
        return field + " is " + value + ", and " + scheduler + " is for " + supported;
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String word(Preconditioning preconditioning) {
        return preconditioning.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    private static String word(TimeInput timeInput) {
        return switch (timeInput) {
            case TimeInput.Scaled scaled -> "scaled by " + scaled.factor()
                    + (scaled.offset() == 0 ? "" : " with the offset " + scaled.offset());
            case TimeInput.LogSigma _ -> "log-sigma";
            case TimeInput.Angle _ -> "angle";
        };
    }
}
