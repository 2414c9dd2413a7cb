package dev.pathline.engine.script;

import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Op;
import dev.pathline.engine.graph.Parameter;
import dev.pathline.engine.graph.Value;
import dev.pathline.engine.script.NumericProfile.Precision;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
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

    private static final String INDENT = "    ";

    /** The batch that packed weights are laid out for; any other works too. */
    private static final int PACKING_ROWS = 16;

    /** Where the statements find a weight. */
    enum Weights {
        /** {@code w[i]} is a float32 (or float64) master; it is cast where it is used. */
        MASTER,
        /** {@code w[i]} was made by {@link ScriptEmitter#prepare}. */
        PREPARED
    }

    /** How attention is written. */
    enum Attention {
        /** libtorch's fused operator: fast, one derivative. */
        FUSED,
        /** Matrix product, softmax, matrix product: derivatives of every order. */
        PLAIN,
        /** As {@link #PLAIN}, a few rows at a time, so that the scores stay in a processor's cache. */
        TILED
    }

    private final Network network;
    private final NumericProfile profile;
    private final Weights weights;
    private final MemoryReuse reuse;
    private final GroupNormScript norms;
    private final AttentionScript attention;
    private final Statements out = new Statements();

    private ScriptEmitter(Network network, NumericProfile profile, Weights weights, Attention attention) {
        this.network = network;
        this.profile = profile;
        this.weights = weights;
        this.reuse = new MemoryReuse(network);
        this.norms = new GroupNormScript(profile, out);
        this.attention = new AttentionScript(profile.precision(), attention, out);
    }

    /**
     * Returns statements that compute {@code out0, out1, ...} from variables named as the network's inputs and the
     * list {@code w}. Inputs are float32 (times, values) and int64 (labels); outputs are float32, contiguous.
     */
    static String body(Network network, NumericProfile profile, Weights weights) {
        return body(network, profile, weights, Attention.FUSED);
    }

    /** Returns the statements of {@link #body(Network, NumericProfile, Weights)} with attention written as asked. */
    static String body(Network network, NumericProfile profile, Weights weights, Attention attention) {
        var emitter = new ScriptEmitter(network, profile, weights, attention);
        emitter.norms.writeMatrices(network);
        network.values().forEach(emitter::emit);
        List<Value> outputs = network.outputs();
        boolean wide = profile.precision() == Precision.FLOAT64;
        for (int i = 0; i < outputs.size(); i++) {
            emitter.out.assign("out" + i, "torch.contiguous(torch.to(%s, %d), memory_format=0)", name(outputs.get(i)),
                    (wide ? Precision.FLOAT64 : Precision.FLOAT32).code());
        }
        return emitter.out.toString();
    }

    /** Returns a method {@code prepare} that casts and lays out the weights once, for {@link Weights#PREPARED}. */
    static String prepare(Network network, NumericProfile profile) {
        var text = new StringBuilder("  def prepare(self, w: List[Tensor]) -> List[Tensor]:\n");
        text.append(INDENT).append("p = annotate(List[Tensor], [])\n");
        Map<Integer, Value> convolutions = convolutions(network);
        for (int i = 0; i < network.parameters().size(); i++) {
            // Always a copy: a cast that changes nothing would return the caller's memory, which may go away.
            String weight = "torch.clone(" + master(i, network, profile) + ")";
            if (profile.packed() && convolutions.containsKey(i)) {
                weight = packed(weight, convolutions.get(i));
            }
            text.append(INDENT).append("_").append(i).append(" = torch.append(p, ").append(weight).append(")\n");
        }
        return text.append(INDENT).append("return p\n").toString();
    }

    /** The weight in the order in which oneDNN's kernel for this place of the network reads it. */
    private static String packed(String weight, Value convolution) {
        var op = (Op.Conv2d) convolution.op();
        Value x = convolution.inputs().getFirst();
        return String.format(Locale.ROOT,
                "ops.mkldnn._reorder_convolution_weight(%1$s, [%2$d, %2$d], [%3$d, %3$d], [1, 1], 1, [%4$d, %5$d, %6$d, %7$d])",
                weight, op.padding(), op.stride(), PACKING_ROWS, x.channels(), x.dim(1), x.dim(2));
    }

    private static Map<Integer, Value> convolutions(Network network) {
        return network.values().stream().filter(value -> value.op() instanceof Op.Conv2d)
                .collect(Collectors.toMap(value -> ((Op.Conv2d) value.op()).weight(), Function.identity()));
    }

    private void emit(Value value) {
        String result = name(value);
        switch (value.op()) {
            case Op.Input input -> emitInput(value, input);
            case Op.Conv2d op -> emitConvolution(value, op);
            case Op.Linear op -> out.assign(result, "torch.linear(%s, %s, %s)", in(value, 0), weight(op.weight()),
                    weight(op.bias()));
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
            case Op.Concat op -> out.assign(result, "torch.cat([%s, %s], 1)", in(value, 0), in(value, 1));
            case Op.Upsample op ->
                out.assign(result, "torch.upsample_nearest2d(%s, [%d, %d], None, None)", in(value, 0),
                        value.dim(1), value.dim(2));
            case Op.Downsample op -> out.assign(result,
                    "torch.avg_pool2d(%s, [2, 2], [2, 2], [0, 0], False, True, None)", in(value, 0));
            case Op.PadRightBottom op -> out.assign(result, "torch.constant_pad_nd(%s, [0, 1, 0, 1], 0)", in(value, 0));
            case Op.ToTokens op -> out.assign(result, "torch.transpose(torch.flatten(%s, 2, 3), 1, 2)", in(value, 0));
            case Op.FromTokens op -> out.assign(result, "torch.reshape(torch.transpose(%s, 1, 2), [-1, %d, %d, %d])",
                    in(value, 0), value.dim(0), op.height(), op.width());
            case Op.Attention op -> attention.write(value, op);
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
                String cast = cast(input.name(), profile.precision());
                boolean image = value.shape().size() == 3;
                out.assign(name(value), "%s", profile.channelsLast() && image ? channelsLast(cast) : cast);
            }
            case TIME, LABEL -> out.assign(name(value), "%s", input.name());
        }
    }

    private void emitConvolution(Value value, Op.Conv2d op) {
        String format = profile.packed() && weights == Weights.PREPARED
                ? "ops.mkldnn._convolution_pointwise(%1$s, %2$s, %3$s, [%5$d, %5$d], [%4$d, %4$d], [1, 1], 1, \"none\","
                        + " annotate(List[Optional[number]], []), None)"
                : "torch.conv2d(%1$s, %2$s, %3$s, [%4$d, %4$d], [%5$d, %5$d], [1, 1], 1)";
        out.assign(name(value), format, in(value, 0), weight(op.weight()), weight(op.bias()), op.stride(),
                op.padding());
    }

    private void emitAdd(Value value) {
        int kept = inPlace(value, 0).isEmpty() ? 1 : 0;
        out.assign(name(value), "torch.add%s(%s, %s)", inPlace(value, kept), in(value, kept), in(value, 1 - kept));
    }

    /** The mark of an operator that writes its result over its input: autograd needs the input, inference does not. */
    private String inPlace(Value value, int input) {
        return weights == Weights.PREPARED && reuse.mayOverwrite(value, input) ? "_" : "";
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
        return weights == Weights.MASTER ? master(index, network, profile) : "w[" + index + "]";
    }

    /** A master weight, cast and laid out. */
    private static String master(int index, Network network, NumericProfile profile) {
        Parameter parameter = network.parameters().get(index);
        String weight = "w[" + index + "]";
        String cast = parameter.exact() ? weight : cast(weight, profile.precision());
        return profile.channelsLast() && parameter.isConvolution() ? channelsLast(cast) : cast;
    }

    private static String channelsLast(String value) {
        return "torch.contiguous(" + value + ", memory_format=2)";
    }

    private static String cast(String value, Precision precision) {
        return precision == Precision.FLOAT32 ? value : "torch.to(" + value + ", " + precision.code() + ")";
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
