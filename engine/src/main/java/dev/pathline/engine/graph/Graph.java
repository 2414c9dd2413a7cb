package dev.pathline.engine.graph;

import static dev.pathline.engine.graph.Shapes.common;
import static dev.pathline.engine.graph.Shapes.require;
import static dev.pathline.engine.graph.Shapes.requireGrid;
import static dev.pathline.engine.graph.Shapes.requireImage;
import static dev.pathline.engine.graph.Shapes.requireScalar;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link Network}. Each method appends one operation, derives the shape of its result, and registers the
 * parameters it needs under {@code name.weight} and {@code name.bias}.
 *
 * <p>All methods throw {@link IllegalArgumentException} when shapes do not fit, when a number is out of its range, and when a
 * value is another graph's. So a graph that was built runs, and every value has the shape that it says.
 */
public final class Graph {

    private final List<Value> values = new ArrayList<>();
    private final List<Value> inputs = new ArrayList<>();
    private final List<Parameter> parameters = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    /** An input of numbers, for example an image {@code [C,H,W]}. */
    public Value input(String name, List<Integer> shape) {
        return input(new Op.Input(name, Op.Input.Kind.VALUES), shape);
    }

    /** An input of one time a row. */
    public Value timeInput(String name) {
        return input(new Op.Input(name, Op.Input.Kind.TIME), List.of());
    }

    /** An input of a second time a row: where a flow map jumps to. */
    public Value targetInput() {
        return timeInput(InputNames.TARGET);
    }

    /** An input of one scale of guidance a row, the {@code w} of classifier-free guidance: 1 is none. */
    public Value guidanceInput() {
        return timeInput(InputNames.GUIDANCE);
    }

    /** An input of one class index a row. */
    public Value labelInput(String name) {
        return input(new Op.Input(name, Op.Input.Kind.LABEL), List.of());
    }

    /** A convolution with padding that keeps the size at stride 1; PyTorch's default initialisation. */
    public Value conv2d(Value x, String name, int kernel, int out) {
        return conv2d(x, name, kernel, out, 1, kernel / 2, null);
    }

    /**
     * A convolution with bias.
     *
     * @param x {@code [C,H,W]}
     * @param weights how the weight starts, or null for PyTorch's default; a given one starts the bias at zero
     */
    public Value conv2d(Value x, String name, int kernel, int out, int stride, int padding,
            @Nullable Initializer weights) {
        int in = requireImage(x, name).channels();
        require(kernel > 0 && stride > 0 && padding >= 0 && out > 0, name, "needs a kernel, a stride and channels of at"
                + " least 1 and a padding of at least 0, got " + kernel + ", " + stride + ", " + out + " and "
                + padding);
        int height = x.dim(1) + 2 * padding - kernel;
        int width = x.dim(2) + 2 * padding - kernel;
        require(height >= 0 && width >= 0, name,
                "needs an input of at least " + (kernel - 2 * padding) + " pixels, got "
                        + x.shape());
        Initializer uniform = new Initializer.Uniform(1 / Math.sqrt((double) in * kernel * kernel));
        int weight = parameter(name + ".weight", List.of(out, in, kernel, kernel), weights == null ? uniform : weights);
        int bias = parameter(name + ".bias", List.of(out), weights == null ? uniform : Initializer.ZEROS);
        return append(new Op.Conv2d(weight, bias, kernel, stride, padding), List.of(x),
                List.of(out, height / stride + 1, width / stride + 1));
    }

    /** An affine map of the last dimension, with PyTorch's default initialisation. */
    public Value linear(Value x, String name, int out) {
        return linear(x, name, out, null);
    }

    /** An affine map of the last dimension; a given initialiser starts the bias at zero. */
    public Value linear(Value x, String name, int out, @Nullable Initializer weights) {
        return linear(x, name, out, weights, true);
    }

    /** A map of the last dimension, affine with a bias and linear without; a given initialiser starts it at zero. */
    public Value linear(Value x, String name, int out, @Nullable Initializer weights, boolean biased) {
        require(!x.shape().isEmpty(), name, "needs a vector, got a scalar");
        require(out > 0, name, "needs at least 1 result, got " + out);
        int in = x.shape().getLast();
        Initializer uniform = new Initializer.Uniform(1 / Math.sqrt(in));
        int weight = parameter(name + ".weight", List.of(out, in), weights == null ? uniform : weights);
        OptionalInt bias = biased
                ? OptionalInt.of(
                        parameter(name + ".bias", List.of(out), weights == null ? uniform : Initializer.ZEROS))
                : OptionalInt.empty();
        var shape = new ArrayList<>(x.shape());
        shape.set(shape.size() - 1, out);
        return append(new Op.Linear(weight, bias), List.of(x), shape);
    }

