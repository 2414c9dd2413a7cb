package dev.pathline.engine.script;

import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Op;
import dev.pathline.engine.graph.Value;
import dev.pathline.engine.script.NumericProfile.Precision;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * Writes the statements that compute a network, as serialised TorchScript.
 *
 * <p>Implementation note. The text is what {@code torch.jit.save} would have written: plain assignments of
 * {@code torch.*} calls, one per node, no control flow. What looks odd and is right:
 * <ul>
 * <li>Statements name each value once; TorchScript's interpreter frees a tensor at its last use, so no explicit
 * deletion is needed.
 * <li>Training and inference differ in nothing but where a weight comes from ({@link Weights}): a cast of the float32
 * master that autograd sees, or a copy that was cast once when the model was loaded.
 * <li>DJL aborts the JVM when it is asked for the type of a bfloat16 tensor, so casts happen inside the script, and
 * prepared weights cross the border only as {@link PreparedWeights}, which hands them to nobody else.
 * <li>Inference overwrites a value whose one reader is an elementwise operator ({@link MemoryReuse}).
 * <li>Times stay in float32 up to their sinusoid: bfloat16 cannot tell 998 from 1000.
 * </ul>
 */
final class ScriptEmitter {

    /** Where the statements find a weight. */
    enum Weights {
        /** {@code w[i]} is a float32 (or float64) master; it is cast where it is used. */
        MASTER,
        /** {@code w[i]} was made by {@link PreparedLayout#prepare}. */
        PREPARED
    }

    /** How attention is written. */
    enum Attention {
        /** libtorch's fused operator: fast, one derivative. */
        FUSED,
        /** Matrix product, softmax, matrix product: derivatives of every order. */
        PLAIN,
        /** As {@link #PLAIN}, a few rows at a time, so that the scores stay in a processor's cache. */
        TILED,
        /** As {@link #TILED}, with queries in columns and without a softmax: inference in single precision. */
        TRANSPOSED;

        /**
         * Returns the fastest that has a derivative: on a processor libtorch's fused operator is the faster one in single
         * precision, and the slower one below it, most of all its derivative.
         */
        static Attention ofTraining(boolean gpu, NumericProfile profile) {
            return gpu || profile.precision().bytes() > Short.BYTES ? FUSED : TILED;
        }

        /** Returns the fastest of inference; packed weights say that single precision is to be fast and no reference. */
        static Attention ofInference(boolean gpu, NumericProfile profile) {
            boolean single = profile.precision() == Precision.FLOAT32 && profile.packed();
            return !gpu && single ? TRANSPOSED : ofTraining(gpu, profile);
        }
    }

    private final Network network;
    private final NumericProfile profile;
    private final Weights weights;
    private final MasterWeights masters;
    private final PreparedLayout layout;
    private final MemoryReuse reuse;
    private final DoubledConvolutions doubled;
    private final GroupNormScript norms;
    private final AttentionScript attention;
    private final Statements out = new Statements();

    private ScriptEmitter(Network network, NumericProfile profile, Weights weights, Attention attention) {
        this.network = network;
        this.profile = profile;
        this.weights = weights;
        this.masters = new MasterWeights(network, profile);
        this.layout = new PreparedLayout(network, profile);
        this.reuse = new MemoryReuse(network);
        this.doubled = new DoubledConvolutions(network, profile);
        this.norms = new GroupNormScript(profile, weights == Weights.PREPARED, out);
        this.attention = new AttentionScript(profile.precision(), attention, weights == Weights.PREPARED, out);
    }

    /**
     * Returns statements that compute {@code out0, out1, ...} from variables named as the network's inputs and the
     * list {@code w}. Inputs are float32 (times, values) and int64 (labels); outputs are float32, contiguous.
     */
    static String body(Network network, NumericProfile profile, Weights weights, Attention attention) {
        var emitter = new ScriptEmitter(network, profile, weights, attention);
        emitter.emitMatrices();
        network.values().forEach(emitter::emit);
        List<Value> outputs = network.outputs();
        boolean wide = profile.precision() == Precision.FLOAT64;
        for (int i = 0; i < outputs.size(); i++) {
            emitter.out.assign("out" + i, "torch.contiguous(torch.to(%s, %d), memory_format=0)", name(outputs.get(i)),
                    (wide ? Precision.FLOAT64 : Precision.FLOAT32).code());
        }
        return emitter.out.toString();
    }

