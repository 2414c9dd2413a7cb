package dev.pathline.engine.graph;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A finished graph: what a network computes, and from which named parameters. It holds no numbers and no engine.
 *
 * @param values all nodes, in an order in which each comes after its inputs
 * @param inputs the inputs, in the order of the program's arguments
 * @param outputs the results
 * @param parameters the weights, in the order of the program's weight list
 */
public record Network(List<Value> values, List<Value> inputs, List<Value> outputs, List<Parameter> parameters) {

    public Network {
        values = List.copyOf(values);
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        parameters = List.copyOf(parameters);
    }

    /** Returns whether it is a flow map, whose rows have a second time. */
    public boolean hasTarget() {
        return hasInput(InputNames.TARGET);
    }

    /** Returns whether it takes an input of that name. */
    public boolean hasInput(String name) {
        return inputs.stream().anyMatch(v -> v.op() instanceof Op.Input input && input.name().equals(name));
    }

    /**
     * Returns why samples cannot be made with it, though it can be evaluated; empty if they can. A solver moves points by
     * the first result, and gives a class, and nothing else, as an index.
     */
    public Optional<String> obstacleToSampling() {
        if (!inputs.getFirst().shape().equals(outputs.getFirst().shape())) {
            return Optional.of("the network's output has shape " + outputs.getFirst().shape()
                    + ", a sample " + inputs.getFirst().shape());
        }
        return inputs.stream().skip(1).map(Value::op).map(Op.Input.class::cast).map(Network::obstacle)
                .flatMap(Optional::stream).findFirst();
    }

    private static Optional<String> obstacle(Op.Input input) {
        boolean label = input.name().equals(InputNames.LABEL);
        boolean index = input.kind() == Op.Input.Kind.LABEL;
        return label == index
                ? Optional.empty()
                : Optional.of("the network takes " + input.name() + (label
                        ? " as a vector a row; samples have an index"
                        : " as an index, of which a card says nothing"));
    }

    /** Returns the TorchScript archive of another program that does the computing, if one does. */
    public Optional<Path> module() {
        return values.stream().map(Value::op).filter(Op.Module.class::isInstance).map(Op.Module.class::cast)
                .map(Op.Module::file).findFirst();
    }

    /** Returns the number of weights; those of a module of another program are not counted. */
    public long parameterCount() {
        return parameters.stream().mapToLong(Parameter::size).sum();
    }

    /**
     * Returns the floating-point operations of one row, a multiplication and an addition counted as two; those of a module
     * of another program are not counted.
     */
    public long flops() {
        return values.stream().mapToLong(v -> flops(v)).sum();
    }

    /**
     * Returns how many numbers are alive at once in the evaluation of one row, at most: what an operator reads, what it
     * writes, and what later ones still want.
     */
    public long liveNumbers() {
        var lastUse = new HashMap<Value, Value>();
        values.forEach(value -> value.inputs().forEach(input -> lastUse.put(input, value)));
        long alive = 0;
        long most = 0;
        for (Value value : values) {
            alive += size(value);
            most = Math.max(most, alive + within(value));
            for (Value input : Set.copyOf(value.inputs())) {
                if (value.equals(lastUse.get(input)) && !outputs.contains(input)) {
                    alive -= size(input);
                }
            }
        }
        return most;
    }

    /** What an operator needs beside its inputs and its output: every place's attention to every key. */
    private static long within(Value value) {
        return value.op() instanceof Op.Attention attention
                ? (long) attention.heads() * value.dim(0) * keys(value)
                : 0;
    }

    private static long keys(Value attention) {
        return attention.inputs().get(1).dim(0);
    }

    private long flops(Value value) {
        long size = size(value);
        return switch (value.op()) {
            case Op.Conv2d op -> 2 * size * value.inputs().getFirst().channels() * op.kernel() * op.kernel();
            case Op.Linear op -> 2 * size * parameters.get(op.weight()).shape().get(1);
            // As many products for the scores as for what they weigh.
            case Op.Attention op -> 4 * size * keys(value);
            case Op.GroupNorm op -> 6 * size;
            case Op.LayerNorm op -> 6 * size;
            case Op.Silu op -> 4 * size;
            case Op.Add op -> size;
            case Op.AddPerChannel op -> size;
            case Op.Divide op -> size;
            case Op.Multiply op -> size;
            case Op.Elementwise op -> size;
            case Op.Affine op -> 2 * size;
            case Op.Softmax op -> 3 * size;
            case Op.Sum op -> size(value.inputs().getFirst());
            case Op.GlobalAveragePool op -> size(value.inputs().getFirst());
            case Op.Downsample op -> size(value.inputs().getFirst());
            case Op.AddPositions op -> size;
            case Op.Sinusoid op -> 3 * size;
            case Op.LogFourier op -> 3 * size;
            case Op.Nearest op -> 1;
            case Op.Input op -> 0;
            case Op.Weight op -> 0;
            case Op.Reshape op -> 0;
            case Op.Permute op -> 0;
            case Op.Slice op -> 0;
            case Op.Concat op -> 0;
            case Op.Upsample op -> 0;
            case Op.PadRightBottom op -> 0;
            case Op.ToTokens op -> 0;
            case Op.FromTokens op -> 0;
            case Op.Embedding op -> 0;
            case Op.Module op -> 0;
        };
    }

    private static long size(Value value) {
        return value.shape().stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
    }
}
