package dev.pathline.engine.training;

import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.graph.Initializer;
import dev.pathline.engine.graph.Parameter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finished weights that a run begins from. A network may have inputs more than theirs: the embeddings of a second time and of the
 * scale of guidance begin at their initialisers, which leave the network's output as it was.
 *
 * @param model what the model is called whose weights they are
 * @param weights the weights by name
 */
public record StartWeights(String model, Map<String, TensorData> weights) {

    /** The parts of parameters' names that belong to an input which has no effect at first: their last map is zero. */
    private static final Set<String> WITHOUT_EFFECT = Set.of("time_embedding_r", "timestep_embedder_r",
            "guidance_embedding", "guidance_embedder");

    /** Takes a copy of the map. */
    public StartWeights {
        weights = Map.copyOf(weights);
    }

    /**
     * Checks that a network can begin from them.
     *
     * @param trained the network's parameters, with those that are there for training alone
     * @param delivered the parameters that the finished model has
     * @throws IllegalArgumentException if one of them is missing, has another shape, or is none of the network's; the message
     *         names it
     */
    public void requireFit(List<Parameter> trained, List<Parameter> delivered) {
        var known = new HashMap<String, Parameter>();
        trained.forEach(parameter -> known.put(parameter.name(), parameter));
        for (Parameter parameter : delivered) {
            TensorData given = weights.get(parameter.name());
            if (given == null && !beginsWithoutEffect(parameter)) {
                throw new IllegalArgumentException(model + " lacks the tensor " + parameter.name()
                        + ", which the network has");
            }
            if (given != null && !given.shape().equals(parameter.shape())) {
                throw new IllegalArgumentException("the tensor " + parameter.name() + " of " + model + " has shape "
                        + given.shape() + ", the network needs " + parameter.shape());
            }
        }
        for (String name : new TreeSet<>(weights.keySet())) {
            if (!known.containsKey(name)) {
                throw new IllegalArgumentException(model + " has the tensor " + name + ", which the network lacks");
            }
        }
    }

    private static boolean beginsWithoutEffect(Parameter parameter) {
        return Arrays.stream(parameter.name().split("\\.")).anyMatch(WITHOUT_EFFECT::contains);
    }

    /** Returns what a parameter begins at: the given weights, or its initialiser where there are none. */
    float[] of(Parameter parameter, long seed) {
        TensorData given = weights.get(parameter.name());
        return given == null ? Initializer.values(parameter, seed) : given.values();
    }
}
