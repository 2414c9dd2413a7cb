package dev.pathline.trainer.evaluation;

import dev.pathline.engine.metrics.ClassAccuracy;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A report as JSON. */
public final class EvaluationJson {

    private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private EvaluationJson() {}

    /** Returns indented JSON that ends in a newline. */
    public static String write(EvaluationReport report) {
        ObjectNode json = JSON.createObjectNode();
        json.put("model", report.model().name());
        json.put("version", report.model().version());
        json.put("weightsSha256", report.model().weightsSha256());
        ObjectNode sampling = json.putObject("sampling");
        sampling.put("solver", report.solver());
        sampling.put("steps", report.steps());
        sampling.put("cfgScale", report.cfgScale());
        sampling.put("seed", report.seed());
        sampling.put("profile", report.profile());
        sampling.put("seconds", report.seconds());
        sampling.put("networkRows", report.rows());
        ObjectNode judge = json.putObject("classifier");
        judge.put("name", report.classifier().name());
        judge.put("weightsSha256", report.classifier().weightsSha256());
        accuracy(judge.putObject("testSet"), report.onReal(), report);
        accuracy(json.putObject("ownClass"), report.onSamples(), report);
        ObjectNode distance = json.putObject("cnnFrechetDistance");
        distance.put("samples", report.samples());
        distance.put("against", report.realImages());
        distance.put("value", report.distance());
        distance.put("floor", report.floor());
        return JSON.writeValueAsString(json) + "\n";
    }

    private static void accuracy(ObjectNode target, ClassAccuracy accuracy, EvaluationReport report) {
        target.put("images", accuracy.total());
        target.put("share", accuracy.share());
        ArrayNode classes = target.putArray("classes");
        for (int i = 0; i < report.model().classes().size(); i++) {
            ObjectNode one = classes.addObject();
            one.put("name", report.model().classes().get(i));
            one.put("images", accuracy.total(i));
            one.put("share", accuracy.total(i) == 0 ? null : (Double) accuracy.share(i));
        }
    }
}
