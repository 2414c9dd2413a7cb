package dev.pathline.diffusion.card;

import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.TargetInput;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.ScheduleSpec;
import java.util.List;

/** Reads a card from a JSON object. What the card can do without has its default. */
final class CardReader {
    private CardReader() {}

    static ModelCard read(JsonFields root) {
        int format = root.integer("formatVersion");
        if (format != ModelCard.FORMAT_VERSION) {
            throw root.wrong("formatVersion",
                    "be " + ModelCard.FORMAT_VERSION + ", the only version this program reads");
        }
        return new ModelCard(
                format,
                root.text("name"),
                root.text("version", ""),
                root.text("description", ""),
                root.word("kind", ModelKind.values()),
                root.integers("shape"),
                schedule(root.object("schedule")),
                root.word("prediction", Prediction.values()),
                preconditioning(root.optionalObject("preconditioning")),
                timeInput(root.optionalObject("timeInput")),
                root.has("targetInput") ? root.word("targetInput", TargetInput.values()) : TargetInput.TIME,
                root.texts("classes"),
                root.flag("nullClass"),
                guidance(root.optionalObject("guidance")),
                root.has("bounded") ? root.flag("bounded") : ModelCard.isPicture(root.integers("shape")),
                defaults(root.optionalObject("defaults"), SamplingDefaults.of(root.word("kind", ModelKind.values()))
                        .fitting(guidance(root.optionalObject("guidance")))),
                training(root.optionalObject("training")),
                root.count("parameters"),
                root.text("weightsSha256", ""),
                root.numbers("metrics"));
    }

    private static ScheduleSpec schedule(JsonFields node) {
        return new ScheduleSpec(node.text("name"), node.numbers("parameters"));
    }

    private static Preconditioning preconditioning(JsonFields node) {
        return switch (node.text("type", "none")) {
            case "none" -> Preconditioning.NONE;
            case "edm" -> new Preconditioning.Edm(node.number("sigmaData"));
            case "consistency" -> new Preconditioning.Consistency(node.number("sigmaData"), node.number("sigmaMin"));
            case "score" -> new Preconditioning.Score(node.number("sigmaData"));
            default -> throw node.wrong("type", "be none, edm, consistency or score");
        };
    }

    private static TimeInput timeInput(JsonFields node) {
        return switch (node.text("type", "scaled")) {
            case "scaled" -> new TimeInput.Scaled(node.number("factor", 1), node.number("offset", 0));
            case "log-sigma" -> new TimeInput.LogSigma(node.number("factor", 0.25));
            case "angle" -> TimeInput.ANGLE;
            default -> throw node.wrong("type", "be scaled, log-sigma or angle");
        };
    }

    private static ModelGuidance guidance(JsonFields node) {
        return switch (node.text("type", "classifier-free")) {
            case "classifier-free" -> ModelGuidance.CLASSIFIER_FREE;
            case "baked-in" -> new ModelGuidance.BakedIn(node.number("scale"));
            case "input" -> new ModelGuidance.Input(node.number("min"), node.number("max"));
            default -> throw node.wrong("type", "be classifier-free, baked-in or input");
        };
    }

    private static SamplingDefaults defaults(JsonFields node, SamplingDefaults standard) {
        String timeGrid = node.text("timeGrid", "");
        String threshold = node.text("threshold", "");
        List<Double> times = node.has("times") ? node.decimals("times") : null;
        return new SamplingDefaults(
                node.text("solver", standard.solver()),
                node.has("steps") ? node.integer("steps") : times == null ? standard.steps() : times.size(),
                timeGrid.isEmpty() ? null : timeGrid,
                times,
                node.number("cfgScale", standard.cfgScale()),
                threshold.isEmpty() ? null : threshold);
    }

    private static TrainingInfo training(JsonFields node) {
        return new TrainingInfo(
                node.text("run", ""),
                node.text("data", ""),
                node.count("imagesSeen"),
                node.text("gitCommit", ""),
                node.text("spec", ""),
                node.text("method", ""),
                node.text("teacher", ""),
                node.text("teacherSha256", ""));
    }
}
