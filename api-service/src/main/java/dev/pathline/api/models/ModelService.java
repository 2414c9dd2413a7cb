package dev.pathline.api.models;

import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.port.ModelRegistry;
import dev.pathline.common.port.ModelRegistry.RegisteredModel;
import dev.pathline.diffusion.card.ModelCardJson;
import dev.pathline.diffusion.planner.Planner;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The models as clients see them: the card, with what is known about its versions beside it. Methods may block. */
public final class ModelService {

    private final ModelRegistry models;

    /** A service over a registry. */
    public ModelService(ModelRegistry models) {
        this.models = models;
    }

    /** The newest version of every model, by name. */
    public List<ObjectNode> list() {
        List<RegisteredModel> all = models.list();
        return all.stream().map(RegisteredModel::name).distinct()
                .map(name -> answer(all.stream().filter(model -> model.name().equals(name)).findFirst().orElseThrow(),
                        all))
                .toList();
    }

    /**
     * One model.
     *
     * @param reference {@code name}, {@code name@version} or {@code name@alias}
     * @throws ApiException if there is none
     */
    public ObjectNode get(String reference) {
        List<RegisteredModel> all = models.list();
        return models.resolve(reference).map(model -> answer(model, all))
                .orElseThrow(() -> new ApiException(ErrorCode.UNKNOWN_MODEL, "'" + reference + "' is not here; the"
                        + " models are " + all.stream().map(RegisteredModel::name).distinct()
                                .collect(Collectors.joining(", "))));
    }

    private static ObjectNode answer(RegisteredModel model, List<RegisteredModel> all) {
        ObjectNode answer = ModelCardJson.tree(model.card());
        ArrayNode solvers = answer.putArray("solvers");
        Planner.solvers(model.card()).forEach(solvers::add);
        ArrayNode versions = answer.putArray("versions");
        ObjectNode aliases = answer.putObject("aliases");
        for (RegisteredModel other : all) {
            if (other.name().equals(model.name())) {
                versions.add(other.version());
                other.aliases().forEach(alias -> aliases.put(alias, other.version()));
            }
        }
        return answer;
    }
}
