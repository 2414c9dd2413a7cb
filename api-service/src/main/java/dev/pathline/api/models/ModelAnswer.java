package dev.pathline.api.models;

import dev.pathline.common.model.Lineage;
import dev.pathline.common.model.ModelManifest;
import dev.pathline.common.port.ModelProfile;
import dev.pathline.common.port.ModelRegistry.RegisteredModel;
import dev.pathline.common.wire.Json;
import dev.pathline.diffusion.card.ModelCardJson;
import dev.pathline.diffusion.planner.Planner;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A model as clients see it: the card, with what the registry knows of its versions beside it. */
final class ModelAnswer {

    private ModelAnswer() {}

    /**
     * The answer for a model.
     *
     * @param all every version of every model, the newest of a name first
     * @param profiles in which profiles the live workers compute it, each once
     */
    static ObjectNode of(RegisteredModel model, List<RegisteredModel> all, List<ModelProfile> profiles) {
        ObjectNode answer = ModelCardJson.tree(model.card());
        ArrayNode solvers = answer.putArray("solvers");
        Planner.solvers(model.card()).forEach(solvers::add);
        ArrayNode numerics = answer.putArray("profiles");
        profiles.forEach(profile -> profile(numerics.addObject(), profile));
        answer.put("createdAt", model.createdAt().toString());
        ModelManifest manifest = model.manifest();
        Lineage lineage = manifest == null ? Lineage.of(model.card()) : manifest.lineage();
        answer.set("lineage", Json.MAPPER.valueToTree(lineage));
        if (manifest != null) {
            answer.put("sha256", manifest.sha256());
            answer.put("bytes", manifest.bytes());
        }
        ArrayNode versions = answer.putArray("versions");
        ObjectNode aliases = answer.putObject("aliases");
        for (RegisteredModel other : all) {
            if (other.name().equals(model.name())) {
                version(versions.addObject(), other);
                other.aliases().forEach(alias -> aliases.put(alias, other.version()));
            }
        }
        return answer;
    }

    private static void profile(ObjectNode node, ModelProfile profile) {
        node.put("profile", profile.profile()).put("origin", profile.origin()).put("reason", profile.reason());
        ArrayNode choices = node.putArray("choices");
        profile.choices().keySet().forEach(choices::add);
    }

    private static void version(ObjectNode node, RegisteredModel model) {
        node.put("version", model.version());
        node.put("createdAt", model.createdAt().toString());
        ModelManifest manifest = model.manifest();
        if (manifest != null) {
            node.put("sha256", manifest.sha256());
        }
        ArrayNode aliases = node.putArray("aliases");
        model.aliases().forEach(aliases::add);
    }
}
