package dev.pathline.engine.network;

import dev.pathline.engine.graph.Network;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The configuration of a {@link UNet2D}: the settings of diffusers' {@code UNet2DModel}, by what they are about.
 *
 * @param sample what goes in and comes out
 * @param levels the shape of the U
 * @param residuals what all residual blocks have in common
 * @param attention what all attention blocks have in common
 * @param resampling how a level becomes the next
 * @param conditioning times and classes
 * @param source the JSON that it was read from, with the keys that are not known here
 */
public record UNet2DConfig(
        Sample sample,
        Levels levels,
        Residuals residuals,
        Attention attention,
        Resampling resampling,
        Conditioning conditioning,
        ObjectNode source) implements NetworkConfig {

    /**
     * What goes in and comes out.
     *
     * @param size height and width; empty where the configuration leaves it open
     * @param inChannels channels of the input
     * @param outChannels channels of the output; twice those of the input are a prediction and a learned variance
     * @param centered whether {@code 2 x - 1} goes into the network for {@code x}
     */
    public record Sample(List<Integer> size, int inChannels, int outChannels, boolean centered) {
        public Sample {
            size = List.copyOf(size);
        }
    }

    /** What a level is made of. */
    public enum Block {
        /** Residual blocks; the next level by a convolution. */
        PLAIN,
        /** Each residual block followed by self-attention; the next level as {@link Resampling} says. */
        ATTENTION,
        /** Residual blocks; the next level by a residual block too. */
        RESNET
    }

    /**
     * The shape of the U.
     *
     * @param channels channels of each level, the finest first
     * @param down what each level is made of on the way down, the finest first
     * @param up what each level is made of on the way up, the coarsest first
     * @param layers residual blocks of a level on the way down; one more on the way up
     * @param middle whether there are blocks between the two ways
     */
    public record Levels(List<Integer> channels, List<Block> down, List<Block> up, int layers, boolean middle) {

        /** @throws IllegalArgumentException if there is no level, or the lists differ in length */
        public Levels {
            channels = List.copyOf(channels);
            down = List.copyOf(down);
            up = List.copyOf(up);
            int count = channels.size();
            if (count == 0 || down.size() != count || up.size() != count) {
                throw new IllegalArgumentException("block_out_channels, down_block_types and up_block_types must name"
                        + " the same number of levels, got " + count + ", " + down.size() + " and " + up.size());
            }
        }
    }

    /**
     * What all residual blocks have in common.
     *
     * @param groups groups of every group norm
     * @param epsilon epsilon of every group norm
     * @param activation the function between the layers
     * @param scaleShift whether an embedding scales and shifts after the second norm, or is added before it
     * @param middleDivisor what the blocks in the middle divide their sum by
     * @param dropout the share of elements that training drops; nothing is dropped in evaluation
     */
    public record Residuals(int groups, double epsilon, Activation activation, boolean scaleShift,
            double middleDivisor, double dropout) {}

    /**
     * What all attention blocks have in common.
     *
     * @param headChannels channels of one head, or null for a single head of all channels
     * @param inMiddle whether there is one in the middle
     * @param middleGroups groups of the norm before the one in the middle, or null for no norm
     */
    public record Attention(@Nullable Integer headChannels, boolean inMiddle, @Nullable Integer middleGroups) {}

    /**
     * How a level becomes the next.
     *
     * @param downByResnet whether attention levels go down by a residual block, or by a convolution
     * @param upByResnet whether attention levels go up by a residual block, or by a convolution
     * @param padded whether a convolution that goes down pads on all sides, or at the right and below only
     */
    public record Resampling(boolean downByResnet, boolean upByResnet, boolean padded) {}

    /**
     * Times and classes.
     *
     * @param width the width of the embedding
     * @param time the features of the time
     * @param target the features of a flow map's second time, or null
     * @param guidance the features of the scale of guidance, for a network that takes it, or null
     * @param classes how a class is given
     * @param rows rows of the class table, the null class included; 0 without a table
     */
    public record Conditioning(int width, TimeFeatures time, @Nullable TimeFeatures target,
            @Nullable TimeFeatures guidance, ClassInput classes, int rows) {}

    /** How a class is given to the network. */
    public enum ClassInput {
        /** Not at all. */
        NONE,
        /** As the index of a row of a table. */
        TABLE,
        /** As an index that is embedded as a time is. */
        TIMESTEP,
        /** As the embedding itself, a vector a row: it can be evaluated, but samples have indices. */
        VECTOR
    }

    /** Takes a copy of the source and checks that the parts fit together. */
    public UNet2DConfig {
        source = source.deepCopy();
        int halvings = levels.channels().size() - 1;
        // Beyond 30 the shift would begin anew, and no image is that large.
        if (halvings > 30 || sample.size().stream().anyMatch(length -> length % (1 << halvings) != 0)) {
            throw new IllegalArgumentException("sample_size " + source.path("sample_size") + " cannot be halved "
                    + halvings + " times: pad the images or use fewer levels");
        }
        if (conditioning.time() instanceof TimeFeatures.Learned && conditioning.classes() == ClassInput.TIMESTEP) {
            throw new IllegalArgumentException("class_embed_type is timestep; supported with time_embedding_type"
                    + " learned are null and identity");
        }
    }

    @Override
    public NetworkType type() {
        return NetworkType.UNET_2D;
    }

    @Override
    public UNet2DConfig forSample(List<Integer> shape) {
        if (!sample.size().isEmpty() || shape.size() != 3) {
            return this;
        }
        var sized = new Sample(shape.subList(1, 3), sample.inChannels(), sample.outChannels(), sample.centered());
        return new UNet2DConfig(sized, levels, residuals, attention, resampling, conditioning, source);
    }

    @Override
    public Network build() {
        return UNet2D.build(this);
    }

    @Override
    public ObjectNode json() {
        return source.deepCopy();
    }

    @Override
    public List<String> extensions() {
        return TimeFeaturesJson.extensions(conditioning.time(), conditioning.target(), conditioning.guidance());
    }
}
