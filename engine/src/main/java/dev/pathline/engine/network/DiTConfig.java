package dev.pathline.engine.network;

import dev.pathline.engine.graph.Network;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The configuration of a {@link DiT}: the settings of diffusers' {@code DiTTransformer2DModel}, by what they are about.
 *
 * @param sample what goes in and comes out
 * @param blocks the transformer's blocks
 * @param conditioning times and classes
 * @param source the JSON that it was read from, with the keys that are not known here
 */
public record DiTConfig(Sample sample, Blocks blocks, Conditioning conditioning, ObjectNode source)
        implements
            NetworkConfig {

    /**
     * What goes in and comes out.
     *
     * @param size height and width of the image
     * @param patch height and width of a patch, which becomes a token
     * @param inChannels channels of the input
     * @param outChannels channels of the output; twice those of the input are a prediction and a learned variance
     */
    public record Sample(int size, int patch, int inChannels, int outChannels) {

        /** @throws IllegalArgumentException if patches do not fill the image */
        public Sample {
            JsonSettings.require(size % patch == 0, "sample_size",
                    "is " + size + ", which patches of " + patch + " do not fill");
        }

        /** Returns the number of patches in a row and in a column. */
        public int grid() {
            return size / patch;
        }
    }

    /**
     * The transformer's blocks.
     *
     * @param count their number
     * @param heads heads of the attention
     * @param headChannels channels of a head
     * @param attentionBias whether queries, keys and values have a bias
     * @param tanh whether the function between the layers is the approximation of the GELU
     * @param affine whether the norm before the second part has weights
     * @param epsilon epsilon of that norm
     * @param queryKeyNorm whether queries and keys are normalised, head by head (arXiv 2302.05442, section 2): ours
     */
    public record Blocks(int count, int heads, int headChannels, boolean attentionBias, boolean tanh, boolean affine,
            double epsilon, boolean queryKeyNorm) {

        /**
         * Returns the channels of a token.
         *
         * @throws ArithmeticException if there are more than an {@code int} counts
         */
        public int width() {
            return Math.multiplyExact(heads, headChannels);
        }
    }

    /**
     * Times and classes.
     *
     * @param time the features of the time
     * @param target the features of a flow map's second time, or null: ours
     * @param guidance the features of the scale of guidance, for a network that takes it, or null: ours
     * @param classes the number of classes, or null for a network without: ours. The table has one row more, the last,
     *        which means 'no label'.
     */
    public record Conditioning(TimeFeatures time, @Nullable TimeFeatures target, @Nullable TimeFeatures guidance,
            @Nullable Integer classes) {}

    /** Takes a copy of the source. */
    public DiTConfig {
        source = source.deepCopy();
    }

    @Override
    public NetworkType type() {
        return NetworkType.DIT;
    }

    @Override
    public Network build() {
        return DiT.build(this);
    }

    @Override
    public ObjectNode json() {
        return source.deepCopy();
    }

    @Override
    public List<String> extensions() {
        List<String> used = TimeFeaturesJson.extensions(conditioning.time(), conditioning.target(),
                conditioning.guidance());
        if (conditioning.classes() == null) {
            used.add(DiTConfigJson.CLASSES);
        }
        if (blocks.queryKeyNorm()) {
            used.add(DiTConfigJson.QUERY_KEY_NORM);
        }
        return used;
    }
}