    /** Normalisation over the last dimension, without weights. */
    public Value layerNorm(Value x, double epsilon) {
        require(!x.shape().isEmpty(), "layerNorm", "needs a vector, got a scalar");
        return append(new Op.LayerNorm(OptionalInt.empty(), OptionalInt.empty(), epsilon), List.of(x), x.shape());
    }

    /** Normalisation over the last dimension, with a scale and a shift per element. */
    public Value layerNorm(Value x, String name, double epsilon) {
        require(!x.shape().isEmpty(), name, "needs a vector, got a scalar");
        List<Integer> width = List.of(x.shape().getLast());
        OptionalInt weight = OptionalInt.of(parameter(name + ".weight", width, Initializer.ONES));
        OptionalInt bias = OptionalInt.of(parameter(name + ".bias", width, Initializer.ZEROS));
        return append(new Op.LayerNorm(weight, bias, epsilon), List.of(x), x.shape());
    }

    /** Group normalisation of {@code [C,H,W]}. */
    public Value groupNorm(Value x, String name, int groups, double epsilon) {
        int channels = requireImage(x, name).channels();
        require(groups > 0 && channels % groups == 0, name,
                channels + " channels cannot be divided into " + groups + " groups");
        int weight = parameter(name + ".weight", List.of(channels), Initializer.ONES);
        int bias = parameter(name + ".bias", List.of(channels), Initializer.ZEROS);
        return append(new Op.GroupNorm(weight, bias, groups, epsilon), List.of(x), x.shape());
    }

    /** {@code x * sigmoid(x)}. */
    public Value silu(Value x) {
        return append(new Op.Silu(), List.of(x), x.shape());
    }

    /** A weight itself, the same for every row. */
    public Value weight(String name, List<Integer> shape, Initializer initializer) {
        return append(new Op.Weight(parameter(name, shape, initializer)), List.of(), shape);
    }

    /** A function of every element. */
    public Value map(Op.Elementwise.Function function, Value x) {
        return append(new Op.Elementwise(function), List.of(x), x.shape());
    }

    /** {@code factor * x + offset}. */
    public Value affine(Value x, double factor, double offset) {
        return append(new Op.Affine(factor, offset), List.of(x), x.shape());
    }

    /** The sum of two values; a dimension of 1 is repeated to the other's. */
    public Value add(Value a, Value b) {
        return append(new Op.Add(), List.of(a, b), common("add", a, b));
    }

    /** The product of two values, element by element; a dimension of 1 is repeated to the other's. */
    public Value multiply(Value a, Value b) {
        return append(new Op.Multiply(), List.of(a, b), common("multiply", a, b));
    }

    /** The quotient of two values, element by element; a dimension of 1 is repeated to the other's. */
    public Value divide(Value a, Value b) {
        return append(new Op.Divide(), List.of(a, b), common("divide", a, b));
    }

    /** The sum over one dimension, counted from 0 and without the batch, which goes away. */
    public Value sum(Value x, int dimension) {
        require(dimension >= 0 && dimension < x.shape().size(), "sum", x.shape() + " has no dimension " + dimension);
        var shape = new ArrayList<>(x.shape());
        shape.subList(dimension, dimension + 1).clear();
        return append(new Op.Sum(dimension), List.of(x), shape);
    }

    /** Shares that sum to 1 over the last dimension. */
    public Value softmax(Value x) {
        require(!x.shape().isEmpty(), "softmax", "needs a vector, got a scalar");
        return append(new Op.Softmax(), List.of(x), x.shape());
    }

    /** The same elements in another shape. */
    public Value reshape(Value x, Integer... shape) {
        long size = x.shape().stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
        long wanted = List.of(shape).stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
        require(size == wanted && List.of(shape).stream().allMatch(dim -> dim > 0), "reshape",
                x.shape() + " does not fit into " + List.of(shape));
        return append(new Op.Reshape(), List.of(x), List.of(shape));
    }

    /** The dimensions in another order, counted from 0 and without the batch. */
    public Value permute(Value x, Integer... order) {
        List<Integer> from = List.of(order);
        boolean each = from.stream().sorted().toList().equals(IntStream.range(0, x.shape().size()).boxed().toList());
        require(each, "permute", from + " is no order of the dimensions of " + x.shape());
        return append(new Op.Permute(from), List.of(x), from.stream().map(x::dim).toList());
    }

