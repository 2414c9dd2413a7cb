package dev.pathline.engine.script;

import dev.pathline.engine.graph.Op;
import dev.pathline.engine.graph.Value;
import dev.pathline.engine.script.NumericProfile.Precision;

/**
 * A convolution whose channels are filled up with zeros to whole blocks.
 *
 * <p>Implementation note. oneDNN, by which libtorch convolves on a processor, computes in blocks of 16 channels and fills
 * up what is less by itself. The one in libtorch 2.7.1 (oneDNN 3.7.1) does not fill up with zeros on some processors
 * (seen on an AMD Zen 5): results and derivatives in single precision and in bfloat16 are then wrong by tens of percent,
 * or not numbers, for 1, 3, 17 or 40 channels, while those of 16 and 32 are exact. With whole blocks nothing is left to
 * fill up. Where the stride is more than 1 it takes two blocks at a time, and an odd number of blocks, such as 48
 * channels, goes wrong likewise. Double precision is not computed by oneDNN.
 *
 * @param input channels that are missing from the last block of the input
 * @param output channels that are missing from the last block of the result
 */
record WholeBlocks(int input, int output) {

    /** Channels of a block. */
    private static final int BLOCK = 16;

    /** Returns what is missing from the blocks of a convolution. */
    static WholeBlocks of(Value convolution, NumericProfile profile) {
        if (profile.precision() == Precision.FLOAT64) {
            return new WholeBlocks(0, 0);
        }
        int blocks = ((Op.Conv2d) convolution.op()).stride() == 1 ? 1 : 2;
        return new WholeBlocks(missing(convolution.inputs().getFirst().channels(), blocks),
                missing(convolution.channels(), blocks));
    }

    /**
     * Returns whether a linear map has them already. Of the results of one whose weight is laid out beforehand oneDNN takes 16, 32
     * or 64 at a time, whichever is the least that has them all, and what is missing to that is filled up as badly: 48 and 96
     * results are wrong, whatever the number of inputs.
     *
     * @param inputs of a row
     * @param results of a row
     */
    static boolean areIn(int inputs, int results) {
        int together = results <= BLOCK ? BLOCK : results <= 2 * BLOCK ? 2 * BLOCK : 4 * BLOCK;
        return results % together == 0 && missing(inputs, 1) == 0;
    }

    /** What is missing where so many blocks are taken at a time; one alone is taken alone. */
    private static int missing(int channels, int blocks) {
        return Math.floorMod(-channels, channels <= BLOCK ? BLOCK : blocks * BLOCK);
    }

    /** Returns the expression of the images with whole blocks. */
    String images(String x) {
        return pad(x, "0, 0, 0, 0, 0, " + input, input);
    }

    /** Returns the expression of the weight {@code [output, input, k, k]} with whole blocks. */
    String weight(String weight) {
        return pad(weight, "0, 0, 0, 0, 0, " + input + ", 0, " + output, input + output);
    }

    /** Returns the expression of the weight {@code [input, output, k, k]} of a transposed convolution with whole blocks. */
    String transposedWeight(String weight) {
        return pad(weight, "0, 0, 0, 0, 0, " + output + ", 0, " + input, input + output);
    }

    /** Returns the expression of the bias with whole blocks. */
    String bias(String bias) {
        return pad(bias, "0, " + output, output);
    }

    /** Returns the expression of the result without what was filled up. */
    String result(String y, Value convolution) {
        return output == 0 ? y : "torch.narrow(" + y + ", 1, 0, " + convolution.channels() + ")";
    }

    private static String pad(String tensor, String by, int missing) {
        return missing == 0 ? tensor : "torch.constant_pad_nd(" + tensor + ", [" + by + "], 0)";
    }
}
