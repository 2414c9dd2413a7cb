package dev.pathline.engine.network;

import dev.pathline.engine.graph.Network;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The configuration of a {@link UNet2D}, with the names and defaults of diffusers' {@code UNet2DModel}.
 *
 * @param sampleSize height and width of the image
 * @param inChannels channels of the input
 * @param outChannels channels of the output
 * @param blockOutChannels channels of each level, the finest first
 * @param downBlockTypes {@code DownBlock2D} or {@code AttnDownBlock2D} for each level
 * @param upBlockTypes {@code UpBlock2D} or {@code AttnUpBlock2D} for each level, the coarsest first
 * @param layersPerBlock residual blocks of a level on the way down; one more on the way up
 * @param attentionHeadDim channels of one attention head, or null for a single head
 * @param normNumGroups groups of every group norm
 * @param normEps epsilon of every group norm
 * @param flipSinToCos cosines before sines in the time features
 * @param freqShift shift of the time frequencies
 * @param downsamplePadding 1, or 0 for zeros at the right and below only
 * @param numClassEmbeds rows of the class table, the null class included, or null for no class input
 */
public record UNet2DConfig(
        int sampleSize,
        int inChannels,
        int outChannels,
        List<Integer> blockOutChannels,
        List<String> downBlockTypes,
        List<String> upBlockTypes,
        int layersPerBlock,
        @Nullable Integer attentionHeadDim,
        int normNumGroups,
        double normEps,
        boolean flipSinToCos,
        double freqShift,
        int downsamplePadding,
        @Nullable Integer numClassEmbeds) implements NetworkConfig {

    public UNet2DConfig {
        blockOutChannels = List.copyOf(blockOutChannels);
        downBlockTypes = List.copyOf(downBlockTypes);
        upBlockTypes = List.copyOf(upBlockTypes);
        int levels = blockOutChannels.size();
        if (levels == 0 || downBlockTypes.size() != levels || upBlockTypes.size() != levels) {
            throw new IllegalArgumentException("block_out_channels, down_block_types and up_block_types must name the"
                    + " same number of levels, got " + levels + ", " + downBlockTypes.size() + " and "
                    + upBlockTypes.size());
        }
        requireKnown("down_block_types", downBlockTypes, "DownBlock2D", "AttnDownBlock2D");
        requireKnown("up_block_types", upBlockTypes, "UpBlock2D", "AttnUpBlock2D");
        if (downsamplePadding != 0 && downsamplePadding != 1) {
            throw new IllegalArgumentException("downsample_padding must be 0 or 1, got " + downsamplePadding);
        }
        if (sampleSize % (1 << (levels - 1)) != 0) {
            throw new IllegalArgumentException("sample_size " + sampleSize + " cannot be halved " + (levels - 1)
                    + " times: pad the images or use fewer levels");
        }
    }

    @Override
    public NetworkType type() {
        return NetworkType.UNET_2D;
    }

    @Override
    public Network build() {
        return UNet2D.build(this);
    }

    @Override
    public ObjectNode json() {
        return UNet2DConfigJson.write(this);
    }

    /** Returns the width of the time embedding. */
    public int timeEmbeddingWidth() {
        return 4 * blockOutChannels.getFirst();
    }

    private static void requireKnown(String key, List<String> types, String plain, String attention) {
        for (String type : types) {
            if (!type.equals(plain) && !type.equals(attention)) {
                throw new IllegalArgumentException(
                        key + " has '" + type + "': known are " + plain + " and " + attention);
            }
        }
    }
}
