package dev.pathline.trainer.specification;

import dev.pathline.engine.graph.Network;
import dev.pathline.engine.network.DiTConfig;
import dev.pathline.engine.network.MlpDenoiser;
import dev.pathline.engine.network.NetworkConfig;
import dev.pathline.engine.network.NetworkType;
import dev.pathline.engine.network.TimeFeatures;
import dev.pathline.engine.network.UNet2D;
import dev.pathline.engine.network.UNet2DConfig;
import dev.pathline.engine.network.UNet2DConfigJson;
import dev.pathline.trainer.specification.fields.SpecFields;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * A network of the kinds that diffusion is trained with here.
 *
 * @param config its settings
 * @param shape the shape of a sample
 * @param time the features of its time
 * @param labels how many rows its table of classes has, that of 'no label' included; 0 for none
 */
public record TrainableNetwork(NetworkConfig config, List<Integer> shape, TimeFeatures time, int labels) {

    /** Stands in for a network whose settings are wrong. */
    static final TrainableNetwork ANY = of(
            new MlpDenoiser(List.of(2), 4, 1, new TimeFeatures.Positional(4, true, 0), null, null, null));

    /**
     * Reads the section {@code network}.
     *
     * @throws IllegalArgumentException if a setting is missing, wrong, or of a network that is not trained here
     */
    static TrainableNetwork read(SpecFields section) {
        JsonNode json = Objects.requireNonNull(section.json(), "a section that is there");
        String name = json.path("_class_name").asString(UNet2DConfigJson.CLASS_NAME);
        requireKnown(section, name);
        TrainableNetwork network = of(name.equals(UNet2DConfigJson.CLASS_NAME)
                ? UNet2DConfigJson.read(UNet2DConfigJson.completed(json))
                : NetworkType.read(json));
        requireTimesOfOneSize(network.time, json);
        NetworkSize.requireSample(network.shape);
        Network built = network.config.build();
        require(built.inputs().getFirst().shape().equals(network.shape()), "the network's input is no sample");
        NetworkSize.requireWeights(built);
        return network;
    }

    /** Returns whether the network takes an input of a name. */
    public boolean takes(String input) {
        return config.build().hasInput(input);
    }

    /** Returns how many numbers a sample has. */
    public int dimension() {
        return shape.stream().reduce(1, Math::multiplyExact);
    }

    /**
     * Returns the network for a training that tells it how its samples were varied.
     *
     * @param augmentation the length of the vector that says so; 0 for none
     * @throws IllegalArgumentException if this kind of network cannot be told
     */
    public Network training(int augmentation) {
        if (augmentation == 0) {
            return config.build();
        }
        if (config instanceof UNet2DConfig unet) {
            return UNet2D.build(unet, augmentation);
        }
        throw new IllegalArgumentException("data.augmentation.edm tells the network what it did, which only a "
                + NetworkType.UNET_2D.className() + " can be told");
    }

    /**
     * A checkpoint of another program may have keys of its own, but a key that somebody writes for a training is meant. The
     * notes that diffusers makes in its files are let be, so that one can be pasted.
     */
    private static void requireKnown(SpecFields section, String className) {
        NetworkType.named(className).ifPresent(type -> {
            var known = new TreeSet<>(type.keys());
            known.addAll(NOTES);
            section.requireKnown(known);
        });
    }

    private static TrainableNetwork of(NetworkConfig config) {
        return switch (config) {
            case UNet2DConfig unet -> unet(unet);
            case DiTConfig dit -> {
                DiTConfig.Sample sample = dit.sample();
                require(dit.source().path("dropout").asDouble(0) == 0, NO_DROPOUT);
                require(sample.inChannels() == sample.outChannels(), SAME_CHANNELS);
                Integer classes = dit.conditioning().classes();
                yield new TrainableNetwork(dit, List.of(sample.inChannels(), sample.size(), sample.size()),
                        dit.conditioning().time(), classes == null ? 0 : classes + 1);
            }
            case MlpDenoiser mlp -> {
                Integer classes = mlp.numClassEmbeds();
                yield new TrainableNetwork(mlp, mlp.shape(), mlp.time(), classes == null ? 0 : classes);
            }
            default -> throw new IllegalArgumentException("_class_name is " + config.type().className()
                    + ", which is not trained here; known are " + NetworkType.UNET_2D.className() + ", "
                    + NetworkType.DIT.className() + " and " + NetworkType.MLP.className());
        };
    }

    private static final Set<String> NOTES = Set.of("_class_name", "_diffusers_version", "_name_or_path",
            "_commit_hash");
    private static final String NO_DROPOUT = "dropout must be 0: nothing is dropped in training here";
    private static final String SAME_CHANNELS = "out_channels must be in_channels: the objective compares images";

    private static TrainableNetwork unet(UNet2DConfig config) {
        UNet2DConfig.Sample sample = config.sample();
        require(config.residuals().dropout() == 0, NO_DROPOUT);
        require(!(config.conditioning().time() instanceof TimeFeatures.LogFourier),
                "time_embedding_type must not be fourier: its input is a noise level, not a time");
        UNet2DConfig.ClassInput given = config.conditioning().classes();
        require(given == UNet2DConfig.ClassInput.NONE || given == UNet2DConfig.ClassInput.TABLE,
                "class_embed_type must be null: classes are trained as rows of a table, num_class_embeds");
        require(sample.inChannels() == sample.outChannels(), SAME_CHANNELS);
        require(!sample.size().isEmpty(), "sample_size is null: the size of a sample must be given");
        return new TrainableNetwork(config, List.of(sample.inChannels(), sample.size().get(0), sample.size().get(1)),
                config.conditioning().time(), config.conditioning().rows());
    }

    /** A positional first time goes up to 1000, and the second with it; otherwise both go to 1. */
    private static void requireTimesOfOneSize(TimeFeatures time, JsonNode json) {
        boolean low = json.path("target_embedding_type").asString("").equals("low_frequency");
        boolean scaled = json.path("target_embedding_scale").asDouble(1) != 1;
        boolean small = time instanceof TimeFeatures.LowFrequency;
        require(!low || !small || !scaled, "target_embedding_scale is " + json.path("target_embedding_scale")
                + ", but both times are low_frequency and go from 0 to 1: the network would hardly see where a jump ends;"
                + " leave it out");
        require(!low || small || json.has("target_embedding_scale"),
                "target_embedding_type is low_frequency, for times from 0 to 1, beside a positional first time that goes"
                        + " up to 1000: give target_embedding_scale: 0.001");
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