    private void emit(Value value) {
        if (doubled.skips(value)) {
            return;
        }
        String result = name(value);
        switch (value.op()) {
            case Op.Input input -> emitInput(value, input);
            case Op.Conv2d op -> emitConvolution(value, op);
            case Op.Linear op -> emitLinear(value, op);
            case Op.GroupNorm op -> norms.write(value, op, weight(op.weight()), weight(op.bias()));
            case Op.LayerNorm op -> out.assign(result, "torch.layer_norm(%s, [%d], %s, %s, %s)", in(value, 0),
                    value.shape().getLast(), weight(op.weight()), weight(op.bias()), number(op.epsilon()));
            case Op.Silu op -> out.assign(result, "torch.silu%s(%s)", inPlace(value, 0), in(value, 0));
            case Op.Weight op -> out.assign(result, "torch.unsqueeze(%s, 0)", weight(op.weight()));
            case Op.Elementwise op -> out.assign(result, "torch.to(%s, %d)", call(op.function(), in(value, 0)),
                    profile.precision().code());
            case Op.Affine op ->
                out.assign(result, "torch.add(torch.mul(%s, %s), %s)", in(value, 0), number(op.factor()),
                        number(op.offset()));
            case Op.Add op -> emitAdd(value);
            case Op.Multiply op -> out.assign(result, "torch.mul(%s, %s)", in(value, 0), in(value, 1));
            case Op.Divide op -> out.assign(result, "torch.div(%s, %s)", in(value, 0), in(value, 1));
            case Op.Sum op -> out.assign(result, "torch.sum(%s, [%d])", in(value, 0), op.dimension() + 1);
            case Op.Softmax op -> out.assign(result, "torch.softmax(%s, -1)", in(value, 0));
            case Op.Reshape op -> out.assign(result, "torch.reshape(%s, %s)", in(value, 0), shape(value));
            case Op.Permute op -> out.assign(result, "torch.permute(%s, [0%s])", in(value, 0),
                    op.order().stream().map(d -> ", " + (d + 1)).collect(Collectors.joining()));
            case Op.Slice op -> out.assign(result, "torch.narrow(%s, %d, %d, %d)", in(value, 0), op.dimension() + 1,
                    op.start(), value.dim(op.dimension()));
            case Op.AddPerChannel op ->
                out.assign(result, "torch.add%s(%s, torch.unsqueeze(torch.unsqueeze(%s, -1), -1))",
                        inPlace(value, 0), in(value, 0), in(value, 1));
            case Op.Concat op -> out.assign(result, "torch.cat([%s], 1)", String.join(", ", ofAllRows(value)));
            case Op.Upsample op ->
                out.assign(result, "torch.upsample_nearest2d(%s, [%d, %d], None, None)", in(value, 0),
                        value.dim(1), value.dim(2));
            case Op.Downsample op -> out.assign(result,
                    "torch.avg_pool2d(%s, [2, 2], [2, 2], [0, 0], False, True, None)", in(value, 0));
            case Op.PadRightBottom op -> out.assign(result, "torch.constant_pad_nd(%s, [0, 1, 0, 1], 0)", in(value, 0));
            case Op.ToTokens op -> out.assign(result, "torch.transpose(torch.flatten(%s, 2, 3), 1, 2)", in(value, 0));
            case Op.FromTokens op -> out.assign(result, "torch.reshape(torch.transpose(%s, 1, 2), [-1, %d, %d, %d])",
                    in(value, 0), value.dim(0), op.height(), op.width());
            case Op.Attention op -> attention.write(value, op, ofAllRows(value), together(value.inputs()));
            case Op.AddPositions op -> features().positions(value, op);
            case Op.Sinusoid op -> features().sinusoid(value, op);
            case Op.LogFourier op -> features().logFourier(value);
            case Op.Nearest op -> out.assign(result, "torch.to(torch.round(%s), 4)", in(value, 0));
            case Op.Embedding op -> out.assign(result, "torch.embedding(%s, %s)", weight(op.table()), in(value, 0));
            case Op.Module op ->
                out.assign(result, "%s", ModuleCall.text(op, value.inputs().stream().map(v -> name(v)).toList()));
            case Op.GlobalAveragePool op -> out.assign(result, "torch.mean(%s, [2, 3])", in(value, 0));
        }
    }

