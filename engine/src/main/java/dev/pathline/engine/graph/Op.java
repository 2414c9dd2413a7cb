package dev.pathline.engine.graph;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

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
            /** One float32 number a row, a time or a scale; kept in float32. */
            TIME,
            /** One int64 class index a row. */
            LABEL
        }
    }

    /** 2-D convolution with bias, square kernel: {@code [C,H,W] -> [O,H',W']}. */
    record Conv2d(int weight, int bias, int kernel, int stride, int padding) implements Op {}

    /** Affine map of the last dimension, without a bias linear. */
    record Linear(int weight, OptionalInt bias) implements Op {}

    /** Group normalisation (arXiv 1803.08494) with a scale and a shift per channel, over {@code [C,H,W]}. */
    record GroupNorm(int weight, int bias, int groups, double epsilon) implements Op {}

    /**
     * Normalisation over the last dimension (arXiv 1607.06450), with a scale and a shift per element where they are
     * there.
     */
    record LayerNorm(OptionalInt weight, OptionalInt bias, double epsilon) implements Op {}

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
            SQRT,
            /** {@code max(x, 0)}. */
            RELU,
            /** {@code x Phi(x)}, with the normal distribution's function (arXiv 1606.08415). */
            GELU,
            /** The approximation of {@link #GELU} by a hyperbolic tangent, as transformers have it. */
            GELU_TANH,
            /** {@code x tanh(ln(1 + exp(x)))} (arXiv 1908.08681). */
            MISH
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

    /** The same elements with the dimensions in another order, counted from 0 and without the batch. */
    record Permute(List<Integer> order) implements Op {
        public Permute {
            order = List.copyOf(order);
        }
    }

    /** Some neighbours of one dimension, counted from 0 and without the batch; the shape says how many. */
    record Slice(int dimension, int start) implements Op {}

    /** Adds one number per channel: {@code [C,H,W] + [C]}. */
    record AddPerChannel() implements Op {}

    /** Concatenation over channels. */
    record Concat() implements Op {}

    /** Nearest-neighbour upsampling by 2. */
    record Upsample() implements Op {}

    /** The mean of each square of 2 x 2; an odd last row or column is left out. */
    record Downsample() implements Op {}

    /** One zero row below and one zero column at the right. */
    record PadRightBottom() implements Op {}

    /** {@code [C,H,W] -> [H*W,C]}, row-major positions. */
    record ToTokens() implements Op {}

    /** {@code [H*W,C] -> [C,H,W]}. */
    record FromTokens(int height, int width) implements Op {}

    /**
     * Multi-head {@code softmax(q k' / sqrt(d)) v} of a query {@code [L,C]}, a key {@code [M,C]} and a value {@code [M,C]}:
     * {@code [L,C]}.
     */
    record Attention(int heads) implements Op {}

    /**
     * Adds where each token of a grid is (arXiv 2010.11929, appendix D.4, in two dimensions):
     * {@code [height*width,C] -> [height*width,C]}. The first half of the channels has sines, then cosines, of the
     * column times {@code 10000^(-4i/C)}, the second half those of the row.
     */
    record AddPositions(int height, int width) implements Op {}

    /**
     * Sinusoidal features of a time or a label: {@code scale * t * exp(-ln(period) i / (half - freqShift))}, sines then
     * cosines, or the other way round when {@code cosFirst}. An odd width ends with a zero.
     */
    record Sinusoid(int width, boolean cosFirst, double freqShift, double scale, double period) implements Op {}

    /** Sines, then cosines, of {@code 2 pi ln(t) w} for a time or a label {@code t} and frequencies {@code w: [D]}. */
    record LogFourier() implements Op {}

    /** A time, rounded to the label that is nearest. */
    record Nearest() implements Op {}

    /** A row of a table, chosen by a label: {@code [] -> [D]}. */
    record Embedding(int table) implements Op {}

    /** The mean over height and width: {@code [C,H,W] -> [C]}. */
    record GlobalAveragePool() implements Op {}

    /**
     * What a module of another program computes, which brings its own weights.
     *
     * @param file the TorchScript archive
     * @param types what the module takes each of the node's inputs in
     * @param tuple whether it returns a tuple, whose first element is meant
     */
    record Module(Path file, List<ElementType> types, boolean tuple) implements Op {
        /** Takes a copy of the types. */
        public Module {
            types = List.copyOf(types);
        }
    }
}
