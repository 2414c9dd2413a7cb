package dev.pathline.diffusion.card;

import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.TimeInput;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/** Writes a card into a JSON object, field by field, in the order of the record. */
final class CardWriter {
    private CardWriter() {}

    static ObjectNode write(ModelCard card, ObjectNode root) {
        root.put("formatVersion", card.formatVersion());
        root.put("name", card.name());
        root.put("version", card.version());
        root.put("description", card.description());
        root.put("kind", word(card.kind()));
        var shape = root.putArray("shape");
        card.shape().forEach(shape::add);
        ObjectNode schedule = root.putObject("schedule");
        schedule.put("name", card.schedule().name());
        numbers(schedule.putObject("parameters"), card.schedule().parameters());
        root.put("prediction", word(card.prediction()));
        preconditioning(root.putObject("preconditioning"), card.preconditioning());
        timeInput(root.putObject("timeInput"), card.timeInput());
        if (card.kind() == ModelKind.FLOW_MAP) {
            root.put("targetInput", word(card.targetInput()));
        }
        var classes = root.putArray("classes");
        card.classes().forEach(classes::add);
        root.put("nullClass", card.nullClass());
        if (!(card.guidance() instanceof ModelGuidance.ClassifierFree)) {
            guidance(root.putObject("guidance"), card.guidance());
        }
        if (card.bounded() != ModelCard.isPicture(card.shape())) {
            root.put("bounded", card.bounded());
        }
        defaults(root.putObject("defaults"), card.defaults());
        training(root.putObject("training"), card.training());
        root.put("parameters", card.parameters());
        root.put("weightsSha256", card.weightsSha256());
        numbers(root.putObject("metrics"), card.metrics());
        return root;
    }

    /** The JSON word of an enum's constant: V_PREDICTION is v-prediction. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static void preconditioning(ObjectNode node, Preconditioning preconditioning) {
        switch (preconditioning) {
            case Preconditioning.None none -> node.put("type", "none");
            case Preconditioning.Edm(double sigmaData) -> node.put("type", "edm").put("sigmaData", sigmaData);
            case Preconditioning.Score(double sigmaData) -> node.put("type", "score").put("sigmaData", sigmaData);
            case Preconditioning.Consistency(double sigmaData, double sigmaMin) ->
                node.put("type", "consistency").put("sigmaData", sigmaData).put("sigmaMin", sigmaMin);
        }
    }

    private static void timeInput(ObjectNode node, TimeInput timeInput) {
        switch (timeInput) {
            case TimeInput.Scaled scaled ->
                node.put("type", "scaled").put("factor", scaled.factor()).put("offset", scaled.offset());
            case TimeInput.LogSigma logSigma -> node.put("type", "log-sigma").put("factor", logSigma.factor());
            case TimeInput.Angle _ -> node.put("type", "angle");
        }
    }

    private static void guidance(ObjectNode node, ModelGuidance guidance) {
        switch (guidance) {
            case ModelGuidance.ClassifierFree _ -> node.put("type", "classifier-free");
            case ModelGuidance.BakedIn(double scale) -> node.put("type", "baked-in").put("scale", scale);
            case ModelGuidance.Input(double min, double max) ->
                node.put("type", "input").put("min", min).put("max", max);
        }
    }

    private static void defaults(ObjectNode node, SamplingDefaults defaults) {
        node.put("solver", defaults.solver()).put("steps", defaults.steps());
        if (defaults.timeGrid() != null) {
            node.put("timeGrid", defaults.timeGrid());
        }
        if (defaults.times() != null) {
            var times = node.putArray("times");
            defaults.times().forEach(times::add);
        }
        node.put("cfgScale", defaults.cfgScale());
        if (defaults.threshold() != null) {
            node.put("threshold", defaults.threshold());
        }
    }

    private static void training(ObjectNode node, TrainingInfo training) {
        node.put("run", training.run());
        node.put("data", training.data());
        node.put("imagesSeen", training.imagesSeen());
        node.put("gitCommit", training.gitCommit());
        node.put("spec", training.spec());
        // Cards that were written before these fields existed keep their text.
        if (!training.method().isEmpty()) {
            node.put("method", training.method());
        }
        if (!training.teacher().isEmpty()) {
            node.put("teacher", training.teacher()).put("teacherSha256", training.teacherSha256());
        }
    }

    private static void numbers(ObjectNode node, Map<String, Double> values) {
        new TreeMap<>(values).forEach(node::put);
    }
}
