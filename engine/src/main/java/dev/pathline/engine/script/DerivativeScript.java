package dev.pathline.engine.script;

import dev.pathline.engine.graph.Network;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Writes the methods of a {@link DerivativeProgram}. */
final class DerivativeScript {

    /** Inputs, their tangents, weights; returns the outputs, then their tangents. */
    static final String JVP = "jvp";

    /** Inputs, cotangents of the outputs, weights; returns the outputs, then the gradients of inputs and weights. */
    static final String VJP = "vjp";

    private DerivativeScript() {}

    static String text(Network network, NumericProfile profile) {
        return jvp(network, profile) + vjp(network, profile);
    }

    private static String jvp(Network network, NumericProfile profile) {
        return """
                  def %s(self, %s, %s, w: List[Tensor]) -> List[Tensor]:
                %s    return [%s, %s]
                """.formatted(JVP, InferenceProgram.inputNames(network, ": Tensor"),
                TangentScript.inputs(network).stream().map("d%s: Tensor"::formatted).collect(Collectors.joining(", ")),
                TangentScript.valueAndTangent(network, profile, TangentScript.Flow.DETACHED),
                outputs(network, "torch.detach(out%d)"), outputs(network, "dout%d"));
    }

    private static String vjp(Network network, NumericProfile profile) {
        List<String> inputs = TangentScript.inputs(network);
        return """
                  def %s(self, %s, %s, p: List[Tensor]) -> List[Tensor]:
                %s    l = [%s]
                    w = annotate(List[Tensor], [])
                    for i in range(torch.len(p)):
                      master = torch.requires_grad_(torch.detach(p[i]), True)
                      _0 = torch.append(w, master)
                      _1 = torch.append(l, master)
                %s    g = torch.autograd.grad([%s], l, annotate(List[Optional[Tensor]], [%s]), False, False, True)
                    out = [%s]
                    for i in range(torch.len(l)):
                      if torch.__isnot__(g[i], None):
                        _2 = torch.append(out, unchecked_cast(Tensor, g[i]))
                      else:
                        _3 = torch.append(out, torch.zeros_like(l[i]))
                    return out
                """.formatted(VJP, InferenceProgram.inputNames(network, ": Tensor"), outputs(network, "c%d: Tensor"),
                TangentScript.leaves(inputs), String.join(", ", inputs),
                ScriptEmitter.body(network, profile, ScriptEmitter.Weights.MASTER, ScriptEmitter.Attention.FUSED),
                outputs(network, "out%d"),
                outputs(network, "c%d"), outputs(network, "torch.detach(out%d)"));
    }

    private static String outputs(Network network, String format) {
        return IntStream.range(0, network.outputs().size()).mapToObj(format::formatted)
                .collect(Collectors.joining(", "));
    }
}
