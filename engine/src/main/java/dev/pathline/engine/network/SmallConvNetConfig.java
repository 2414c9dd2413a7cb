package dev.pathline.engine.network;

import java.util.List;

/**
 * The configuration of a {@link SmallConvNet}.
 *
 * @param sampleSize height and width of the image
 * @param inChannels channels of the image
 * @param blockOutChannels channels of each level, the finest first; the last is the width of the features
 * @param layersPerBlock convolutions of each level, the one that enters it included
 * @param normNumGroups groups of every group norm
 * @param numClasses the number of classes
 */
public record SmallConvNetConfig(
        int sampleSize,
        int inChannels,
        List<Integer> blockOutChannels,
        List<Integer> layersPerBlock,
        int normNumGroups,
        int numClasses) {

    private static final int MOST_LAYERS = 1000;

    /** Checks the ranges; what must fit channel by channel is checked when the graph is built. */
    public SmallConvNetConfig {
        blockOutChannels = List.copyOf(blockOutChannels);
        layersPerBlock = List.copyOf(layersPerBlock);
        if (blockOutChannels.isEmpty() || blockOutChannels.size() != layersPerBlock.size()) {
            throw new IllegalArgumentException("block_out_channels and layers_per_block must name the same number of"
                    + " levels, got " + blockOutChannels.size() + " and " + layersPerBlock.size());
        }
        if (layersPerBlock.stream().anyMatch(layers -> layers < 1 || layers > MOST_LAYERS)) {
            throw new IllegalArgumentException("layers_per_block must be 1 to " + MOST_LAYERS + " at each level, got "
                    + layersPerBlock);
        }
        if (numClasses < 2) {
            throw new IllegalArgumentException("num_classes must be at least 2, got " + numClasses);
        }
    }

    /** Returns the number of features, one a channel of the last level. */
    public int featureWidth() {
        return blockOutChannels.getLast();
    }
}