    /** The elements from {@code start} on of one dimension, counted from 0 and without the batch. */
    public Value slice(Value x, int dimension, int start, int length) {
        require(dimension >= 0 && dimension < x.shape().size(), "slice", x.shape() + " has no dimension " + dimension);
        require(start >= 0 && length > 0 && start <= x.dim(dimension) - length, "slice", length + " elements from "
                + start + " on are not in dimension " + dimension + " of " + x.shape());
        var shape = new ArrayList<>(x.shape());
        shape.set(dimension, length);
        return append(new Op.Slice(dimension, start), List.of(x), shape);
    }

    /** Equal parts of one dimension, counted from 0 and without the batch. */
    public List<Value> chunk(Value x, int dimension, int parts) {
        require(dimension >= 0 && dimension < x.shape().size(), "chunk", x.shape() + " has no dimension " + dimension);
        require(parts > 0, "chunk", "needs at least 1 part, got " + parts);
        int length = x.dim(dimension) / parts;
        require(length * parts == x.dim(dimension), "chunk",
                "dimension " + dimension + " of " + x.shape() + " cannot be divided into " + parts);
        return IntStream.range(0, parts).mapToObj(i -> slice(x, dimension, i * length, length)).toList();
    }

    /** {@code [C,H,W] + [C]}. */
    public Value addPerChannel(Value x, Value perChannel) {
        require(perChannel.shape().equals(List.of(requireImage(x, "addPerChannel").channels())), "addPerChannel",
                x.shape() + " and " + perChannel.shape() + " do not fit");
        return append(new Op.AddPerChannel(), List.of(x, perChannel), x.shape());
    }

    /** Concatenation of two images over channels. */
    public Value concat(Value a, Value b) {
        requireImage(a, "concat");
        requireImage(b, "concat");
        require(a.shape().subList(1, 3).equals(b.shape().subList(1, 3)), "concat",
                "sizes differ: " + a.shape() + " and " + b.shape());
        return append(new Op.Concat(), List.of(a, b), List.of(a.channels() + b.channels(), a.dim(1), a.dim(2)));
    }

    /** Nearest-neighbour upsampling by 2. */
    public Value upsample(Value x) {
        return append(new Op.Upsample(), List.of(requireImage(x, "upsample")),
                List.of(x.channels(), 2 * x.dim(1), 2 * x.dim(2)));
    }

    /** The mean of each square of 2 x 2; an odd last row or column is left out. */
    public Value downsample(Value x) {
        require(requireImage(x, "downsample").dim(1) > 1 && x.dim(2) > 1, "downsample", x.shape() + " is too small");
        return append(new Op.Downsample(), List.of(x), List.of(x.channels(), x.dim(1) / 2, x.dim(2) / 2));
    }

    /** One zero row below and one zero column at the right. */
    public Value padRightBottom(Value x) {
        return append(new Op.PadRightBottom(), List.of(requireImage(x, "padRightBottom")),
                List.of(x.channels(), x.dim(1) + 1, x.dim(2) + 1));
    }

    /** {@code [C,H,W] -> [H*W,C]}. */
    public Value toTokens(Value x) {
        requireImage(x, "toTokens");
        return append(new Op.ToTokens(), List.of(x), List.of(x.dim(1) * x.dim(2), x.channels()));
    }

    /** {@code [height*width,C] -> [C,height,width]}. */
    public Value fromTokens(Value x, int height, int width) {
        requireGrid(x, height, width, "fromTokens");
        return append(new Op.FromTokens(height, width), List.of(x), List.of(x.dim(1), height, width));
    }

    /**
     * Multi-head attention of a query {@code [L,C]} to the places of a key and a value, both {@code [M,C]}, of any other
     * length: {@code [L,C]}.
     */
    public Value attention(Value query, Value key, Value value, int heads) {
        require(query.shape().size() == 2 && key.shape().size() == 2 && key.dim(1) == query.dim(1), "attention",
                "needs a query [L,C] and a key [M,C] of as many channels, got " + query.shape() + " and "
                        + key.shape());
        require(key.shape().equals(value.shape()), "attention",
                "key and value must have one shape, not " + key.shape() + " and " + value.shape());
        require(heads > 0 && query.dim(1) % heads == 0, "attention",
                query.dim(1) + " channels cannot be divided into " + heads + " heads");
        return append(new Op.Attention(heads), List.of(query, key, value), query.shape());
    }

    /** Adds to the tokens {@code [height*width,C]} of a grid where each is. */
    public Value addPositions(Value x, int height, int width) {
        requireGrid(x, height, width, "addPositions");
        require(x.dim(1) % 4 == 0, "addPositions", x.dim(1) + " channels cannot be divided by 4");
        return append(new Op.AddPositions(height, width), List.of(x), x.shape());
    }