    private void emitInput(Value value, Op.Input input) {
        switch (input.kind()) {
            case VALUES -> {
                String cast = MasterWeights.cast(input.name(), profile.precision());
                boolean image = value.shape().size() == 3;
                out.assign(name(value), "%s",
                        profile.channelsLast() && image ? MasterWeights.channelsLast(cast) : cast);
            }
            case TIME, LABEL -> out.assign(name(value), "%s", input.name());
        }
    }

    private void emitConvolution(Value value, Op.Conv2d op) {
        if (doubled.contains(value)) {
            emitDoubled(value, op);
            return;
        }
        String format = profile.packed() && weights == Weights.PREPARED
                ? "ops.mkldnn._convolution_pointwise(%1$s, %2$s, %3$s, [%5$d, %5$d], [%4$d, %4$d], [1, 1], 1, \"none\","
                        + " annotate(List[Optional[number]], []), None)"
                : "torch.conv2d(%1$s, %2$s, %3$s, [%4$d, %4$d], [%5$d, %5$d], [1, 1], 1)";
        WholeBlocks blocks = WholeBlocks.of(value, profile);
        String weight = weights == Weights.PREPARED ? prepared(op.weight()) : blocks.weight(weight(op.weight()));
        out.assign(name(value), "%s", blocks.result(String.format(Locale.ROOT, format, blocks.images(in(value, 0)),
                weight, blocks.bias(weight(op.bias())), op.stride(), op.padding()), value));
    }

    /**
     * A convolution of a doubled image. Autograd sees the bias added to each row: libtorch sums a bfloat16 gradient over
     * rows and places in one go ten times as slowly as over places, then rows.
     */
    private void emitDoubled(Value value, Op.Conv2d op) {
        String v = name(value);
        WholeBlocks blocks = WholeBlocks.of(value, profile);
        String x = blocks.images(in(value.inputs().getFirst(), 0));
        String plain = "torch.conv_transpose2d(%s, %s, %s, [2, 2], [1, 1], [0, 0], 1, [1, 1])";
        if (weights == Weights.MASTER) {
            out.assign(v + "y", "%s", blocks.result(String.format(Locale.ROOT, plain, x,
                    blocks.transposedWeight(masters.doubled(op.weight())), "None"), value));
            out.assign(v, "torch.add_(%1$sy, torch.expand(torch.reshape(%2$s, [1, %3$d, 1, 1]),"
                    + " [torch.size(%1$sy, 0), %3$d, 1, 1]))", v, weight(op.bias()), value.channels());
        } else {
            String format = profile.packed()
                    ? "ops.mkldnn._convolution_transpose_pointwise(%s, %s, %s, [1, 1], [0, 0], [2, 2], [1, 1], 1,"
                            + " \"none\", annotate(List[Optional[number]], []), None)"
                    : plain;
            out.assign(v, "%s", blocks.result(String.format(Locale.ROOT, format, x, weight(op.weight()),
                    blocks.bias(weight(op.bias()))), value));
        }
    }

