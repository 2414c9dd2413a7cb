package dev.pathline.engine.script;

import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Op;
import dev.pathline.engine.graph.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes the statements that compute a network and its derivative along a direction, {@code J v}, for any script that
 * needs both: a program of derivatives, or the loss of a flow map.
 *
 * <p>Implementation note. libtorch's scripts have reverse mode only, and two reverse passes make a forward one: the
 * gradient {@code g(u) = J' u} is linear in {@code u}, so the gradient of {@code <g(u), v>} with respect to {@code u} is
 * {@code J v} at every {@code u}, zero included.
 */
final class TangentScript {

    /** Whether gradients flow through the tangent. */
    enum Flow {
        /** The tangent is a number like any other: what losses with a stopped gradient want. */
        DETACHED,
        /** The tangent depends on the weights, and a loss may be differentiated through it. */
        DIFFERENTIABLE
    }

    private TangentScript() {}

    /** Returns the names of the inputs that a network can be differentiated by: all but labels, in its order. */
    static List<String> inputs(Network network) {
        return names(network, network.values());
    }

    /**
     * Returns statements that compute {@code out0, out1, ...} and the tangents {@code dout0, dout1, ...} of their shapes
     * and types, from variables named as the network's inputs, the list {@code w}, and for each of
     * {@link #inputs(Network)} a tangent of its shape and type, named {@code dx} for the input {@code x}.
     *
     * <p>The inputs are replaced by copies that autograd follows from here on. Gradients with respect to {@code w} flow
     * through the values if {@code w} asks for them.
     */
    static String valueAndTangent(Network network, NumericProfile profile, Flow flow) {
        var moving = IntStream.range(0, network.outputs().size())
                .filter(i -> !reaching(network, List.of(network.outputs().get(i))).isEmpty()).boxed().toList();
        List<String> inputs = reaching(network, network.outputs());
        var text = new StringBuilder(leaves(inputs));
        text.append(ScriptEmitter.body(network, profile, ScriptEmitter.Weights.MASTER,
                ScriptEmitter.Attention.PLAIN));
        for (int i = 0; i < network.outputs().size(); i++) {
            text.append(moving.contains(i)
                    ? "    ju%1$d = torch.requires_grad_(torch.zeros_like(out%1$d), True)\n".formatted(i)
                    : "    dout%1$d = torch.zeros_like(out%1$d)\n".formatted(i));
        }
        if (moving.isEmpty()) {
            return text.toString();
        }
        String seeds = join(moving, "ju%s");
        text.append(
                "    jg = torch.autograd.grad([%s], [%s], annotate(List[Optional[Tensor]], [%s]), True, True, False)\n"
                        .formatted(join(moving, "out%s"), String.join(", ", inputs), seeds));
        text.append(
                "    jt = torch.autograd.grad([%s], [%s], annotate(List[Optional[Tensor]], [%s]), True, %s, False)\n"
                        .formatted(
                                join(IntStream.range(0, inputs.size()).boxed().toList(),
                                        "unchecked_cast(Tensor, jg[%s])"),
                                seeds, join(inputs, "d%s"), flow == Flow.DIFFERENTIABLE ? "True" : "False"));
        for (int i = 0; i < moving.size(); i++) {
            text.append("    dout%d = unchecked_cast(Tensor, jt[%d])\n".formatted(moving.get(i), i));
        }
        return text.toString();
    }

    /**
     * Returns statements that replace variables by copies which autograd follows. Copies, because a tensor that another
     * program made without autograd may not be kept for a backward pass.
     */
    static String leaves(Collection<String> variables) {
        return variables.stream()
                .map("    %1$s = torch.requires_grad_(torch.clone(torch.detach(%1$s)), True)\n"::formatted)
                .collect(Collectors.joining());
    }

    /** The names of the inputs that some of these values depend on. */
    private static List<String> reaching(Network network, List<Value> values) {
        Set<Value> seen = new HashSet<>(values);
        for (Value value : network.values().reversed()) {
            if (seen.contains(value) && !(value.op() instanceof Op.Nearest)) {
                seen.addAll(value.inputs());
            }
        }
        return names(network, seen);
    }

    private static List<String> names(Network network, Collection<Value> among) {
        var names = new ArrayList<String>();
        for (Value value : network.inputs()) {
            if (among.contains(value) && value.op() instanceof Op.Input(String name, Op.Input.Kind kind)
                    && kind != Op.Input.Kind.LABEL) {
                names.add(name);
            }
        }
        return names;
    }

    private static String join(List<?> items, String format) {
        return items.stream().map(format::formatted).collect(Collectors.joining(", "));
    }
}
