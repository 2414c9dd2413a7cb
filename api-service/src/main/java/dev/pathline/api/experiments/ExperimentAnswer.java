package dev.pathline.api.experiments;

import dev.pathline.common.experiment.Arm;
import dev.pathline.common.experiment.Audience.Group;
import dev.pathline.common.experiment.Experiment;
import dev.pathline.common.experiment.ExperimentDesign;
import dev.pathline.common.experiment.Metric;
import dev.pathline.common.wire.Json;
import dev.pathline.common.wire.Precision;
import dev.pathline.diffusion.planner.SamplingSettings;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** An experiment as clients see it: its design with the names by which it was sent, where it is, and who did what. */
final class ExperimentAnswer {

    private ExperimentAnswer() {}

    static ObjectNode of(Experiment experiment) {
        ObjectNode answer = Json.MAPPER.createObjectNode();
        answer.put("name", experiment.name()).put("version", experiment.version())
                .put("state", experiment.state().wire());
        design(answer, experiment.design());
        if (experiment.startedAt() != null) {
            answer.put("startedAt", experiment.startedAt().toString());
        }
        if (experiment.endedAt() != null) {
            answer.put("endedAt", experiment.endedAt().toString());
        }
        if (experiment.winner() != null) {
            answer.put("winner", experiment.winner());
        }
        answer.set("stopped", Json.MAPPER.valueToTree(experiment.stopped()));
        answer.set("audit", Json.MAPPER.valueToTree(experiment.audit()));
        return answer;
    }

    private static void design(ObjectNode answer, ExperimentDesign design) {
        answer.put("hypothesis", design.hypothesis()).put("mode", design.mode().wire())
                .put("unit", design.unit().wire()).put("salt", design.salt());
        ArrayNode arms = answer.putArray("arms");
        design.arms().forEach(arm -> arms.add(arm(arm)));
        ArrayNode metrics = answer.putArray("metrics");
        design.metrics().forEach(metric -> metrics.addObject().put("name", metric.name()).put("better",
                word(metric.better())));
        answer.putObject("goal").put("metric", design.goal().metric().name())
                .put("difference", design.goal().difference()).put("deviation", design.goal().deviation());
        ArrayNode rails = answer.putArray("guardRails");
        design.guardRails().forEach(rail -> rails.addObject().put("metric", rail.metric().name()).put("worseBy",
                rail.worseBy()));
        answer.put("minimum", design.minimum()).put("planned", design.planned());
        if (design.until() != null) {
            answer.put("until", design.until().toString());
        }
        Group group = design.audience().group();
        if (group != null) {
            answer.putObject("group").put("name", group.name()).put("from", group.from()).put("to", group.to());
        }
        answer.put("holdout", design.audience().holdout());
        answer.set("overrides", Json.MAPPER.valueToTree(design.overrides()));
        if (design.alias() != null) {
            answer.put("alias", design.alias());
        }
    }

    private static String word(Metric.Better better) {
        return better.name().toLowerCase(Locale.ROOT);
    }

    private static ObjectNode arm(Arm arm) {
        ObjectNode answer = Json.MAPPER.createObjectNode();
        answer.put("name", arm.name()).put("weight", arm.weight()).put("model", arm.model());
        SamplingSettings settings = arm.settings();
        if (settings.solver() != null) {
            answer.put("solver", settings.solver());
        }
        if (settings.steps() != null) {
            answer.put("steps", settings.steps());
        }
        if (settings.timeGrid() != null) {
            answer.put("timeGrid", settings.timeGrid());
        }
        if (settings.times() != null) {
            answer.set("times", Json.MAPPER.valueToTree(settings.times()));
        }
        if (settings.cfgScale() != null) {
            answer.put("cfgScale", settings.cfgScale());
        }
        if (settings.cfgInterval() != null) {
            answer.putArray("cfgInterval").add(settings.cfgInterval().low()).add(settings.cfgInterval().high());
        }
        if (settings.cfgRescale() != null) {
            answer.put("cfgRescale", settings.cfgRescale());
        }
        settings.options().forEach((option, value) -> answer.put(option.wire(), value));
        if (settings.threshold() != null) {
            answer.put("threshold", settings.threshold());
        }
        if (settings.noise() != null) {
            answer.put("noise", settings.noise());
        }
        if (arm.precision() != Precision.AUTO) {
            answer.put("precision", arm.precision().wire());
        }
        if (arm.profile() != null) {
            answer.put("profile", arm.profile());
        }
        return answer;
    }
}
