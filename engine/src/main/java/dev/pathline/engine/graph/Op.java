package dev.pathline.engine.graph;

/**
 * What one node of a graph computes. Shapes are given without the batch dimension {@code N}, which is always first.
 * Indices are places in {@link Network#parameters()}.
 */
public sealed interface Op {

    /** An input of the network. */
    record Input(String name, Kind kind) implements Op {
        /** What an input holds. */
        public enum Kind {
            /** Numbers in the network's compute precision, any shape. */
            VALUES,
            /** One float32 number a row; kept in float32. */
            TIME,
            /** One int64 class index a row. */
            LABEL
        }
    }

    /** 2-D convolution with bias, square kernel: {@code [C,H,W] -> [O,H',W']}. */
    record Conv2d(int weight, int bias, int kernel, int stride, int padding) implements Op {}

    /** Affine map of the last dimension. */
    record Linear(int weight, int bias) implements Op {}

    /** Group normalisation (arXiv 1803.08494) with a scale and a shift per channel, over {@code [C,H,W]}. */
    record GroupNorm(int weight, int bias, int groups, double epsilon) implements Op {}

    /** {@code x * sigmoid(x)}. */
    record Silu() implements Op {}

    /** A weight itself, the same for every row. */
    record Weight(int weight) implements Op {}

    /** A function of every element; of a time too, which becomes a number in the network's compute precision. */
    record Elementwise(Function function) implements Op {
        /** Which function. */
        public enum Function {
            /** The cosine. */
            COS,
            /** The sine. */
            SIN,
            /** The natural logarithm. */
            LOG,
            /** The square root. */
            SQRT
        }
    }

    /** {@code factor * x + offset}. */
    record Affine(double factor, double offset) implements Op {}

    /** Elementwise sum; a dimension of 1 is repeated to the other's. */
    record Add() implements Op {}

    /** Elementwise product; a dimension of 1 is repeated to the other's. */
    record Multiply() implements Op {}

    /** Elementwise quotient; a dimension of 1 is repeated to the other's. */
    record Divide() implements Op {}

    /** The sum over one dimension, which goes away. */
    record Sum(int dimension) implements Op {}

    /** {@code exp(x) / sum exp(x)} over the last dimension. */
    record Softmax() implements Op {}

    /** The same elements in another shape. */
    record Reshape() implements Op {}

    /** Adds one number per channel: {@code [C,H,W] + [C]}. */
    record AddPerChannel() implements Op {}

    /** Concatenation over channels. */
    record Concat() implements Op {}

    /** Nearest-neighbour upsampling by 2. */
    record Upsample() implements Op {}

    /** One zero row below and one zero column at the right. */
    record PadRightBottom() implements Op {}

    /** {@code [C,H,W] -> [H*W,C]}, row-major positions. */
    record ToTokens() implements Op {}

    /** {@code [H*W,C] -> [C,H,W]}. */
    record FromTokens(int height, int width) implements Op {}

    /** Multi-head {@code softmax(q k' / sqrt(d)) v} over three inputs of shape {@code [L,C]}. */
    record Attention(int heads) implements Op {}

    /**
     * Sinusoidal features of a time input: {@code arg_i = t * exp(-ln(10000) i / (half - freqShift))}, sines then
     * cosines, or the other way round when {@code cosFirst}.
     */
    record Sinusoid(int width, boolean cosFirst, double freqShift) implements Op {}

    /** A row of a table, chosen by a label: {@code [] -> [D]}. */
    record Embedding(int table) implements Op {}

    /** The mean over height and width: {@code [C,H,W] -> [C]}. */
    record GlobalAveragePool() implements Op {}
}
