package dev.pathline.engine.script;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.pathline.diffusion.plan.Combination;
import dev.pathline.diffusion.plan.Stage;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Op;
import dev.pathline.engine.graph.Value;
import dev.pathline.engine.torch.ScriptProgram;
import dev.pathline.engine.torch.ScriptProgram.Argument;
import dev.pathline.engine.torch.Torch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A network compiled for inference: its forward pass, and the tick that advances many slots of many solvers at once.
 */
public final class InferenceProgram implements TickProgram, AutoCloseable {

    /** Registers of a slot: X, Y and the history. */
    public static final int REGISTERS = 2 + Combination.HISTORY;

    private final Network network;
    private final ScriptProgram program;

    /** Compiles the program of a network whose first input holds samples. */
    public InferenceProgram(Torch torch, Network network, NumericProfile profile) {
        this.network = network;
        program = compile(torch, network, text(torch, network, profile));
    }

    /** Returns what is compiled: two programs of one text on one machine compute the same bits. */
    public static String text(Torch torch, Network network, NumericProfile profile) {
        String text = new PreparedLayout(network, profile).prepare("prepare")
                + forward("forward", network, profile, ScriptEmitter.Attention.ofInference(torch.isGpu(), profile));
        boolean sampled = has(network, Op.Input.Kind.TIME) && network.obstacleToSampling().isEmpty();
        return sampled ? text + TickScript.text(network) : text;
    }

    private static ScriptProgram compile(Torch torch, Network network, String text) {
        return network.module().map(file -> ScriptProgram.wrap(torch, file, text))
                .orElseGet(() -> ScriptProgram.compile(torch, text));
    }

    /**
     * Casts and lays out float32 weights once, as this program's other methods want them.
     *
     * @param results owns the returned weights
     */
    public PreparedWeights prepare(NDManager results, List<NDArray> weights) {
        // A list argument must not be empty: a network without weights of its own gets one that nobody reads.
        return new PreparedWeights(weights.isEmpty()
                ? List.of(results.zeros(new Shape(1)))
                : program.infer(results, "prepare", new Argument.Many(weights)));
    }

    /**
     * Evaluates the network.
     *
     * @param inputs one array an input of the network, in its order: float32, labels int64
     * @return one float32 array an output
     */
    public NDList forward(NDManager results, List<NDArray> inputs, PreparedWeights prepared) {
        var arguments = new ArrayList<Argument>();
        inputs.forEach(input -> arguments.add(new Argument.Single(input)));
        arguments.add(new Argument.Many(prepared.arrays()));
        return program.infer(results, "forward", arguments.toArray(Argument[]::new));
    }

    /**
     * Evaluates the network.
     *
     * @param inputs a column an input of the network
     * @return one float32 array an output
     * @throws IllegalArgumentException if an input has no column, or one of another kind or shape
     */
    public NDList forward(NDManager results, InputTable inputs, PreparedWeights prepared) {
        try (NDManager scratch = results.newSubManager()) {
            return forward(results, List.of(inputs.arrays(scratch, network.inputs())), prepared);
        }
    }

    @Override
    public TickResult tick(NDManager results, NDArray state, TickBatch batch, PreparedWeights prepared) {
        network.obstacleToSampling().ifPresent(obstacle -> {
            throw new IllegalStateException(obstacle);
        });
        try (NDManager scratch = results.newSubManager()) {
            int n = batch.slots.length;
            long[] sample = network.inputs().getFirst().shape().stream().mapToLong(Integer::longValue).toArray();
            NDArray noise = batch.noise.length == 0
                    ? scratch.zeros(new Shape(1).addAll(ones(sample.length)))
                    : scratch.create(batch.noise, new Shape(n).addAll(new Shape(sample)));
            List<Value> inputs = network.inputs();
            var arguments = new ArrayList<Argument>(List.of(one(state), one(scratch.create(batch.slots)),
                    one(scratch.create(batch.coefficients, new Shape(n, TickLayout.WIDTH))), one(noise),
                    one(scratch.create(batch.rowSlots))));
            for (NDArray input : batch.rowInputs.arrays(scratch, inputs.subList(1, inputs.size()))) {
                arguments.add(one(input));
            }
            arguments.addAll(List.of(one(scratch.create(batch.rowWeights)), one(scratch.create(batch.rowConditional)),
                    one(scratch.create(batch.previews)), one(scratch.create(batch.finished)),
                    one(scratch.create(batch.switches)), new Argument.Many(prepared.arrays())));
            NDList out = program.infer(results, "tick", arguments.toArray(Argument[]::new));
            return new TickResult(out.get(0), out.get(1), out.get(2));
        }
    }

    /** Writes a stage's coefficients to {@code target}. */
    public static void coefficients(Stage stage, float[] target, int offset) {
        TickLayout.write(stage, target, offset);
    }

    /** Returns how many coefficients a slot has. */
    public static int coefficientCount() {
        return TickLayout.WIDTH;
    }

    /** Returns what a tick of these stages has to compute beside the update that all stages have in common. */
    public static float[] switches(Collection<Stage> stages) {
        return TickFeature.switches(stages);
    }

    private static boolean has(Network network, Op.Input.Kind kind) {
        return network.inputs().stream().anyMatch(v -> v.op() instanceof Op.Input input && input.kind() == kind);
    }

    private static Shape ones(int rank) {
        long[] dims = new long[rank];
        java.util.Arrays.fill(dims, 1);
        return new Shape(dims);
    }

    private static Argument one(NDArray array) {
        return new Argument.Single(array);
    }

    static String inputNames(Network network, String suffix) {
        return network.inputs().stream().map(i -> inputName(i) + suffix).collect(Collectors.joining(", "));
    }

    static String inputName(Value input) {
        return ((Op.Input) input.op()).name();
    }

    /** Returns a method that evaluates a network with prepared weights. */
    static String forward(String method, Network network, NumericProfile profile, ScriptEmitter.Attention attention) {
        var outputs = new ArrayList<String>();
        for (int i = 0; i < network.outputs().size(); i++) {
            outputs.add("out" + i);
        }
        return "  def " + method + "(self, " + inputNames(network, ": Tensor") + ", w: List[Tensor]) -> List[Tensor]:\n"
                + ScriptEmitter.body(network, profile, ScriptEmitter.Weights.PREPARED, attention) + "    return ["
                + String.join(", ", outputs) + "]\n";
    }

    @Override
    public void close() {
        program.close();
    }
}
