package dev.pathline.engine.checkpoint.diffusers;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.card.SamplingDefaults;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.TargetInput;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.engine.TestDevice;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.StoredType;
import dev.pathline.engine.network.NetworkConfig;
import dev.pathline.engine.network.NetworkType;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import tools.jackson.databind.json.JsonMapper;

/** A labelled flow map of low frequencies as a training writes it, with random weights. */
final class FlowMapCheckpoint {

    static final List<Integer> SHAPE = List.of(1, 8, 8);

    private static final String UNET = """
            {"_class_name": "UNet2DModel", "sample_size": 8, "in_channels": 1, "out_channels": 1, "layers_per_block": 1,
             "block_out_channels": [16, 16], "down_block_types": ["DownBlock2D", "AttnDownBlock2D"],
             "up_block_types": ["AttnUpBlock2D", "UpBlock2D"], "attention_head_dim": 8, "norm_num_groups": 4,
             "num_class_embeds": 4, "time_embedding_type": "low_frequency", "target_embedding_type": "low_frequency",
             "time_embedding_max_frequency": 25.0}""";

    private static final String TRANSFORMER = """
            {"_class_name": "DiTTransformer2DModel", "sample_size": 8, "patch_size": 4, "in_channels": 1,
             "num_layers": 1, "num_attention_heads": 2, "attention_head_dim": 8, "num_embeds_ada_norm": 3,
             "time_embedding_type": "low_frequency", "target_embedding_type": "low_frequency"}""";

    private FlowMapCheckpoint() {}

    /** Three classes and one for 'no label'; the network is told how long a jump is. */
    static ModelCard card() {
        return ModelCard.of("map", ModelKind.FLOW_MAP, SHAPE, RectifiedFlow.DEFAULT.spec(), Prediction.AVERAGE_VELOCITY)
                .withNetworkInput(Preconditioning.NONE, TimeInput.IDENTITY).withTargetInput(TargetInput.LENGTH)
                .withClasses(List.of("a", "b", "c"), true).withDefaults(new SamplingDefaults("mean-flow", 2, null, 1));
    }

    static NetworkConfig unet(UnaryOperator<String> change) {
        return NetworkType.read(JsonMapper.shared().readTree(change.apply(UNET)));
    }

    /** A transformer with the same inputs. */
    static NetworkConfig transformer(UnaryOperator<String> change) {
        return NetworkType.read(JsonMapper.shared().readTree(change.apply(TRANSFORMER)));
    }

    static void write(Path folder, ModelCard card) {
        write(folder, card, unet(UnaryOperator.identity()));
    }

    static void write(Path folder, ModelCard card, NetworkConfig network) {
        new Checkpoint(card, network, TestDevice.randomWeights(network.build(), 5)).write(folder, StoredType.F32);
    }
}
