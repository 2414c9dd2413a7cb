package dev.pathline.trainer;

import dev.pathline.engine.network.SmallConvNet;
import dev.pathline.engine.network.SmallConvNetConfig;
import dev.pathline.engine.network.SmallConvNetConfigJson;
import dev.pathline.engine.network.TimeFeatures;
import dev.pathline.engine.network.UNet2D;
import dev.pathline.engine.network.UNet2DConfig;
import dev.pathline.engine.network.UNet2DConfig.ClassInput;
import dev.pathline.engine.network.UNet2DConfigJson;
import dev.pathline.engine.training.ClassificationTask.Augmentation;
import dev.pathline.engine.training.TimeDistribution;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads a specification's {@code network} and {@code objective}, which must fit each other. */
final class TaskReader {

    private static final String FLOW_MATCHING = "flow-matching";
    private static final String CLASSIFICATION = "classification";
    private static final UNet2DConfig SOME_UNET = UNet2DConfigJson.read(JsonMapper.shared().readTree(
            """
                    {"sample_size": 8, "block_out_channels": [32], "down_block_types": ["DownBlock2D"],
                     "up_block_types": ["UpBlock2D"]}"""));
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
        String type = objective.word("type", null, List.of(FLOW_MATCHING, CLASSIFICATION));
        TrainingSpec.Task task = type.equals(FLOW_MATCHING)
                ? flowMatching(objective, network)
                : classification(objective, network);
        objective.noOthers();
        return task;
    }

    private TrainingSpec.Task flowMatching(SpecFields objective, @Nullable JsonNode network) {
        UNet2DConfig config = network(network, UNet2DConfigJson.CLASS_NAME, FLOW_MATCHING, SOME_UNET, json -> {
            UNet2DConfig read = UNet2DConfigJson.read(UNet2DConfigJson.completed(json));
            UNet2D.build(read);
            requireTrainable(read);
            return read;
        });
        int embeds = config.conditioning().rows();
        if (embeds > 0 && classes > 0 && embeds != classes + 1) {
            root.problem("network.num_class_embeds", "is " + embeds + ": " + (classes + 1)
                    + " are needed, one a class of data.classes and one for 'no label'");
        }
        SpecFields time = objective.object("time");
        TimeDistribution times = switch (time.word("distribution", null, List.of("logit-normal", "uniform"))) {
            case "uniform" -> new TimeDistribution.Uniform();
            default -> new TimeDistribution.LogitNormal(time.number("mean", SpecRange.ANY, 0.0),
                    time.number("std", SpecRange.POSITIVE, 1.0));
        };
        time.noOthers();
        return new TrainingSpec.Task.FlowMatching(config, times,
                objective.number("labelDropout", SpecRange.SHARE, 0.1));
    }

    /** What a network may have that came from elsewhere, and that is not trained here. */
    private static void requireTrainable(UNet2DConfig config) {
        require(config.residuals().dropout() == 0, "dropout must be 0: nothing is dropped in training here");
        require(!(config.conditioning().time() instanceof TimeFeatures.LogFourier),
                "time_embedding_type must not be fourier: its input is a noise level, and flow matching begins at 0");
        require(config.conditioning().target() == null,
                "target_embedding_type must be null: objective flow-matching has one time");
        ClassInput given = config.conditioning().classes();
        require(given == ClassInput.NONE || given == ClassInput.TABLE,
                "class_embed_type must be null: classes are trained as rows of a table, num_class_embeds");
        require(config.sample().inChannels() == config.sample().outChannels(),
                "out_channels must be in_channels: the objective compares images");
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }

    private TrainingSpec.Task classification(SpecFields objective, @Nullable JsonNode network) {
        SmallConvNetConfig config = network(network, SmallConvNetConfigJson.CLASS_NAME, CLASSIFICATION, SOME_CONV_NET,
                json -> {
                    SmallConvNetConfig read = SmallConvNetConfigJson.read(json);
                    SmallConvNet.build(read);
                    return read;
                });
        if (!config.equals(SOME_CONV_NET) && classes > 0 && config.numClasses() != classes) {
            root.problem("network.num_classes", "is " + config.numClasses() + ", but data.classes names " + classes);
        }
        return new TrainingSpec.Task.Classification(config,
                objective.number("labelSmoothing", SpecRange.DECAY, 0.0),
                new Augmentation((int) Math.min(64, objective.whole("maxShift", 0, 0L)),
                        objective.flag("mirror", false)));
    }

    /** Reads a network, or reports what is wrong and returns {@code stand-in}. */
    private <T> T network(@Nullable JsonNode json, String className, String type, T standIn,
            Function<JsonNode, T> reader) {
        if (json == null || !json.isObject()) {
            return standIn;
        }
        String found = json.path("_class_name").asString(className);
        if (!found.equals(className)) {
            root.problem("network._class_name", "is '" + found + "'; for objective.type " + type + " it is "
                    + className);
            return standIn;
        }
        try {
            return reader.apply(json);
        } catch (IllegalArgumentException e) {
            root.problem("network:", String.valueOf(e.getMessage()));
            return standIn;
        }
    }
}
