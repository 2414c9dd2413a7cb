package dev.pathline.trainer;

import dev.pathline.engine.network.SmallConvNet;
import dev.pathline.engine.network.SmallConvNetConfig;
import dev.pathline.engine.network.SmallConvNetConfigJson;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads a specification's {@code network} and {@code objective}, which must fit each other. */
final class TaskReader {

    private static final String CLASSIFICATION = "classification";
    private static final SmallConvNetConfig SOME_CONV_NET = new SmallConvNetConfig(8, 1, List.of(8), List.of(1), 8, 2);

    private final SpecFields root;
    private final int classes;

    /** @param classes the number of classes of the data; 0 if that is not known because it is wrong itself */
    TaskReader(SpecFields root, int classes) {
        this.root = root;
        this.classes = classes;
    }

    TrainingSpec.Task read() {
        SpecFields objective = root.object("objective");
        JsonNode network = root.tree("network");
        var words = new ArrayList<>(ObjectiveType.ALL.stream().map(ObjectiveType::word).toList());
        words.add(CLASSIFICATION);
        String type = objective.word("type", null, words);
        TrainingSpec.Task task = ObjectiveType.ALL.stream().filter(known -> known.word().equals(type)).findFirst()
                .map(known -> denoising(known, objective, network))
                .orElseGet(() -> classification(objective, network));
        objective.noOthers();
        return task;
    }

    private TrainingSpec.Task denoising(ObjectiveType type, SpecFields objective, @Nullable JsonNode json) {
        TrainableNetwork network = network(json, TrainableNetwork.ANY, TrainableNetwork::read);
        if (network.labels() > 0 && classes > 0 && network.labels() != classes + 1) {
            root.problem("network", "has a table of " + network.labels() + " classes: " + (classes + 1)
                    + " are needed, one a class of data.classes and one for 'no label'");
        }
        ObjectiveSpec spec = type.read(new ObjectiveFields(objective, network.time()));
        return new TrainingSpec.Task.Denoising(network, spec,
                objective.number("labelDropout", SpecRange.SHARE, 0.1));
    }

    private TrainingSpec.Task classification(SpecFields objective, @Nullable JsonNode network) {
        SmallConvNetConfig config = network(network, SOME_CONV_NET, json -> {
            String name = json.path("_class_name").asString(SmallConvNetConfigJson.CLASS_NAME);
            if (!name.equals(SmallConvNetConfigJson.CLASS_NAME)) {
                throw new IllegalArgumentException("_class_name is '" + name + "'; for objective.type "
                        + CLASSIFICATION + " it is " + SmallConvNetConfigJson.CLASS_NAME);
            }
            SmallConvNetConfig read = SmallConvNetConfigJson.read(json);
            SmallConvNet.build(read);
            return read;
        });
        if (!config.equals(SOME_CONV_NET) && classes > 0 && config.numClasses() != classes) {
            root.problem("network.num_classes", "is " + config.numClasses() + ", but data.classes names " + classes);
        }
        return new TrainingSpec.Task.Classification(config,
                objective.number("labelSmoothing", SpecRange.DECAY, 0.0));
    }

    /** Reads a network, or reports what is wrong and returns {@code standIn}. */
    private <T> T network(@Nullable JsonNode json, T standIn, Function<JsonNode, T> reader) {
        if (json == null || !json.isObject()) {
            return standIn;
        }
        try {
            return reader.apply(json);
        } catch (IllegalArgumentException e) {
            root.problem("network", "does not work: " + e.getMessage());
            return standIn;
        }
    }
}
