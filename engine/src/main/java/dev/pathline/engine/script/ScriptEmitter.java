package dev.pathline.engine.script;

import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Op;
import dev.pathline.engine.graph.Parameter;
import dev.pathline.engine.graph.Value;
import dev.pathline.engine.script.NumericProfile.NormVariant;
import dev.pathline.engine.script.NumericProfile.Precision;
import java.util.List;
import java.util.Locale;
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
 * <li>Times stay in float32 up to their sinusoid: bfloat16 cannot tell 998 from 1000.
 * </ul>
 */
final class ScriptEmitter {

    private static final String INDENT = "    ";

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
        PLAIN
    }

    private final Network network;
    private final NumericProfile profile;
    private final Weights weights;
    private final Attention attention;
    private final StringBuilder out = new StringBuilder();

    private ScriptEmitter(Network network, NumericProfile profile, Weights weights, Attention attention) {
        this.network = network;
        this.profile = profile;
        this.weights = weights;
        this.attention = attention;
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
        network.values().forEach(emitter::emit);
        List<Value> outputs = network.outputs();
        boolean wide = profile.precision() == Precision.FLOAT64;
        for (int i = 0; i < outputs.size(); i++) {
            emitter.assign("out" + i, "torch.contiguous(torch.to(%s, %d), memory_format=0)", name(outputs.get(i)),
                    (wide ? Precision.FLOAT64 : Precision.FLOAT32).code());
        }
        return emitter.out.toString();
    }

    /** Returns a method {@code prepare} that casts and lays out the weights once, for {@link Weights#PREPARED}. */
    static String prepare(Network network, NumericProfile profile) {
        var text = new StringBuilder("  def prepare(self, w: List[Tensor]) -> List[Tensor]:\n");
        text.append(INDENT).append("p = annotate(List[Tensor], [])\n");
        for (int i = 0; i < network.parameters().size(); i++) {
            // Always a copy: a cast that changes nothing would return the caller's memory, which may go away.
            String weight = "torch.clone(" + cast("w[" + i + "]", network.parameters().get(i), profile.precision())
                    + ")";
            if (profile.channelsLast() && network.parameters().get(i).isConvolution()) {
                weight = "torch.contiguous(" + weight + ", memory_format=2)";
            }
            text.append(INDENT).append("_").append(i).append(" = torch.append(p, ").append(weight).append(")\n");
        }
        return text.append(INDENT).append("return p\n").toString();
    }

    private void emit(Value value) {
        String result = name(value);
        switch (value.op()) {
            case Op.Input input -> emitInput(value, input);
            case Op.Conv2d op -> assign(result, "torch.conv2d(%s, %s, %s, [%d, %d], [%d, %d], [1, 1], 1)", in(value, 0),
                    weight(op.weight()), weight(op.bias()), op.stride(), op.stride(), op.padding(), op.padding());
            case Op.Linear op -> assign(result, "torch.linear(%s, %s, %s)", in(value, 0), weight(op.weight()),
                    weight(op.bias()));
            case Op.GroupNorm op -> emitGroupNorm(value, op);
            case Op.LayerNorm op -> assign(result, "torch.layer_norm(%s, [%d], %s, %s, %s)", in(value, 0),
                    value.shape().getLast(), weight(op.weight()), weight(op.bias()), number(op.epsilon()));
            case Op.Silu op -> assign(result, "torch.silu(%s)", in(value, 0));
            case Op.Weight op -> assign(result, "torch.unsqueeze(%s, 0)", weight(op.weight()));
            case Op.Elementwise op -> assign(result, "torch.to(%s, %d)", call(op.function(), in(value, 0)),
                    profile.precision().code());
            case Op.Affine op -> assign(result, "torch.add(torch.mul(%s, %s), %s)", in(value, 0), number(op.factor()),
                    number(op.offset()));
            case Op.Add op -> assign(result, "torch.add(%s, %s)", in(value, 0), in(value, 1));
            case Op.Multiply op -> assign(result, "torch.mul(%s, %s)", in(value, 0), in(value, 1));
            case Op.Divide op -> assign(result, "torch.div(%s, %s)", in(value, 0), in(value, 1));
            case Op.Sum op -> assign(result, "torch.sum(%s, [%d])", in(value, 0), op.dimension() + 1);
            case Op.Softmax op -> assign(result, "torch.softmax(%s, -1)", in(value, 0));
            case Op.Reshape op -> assign(result, "torch.reshape(%s, %s)", in(value, 0), shape(value));
            case Op.Permute op -> assign(result, "torch.permute(%s, [0%s])", in(value, 0),
                    op.order().stream().map(d -> ", " + (d + 1)).collect(Collectors.joining()));
            case Op.Slice op -> assign(result, "torch.narrow(%s, %d, %d, %d)", in(value, 0), op.dimension() + 1,
                    op.start(), value.dim(op.dimension()));
            case Op.AddPerChannel op -> assign(result, "torch.add(%s, torch.unsqueeze(torch.unsqueeze(%s, -1), -1))",
                    in(value, 0), in(value, 1));
            case Op.Concat op -> assign(result, "torch.cat([%s, %s], 1)", in(value, 0), in(value, 1));
            case Op.Upsample op -> assign(result, "torch.upsample_nearest2d(%s, [%d, %d], None, None)", in(value, 0),
                    value.dim(1), value.dim(2));
            case Op.Downsample op -> assign(result,
                    "torch.avg_pool2d(%s, [2, 2], [2, 2], [0, 0], False, True, None)", in(value, 0));
            case Op.PadRightBottom op -> assign(result, "torch.constant_pad_nd(%s, [0, 1, 0, 1], 0)", in(value, 0));
            case Op.ToTokens op -> assign(result, "torch.transpose(torch.flatten(%s, 2, 3), 1, 2)", in(value, 0));
            case Op.FromTokens op -> assign(result, "torch.reshape(torch.transpose(%s, 1, 2), [-1, %d, %d, %d])",
                    in(value, 0), value.dim(0), op.height(), op.width());
            case Op.Attention op -> emitAttention(value, op);
            case Op.AddPositions op -> features().positions(value, op);
            case Op.Sinusoid op -> features().sinusoid(value, op);
            case Op.LogFourier op -> features().logFourier(value);
            case Op.Nearest op -> assign(result, "torch.to(torch.round(%s), 4)", in(value, 0));
            case Op.Embedding op -> assign(result, "torch.embedding(%s, %s)", weight(op.table()), in(value, 0));
            case Op.Module op ->
                assign(result, "%s", ModuleCall.text(op, value.inputs().stream().map(v -> name(v)).toList()));
            case Op.GlobalAveragePool op -> assign(result, "torch.mean(%s, [2, 3])", in(value, 0));
        }
    }

    private void emitInput(Value value, Op.Input input) {
        switch (input.kind()) {
            case VALUES -> {
                String cast = cast(input.name(), profile.precision());
                boolean image = value.shape().size() == 3;
                assign(name(value), "%s", profile.channelsLast() && image
                        ? "torch.contiguous(" + cast + ", memory_format=2)"
                        : cast);
            }
            case TIME, LABEL -> assign(name(value), "%s", input.name());
        }
    }

    private void emitGroupNorm(Value value, Op.GroupNorm op) {
        String x = in(value, 0);
        String scale = weight(op.weight());
        String shift = weight(op.bias());
        if (profile.norm() == NormVariant.NATIVE) {
            assign(name(value), "torch.group_norm(%s, %d, %s, %s, %s)", x, op.groups(), scale, shift,
                    number(op.epsilon()));
            return;
        }
        String v = name(value);
        int channels = value.channels();
        double elements = (double) channels / op.groups() * value.dim(1) * value.dim(2);
        // Sums per channel are float32 reductions over the positions; groups are then reduced on [N,G,C/G].
        assign(v + "s", "torch.sum(%s, [2, 3], False, dtype=6)", x);
        assign(v + "q", "torch.sum(torch.mul(%s, %s), [2, 3], False, dtype=6)", x, x);
        assign(v + "m", "torch.div(torch.sum(torch.reshape(%ss, [-1, %d, %d]), [2], True), %s)", v, op.groups(),
                channels / op.groups(), number(elements));
        assign(v + "e", "torch.div(torch.sum(torch.reshape(%sq, [-1, %d, %d]), [2], True), %s)", v, op.groups(),
                channels / op.groups(), number(elements));
        assign(v + "r", "torch.rsqrt(torch.add(torch.clamp_min(torch.sub(%se, torch.mul(%sm, %sm)), 0.), %s))", v, v, v,
                number(op.epsilon()));
        assign(v + "a", "torch.mul(torch.reshape(torch.to(%s, 6), [%d, %d]), %sr)", scale, op.groups(),
                channels / op.groups(), v);
        assign(v + "b", "torch.sub(torch.reshape(torch.to(%s, 6), [%d, %d]), torch.mul(%sm, %sa))", shift, op.groups(),
                channels / op.groups(), v, v);
        assign(v, "torch.addcmul(torch.reshape(torch.to(%sb, %d), [-1, %d, 1, 1]), %s, torch.reshape(torch.to(%sa, %d),"
                + " [-1, %d, 1, 1]))", v, profile.precision().code(), channels, x, v, profile.precision().code(),
                channels);
    }

    private void emitAttention(Value value, Op.Attention op) {
        String v = name(value);
        int length = value.dim(0);
        int width = value.dim(1);
        for (int i = 0; i < 3; i++) {
            assign(v + "qkv".charAt(i), "torch.transpose(torch.reshape(%s, [-1, %d, %d, %d]), 1, 2)", in(value, i),
                    length,
                    op.heads(), width / op.heads());
        }
        if (attention == Attention.FUSED) {
            assign(v + "o", "torch.scaled_dot_product_attention(%sq, %sk, %sv)", v, v, v);
        } else {
            assign(v + "w", "torch.softmax(torch.matmul(torch.mul(%sq, %s), torch.transpose(%sk, 2, 3)), -1)", v,
                    number(1 / Math.sqrt((double) width / op.heads())), v);
            assign(v + "o", "torch.matmul(%sw, %sv)", v, v);
        }
        assign(v, "torch.reshape(torch.transpose(%so, 1, 2), [-1, %d, %d])", v, length, width);
    }

    private FeatureScript features() {
        return new FeatureScript(profile.precision(), this::assign);
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
        String master = "w[" + index + "]";
        if (weights == Weights.MASTER) {
            String cast = cast(master, network.parameters().get(index), profile.precision());
            return profile.channelsLast() && network.parameters().get(index).isConvolution()
                    ? "torch.contiguous(" + cast + ", memory_format=2)"
                    : cast;
        }
        return master;
    }

    private static String cast(String weight, Parameter parameter, Precision precision) {
        return parameter.exact() ? weight : cast(weight, precision);
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

    private void assign(String target, String format, Object... arguments) {
        out.append(INDENT).append(target).append(" = ").append(String.format(Locale.ROOT, format, arguments))
                .append('\n');
    }
}