    /** Sinusoidal features of a time or a label; angular frequencies fall from 1 to about 1/10000. */
    public Value sinusoid(Value time, int width, boolean cosFirst, double freqShift) {
        return sinusoid(time, width, cosFirst, freqShift, 1, 10_000);
    }

    /** Sinusoidal features of a time or a label; angular frequencies fall from {@code scale} on by {@code period}. */
    public Value sinusoid(Value time, int width, boolean cosFirst, double freqShift, double scale, double period) {
        requireScalar(time, "sinusoid");
        require(width >= 2, "sinusoid", "needs a width of at least 2, got " + width);
        int half = width / 2;
        require(half - freqShift > 0, "sinusoid",
                "a frequency shift of " + freqShift + " divides by zero at width " + width);
        return append(new Op.Sinusoid(width, cosFirst, freqShift, scale, period), List.of(time), List.of(width));
    }

    /** Frequencies that are never rounded to less than float32, {@code [width]}, standard normal times {@code scale}. */
    public Value frequencies(String name, int width, double scale) {
        int weight = parameter(new Parameter(name, List.of(width), new Initializer.Normal(scale), true));
        return append(new Op.Weight(weight), List.of(), List.of(width));
    }

    /** Sines and cosines of the logarithm of a time or a label: {@code [2 * width]}. */
    public Value logFourier(Value time, Value frequencies) {
        requireScalar(time, "logFourier");
        require(frequencies.shape().size() == 1, "logFourier", "needs frequencies [D], got " + frequencies.shape());
        return append(new Op.LogFourier(), List.of(time, frequencies), List.of(2 * frequencies.channels()));
    }

    /** A time, rounded to the label that is nearest. */
    public Value nearest(Value time) {
        requireScalar(time, "nearest");
        return append(new Op.Nearest(), List.of(time), List.of());
    }

    /** A row of the table {@code name.weight}, chosen by a label or by a time that was rounded to one. */
    public Value embedding(Value label, String name, int rows, int width) {
        boolean index = label.op() instanceof Op.Nearest
                || (label.op() instanceof Op.Input input && input.kind() == Op.Input.Kind.LABEL);
        require(index, name, "needs a label, got " + label.op());
        int table = parameter(name + ".weight", List.of(rows, width), new Initializer.Normal(1));
        return append(new Op.Embedding(table), List.of(label), List.of(width));
    }

    /** The mean over height and width. */
    public Value globalAveragePool(Value x) {
        return append(new Op.GlobalAveragePool(), List.of(requireImage(x, "globalAveragePool")),
                List.of(x.channels()));
    }

    /** Finishes the graph. */
    public Network build(Value... outputs) {
        require(outputs.length > 0 && !inputs.isEmpty(), "build", "needs an input and an output");
        requireOwn(List.of(outputs));
        return new Network(values, inputs, List.of(outputs), parameters);
    }

    private Value input(Op.Input op, List<Integer> shape) {
        require(inputs.stream()
                .noneMatch(other -> other.op() instanceof Op.Input input && input.name().equals(op.name())),
                op.name(), "is an input already");
        Value value = append(op, List.of(), shape);
        inputs.add(value);
        return value;
    }

    /**
     * What the module of a TorchScript archive computes.
     *
     * @param given what the module takes, in its order
     * @param types the type of each
     * @param tuple whether it returns a tuple, whose first element is meant
     * @param shape the shape of the result
     */
    public Value module(Path file, List<Value> given, List<ElementType> types, boolean tuple, List<Integer> shape) {
        require(given.size() == types.size(), "module",
                "takes " + given.size() + " values of " + types.size() + " types");
        return append(new Op.Module(file, types, tuple), given, shape);
    }

    private Value append(Op op, List<Value> from, List<Integer> shape) {
        requireOwn(from);
        require(shape.stream().allMatch(dim -> dim > 0), op.getClass().getSimpleName(),
                "needs dimensions of at least 1, got " + shape);
        var value = new Value(values.size(), op, from, shape);
        values.add(value);
        return value;
    }

    private int parameter(String name, List<Integer> shape, Initializer initializer) {
        return parameter(new Parameter(name, shape, initializer, false));
    }

    private int parameter(Parameter parameter) {
        require(parameter.shape().stream().allMatch(dim -> dim > 0), parameter.name(),
                "needs dimensions of at least 1, got " + parameter.shape());
        require(names.add(parameter.name()), parameter.name(), "is there twice");
        parameters.add(parameter);
        return parameters.size() - 1;
    }

    private void requireOwn(List<Value> given) {
        for (Value value : given) {
            require(value.id() < values.size() && values.get(value.id()).equals(value), "graph",
                    value + " is a value of another graph");
        }
    }
}
