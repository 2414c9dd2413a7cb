package dev.pathline.engine.script;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.torch.ScriptProgram;
import dev.pathline.engine.torch.ScriptProgram.Argument;
import dev.pathline.engine.torch.Torch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/**
 * A network compiled for its derivatives: vector-Jacobian products (reverse mode, gradients) and Jacobian-vector
 * products (forward mode, tangents), both exact.
 *
 * <p>Works in every {@link NumericProfile}; weights are float32 masters, or float64 ones for
 * {@link NumericProfile#FLOAT64}, in the order of the network's parameters, and are cast in the script. They must not be
 * the result of a program that ran without autograd. Below float32 a derivative has the relative error that two passes
 * in that precision have: gradients of training tolerate it, differences of nearby tangents do not.
 *
 * <p>Use on the compute thread only; it lives until {@link #close()}.
 */
public final class DerivativeProgram implements AutoCloseable {

    /**
     * A network's outputs and their derivatives along a direction.
     *
     * @param values the outputs, float32 (float64 in the profile of that name)
     * @param tangents for each output its derivative, of its shape
     */
    public record Tangents(List<NDArray> values, List<NDArray> tangents) {}

    /**
     * A network's outputs and the gradients of a scalar that depends on them.
     *
     * @param values the outputs, float32 (float64 in the profile of that name)
     * @param inputs the gradient with respect to each input that is not a label, by the input's name, of its shape; a
     *        row's times are inputs too
     * @param weights the gradient with respect to each parameter, summed over the batch, of its shape
     */
    public record Gradients(List<NDArray> values, SequencedMap<String, NDArray> inputs, List<NDArray> weights) {}

    private final Network network;
    private final List<String> differentiable;
    private final ScriptProgram program;

    /**
     * Compiles the program of a network.
     *
     * @throws IllegalArgumentException if it is the module of another program, which need not have a second derivative
     */
    public DerivativeProgram(Torch torch, Network network, NumericProfile profile) {
        if (network.module().isPresent()) {
            throw new IllegalArgumentException(
                    "the derivatives of a module of another program are not known: " + network.module().get());
        }
        this.network = network;
        this.differentiable = TangentScript.inputs(network);
        program = ScriptProgram.compile(torch, DerivativeScript.text(network, profile));
    }

    /**
     * The outputs {@code f} and their derivative along a direction, {@code sum_i df/dinput_i v_i}: with the tangents
     * {@code (v, 1, 0)} for {@code x}, {@code time} and {@code target} the total time derivative {@code v df/dx + df/dt}
     * of MeanFlow (arXiv 2505.13447, section 4.1).
     *
     * @param results owns the returned arrays
     * @param inputs one array an input of the network, in its order: {@code [N, ...]}, times {@code [N]}, labels int64
     *        {@code [N]}
     * @param tangents the direction by the input's name, each of its input's shape; inputs without one stay fixed
     * @param weights the masters, in the order of the network's parameters
     * @throws IllegalArgumentException if there are too few or too many inputs, or a tangent has the name of none of
     *         them, a label's, or another shape than its input
     * @throws ai.djl.engine.EngineException if an input or a weight does not fit the network
     */
    public Tangents jvp(NDManager results, List<NDArray> inputs, Map<String, NDArray> tangents,
            List<NDArray> weights) {
        requireCount("inputs", network.inputs().size(), inputs);
        try (NDManager scratch = results.newSubManager()) {
            var arguments = singles(inputs);
            arguments.addAll(singles(directions(scratch, inputs, tangents)));
            arguments.add(new Argument.Many(weights));
            NDList out = program.train(results, DerivativeScript.JVP, arguments.toArray(Argument[]::new));
            int outputs = network.outputs().size();
            return new Tangents(out.subList(0, outputs), out.subList(outputs, 2 * outputs));
        }
    }

    /**
     * The outputs {@code f} and the gradients of the scalar {@code sum_k <c_k, f_k>}; the gradients of any scalar
     * {@code l(f)} are those with {@code c_k = dl/df_k}.
     *
     * @param results owns the returned arrays
     * @param inputs one array an input of the network, in its order: {@code [N, ...]}, times {@code [N]}, labels int64
     *        {@code [N]}
     * @param cotangents {@code c}, one array an output, of its shape and type
     * @param weights the masters, in the order of the network's parameters
     * @throws IllegalArgumentException if there are too few or too many inputs or cotangents
     * @throws ai.djl.engine.EngineException if an input, a cotangent or a weight does not fit the network
     */
    public Gradients vjp(NDManager results, List<NDArray> inputs, List<NDArray> cotangents, List<NDArray> weights) {
        requireCount("inputs", network.inputs().size(), inputs);
        requireCount("outputs", network.outputs().size(), cotangents);
        var arguments = singles(inputs);
        arguments.addAll(singles(cotangents));
        arguments.add(new Argument.Many(weights));
        NDList out = program.train(results, DerivativeScript.VJP, arguments.toArray(Argument[]::new));
        int outputs = network.outputs().size();
        var byInput = new LinkedHashMap<String, NDArray>();
        for (int i = 0; i < differentiable.size(); i++) {
            byInput.put(differentiable.get(i), out.get(outputs + i));
        }
        return new Gradients(out.subList(0, outputs), byInput,
                out.subList(outputs + differentiable.size(), out.size()));
    }

    private List<NDArray> directions(NDManager scratch, List<NDArray> inputs, Map<String, NDArray> tangents) {
        for (String name : tangents.keySet()) {
            if (!differentiable.contains(name)) {
                throw new IllegalArgumentException(
                        "there is no tangent of '" + name + "': the network can be differentiated by "
                                + differentiable);
            }
        }
        var directions = new ArrayList<NDArray>();
        for (int i = 0; i < inputs.size(); i++) {
            String name = InferenceProgram.inputName(network.inputs().get(i));
            NDArray input = inputs.get(i);
            NDArray tangent = tangents.get(name);
            if (tangent != null && !tangent.getShape().equals(input.getShape())) {
                throw new IllegalArgumentException("the tangent of '" + name + "' has shape " + tangent.getShape()
                        + ", the input " + input.getShape());
            }
            if (differentiable.contains(name)) {
                directions.add(tangent == null ? scratch.zeros(input.getShape(), input.getDataType()) : tangent);
            }
        }
        return directions;
    }

    private static void requireCount(String what, int count, List<NDArray> given) {
        if (given.size() != count) {
            throw new IllegalArgumentException(
                    "the network has " + count + " " + what + ", there are " + given.size() + " arrays for them");
        }
    }

    private static List<Argument> singles(List<NDArray> arrays) {
        return arrays.stream().<Argument>map(Argument.Single::new).collect(Collectors.toCollection(ArrayList::new));
    }

    @Override
    public void close() {
        program.close();
    }
}