    /** The averaging matrices of group norms; they are made once where weights are prepared. */
    private void emitMatrices() {
        String device = "ops.prim.device(" + ((Op.Input) network.inputs().getFirst().op()).name() + ")";
        for (GroupNormScript.Groups matrix : layout.matrices()) {
            out.assign(matrix.variable(), "%s", weights == Weights.PREPARED
                    ? prepared(layout.place(matrix))
                    : matrix.text(device));
        }
    }

    private void emitLinear(Value value, Op.Linear op) {
        Optional<LinearGroups.Group> group = layout.groups().of(value);
        if (group.isEmpty()) {
            out.assign(name(value), "%s", linear(value, weight(op.weight()), weight(op.bias())));
            return;
        }
        LinearGroups.Group all = group.get();
        if (value.equals(all.members().getFirst())) {
            int place = layout.place(all);
            boolean made = weights == Weights.PREPARED;
            String bias = made ? prepared(place + 1) : layout.joined(all.biases());
            out.assign(all.variable(), "%s", linear(value, made ? prepared(place) : layout.joined(all.weights()),
                    all.biased() ? bias : "None"));
        }
        out.assign(name(value), "torch.narrow(%s, -1, %d, %d)", all.variable(), all.start(value),
                value.shape().getLast());
    }

    private String linear(Value value, String weight, String bias) {
        String arguments = in(value, 0) + ", " + weight + ", " + bias;
        return weights == Weights.PREPARED && layout.packs(value)
                ? "ops.mkldnn._linear_pointwise(" + arguments
                        + ", \"none\", annotate(List[Optional[number]], []), None)"
                : "torch.linear(" + arguments + ")";
    }

    /** The variable in which values stand side by side, if one is there. */
    private Optional<String> together(List<Value> values) {
        return layout.groups().of(values).map(LinearGroups.Group::variable);
    }

    private static String prepared(int place) {
        return "w[" + place + "]";
    }

    private void emitAdd(Value value) {
        int kept = inPlace(value, 0).isEmpty() ? 1 : 0;
        out.assign(name(value), "torch.add%s(%s, %s)", inPlace(value, kept), in(value, kept), in(value, 1 - kept));
    }

    /** The mark of an operator that writes its result over its input: autograd needs the input, inference does not. */
    private String inPlace(Value value, int input) {
        return weights == Weights.PREPARED && reuse.mayOverwrite(value, input) ? "_" : "";
    }

    /** The inputs of an operator that repeats none by itself: what is the same for every row has one row of its own. */
    private List<String> ofAllRows(Value value) {
        Optional<Value> whole = value.inputs().stream().filter(reuse::hasRows).findFirst();
        return value.inputs().stream().map(input -> whole.isEmpty() || reuse.hasRows(input)
                ? name(input)
                : "torch.expand(%s, [torch.size(%s, 0)%s])".formatted(name(input), name(whole.get()),
                        ", -1".repeat(input.shape().size())))
                .toList();
    }

    private FeatureScript features() {
        return new FeatureScript(profile.precision(), out);
    }

    private static String call(Op.Elementwise.Function function, String x) {
        return switch (function) {
            case GELU -> "torch.gelu(" + x + ", approximate=\"none\")";
            case GELU_TANH -> "torch.gelu(" + x + ", approximate=\"tanh\")";
            default -> "torch." + function.name().toLowerCase(Locale.ROOT) + "(" + x + ")";
        };
    }

    private String weight(OptionalInt index) {
        return index.isPresent() ? weight(index.getAsInt()) : "None";
    }

    private String weight(int index) {
        return weights == Weights.PREPARED ? prepared(index) : masters.text(index);
    }

    /** The rows take what is left: 1 for what is the same for every row, else the batch. */
    private static String shape(Value value) {
        return "[-1" + value.shape().stream().map(d -> ", " + d).collect(Collectors.joining()) + "]";
    }

    static String in(Value value, int i) {
        return name(value.inputs().get(i));
    }

    static String name(Value value) {
        return "v" + value.id();
    }

    /** A float literal that TorchScript reads back to the same double. */
    static String number(double value) {
        return Double.toString(value).toLowerCase(Locale.ROOT);
    }
}
