package dev.pathline.engine.script;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.torch.ScriptProgram;
import dev.pathline.engine.torch.ScriptProgram.Argument;
import dev.pathline.engine.torch.Torch;
import java.util.List;
import java.util.Locale;

/**
 * One optimiser step as one call: forward, loss, backward, clipping, AdamW and the moving average, all inside
 * TorchScript, in place on float32 master weights.
 *
 * <p>One call instead of one a tensor matters: a small U-Net has 150 tensors, and a JNI call for each of five passes
 * over them costs more than the arithmetic.
 */
public final class TrainingProgram implements AutoCloseable {

    /** What the network's output is compared with. */
    public sealed interface Loss {

        /**
         * Denoising: {@code x = alpha x0 + sigma eps}, {@code F = network(cIn x, time, label)}, and the mean over all
         * elements of {@code weight (F - (a x0 + b eps))^2}. Every objective of the diffusion family is a choice of
         * these seven numbers a row.
         */
        record Denoising() implements Loss {}

        /** Cross-entropy of class scores. */
        record CrossEntropy(double labelSmoothing) implements Loss {}
    }

    /**
     * Constants of AdamW (arXiv 1711.05101), as PyTorch has it: epsilon is added after the bias correction.
     *
     * @param beta1 decay of the first moment
     * @param beta2 decay of the second moment
     * @param epsilon added to the root of the corrected second moment
     * @param weightDecay decoupled decay, multiplied by the learning rate
     * @param clipNorm the global norm to which gradients are scaled down
     */
    public record AdamW(double beta1, double beta2, double epsilon, double weightDecay, double clipNorm) {}

    /**
     * The tensors that a step changes, each list in the order of the network's parameters.
     *
     * @param weights float32 masters
     * @param firstMoments AdamW's first moments
     * @param secondMoments AdamW's second moments
     * @param averages exponential moving average of the weights
     */
    public record State(
            List<NDArray> weights,
            List<NDArray> firstMoments,
            List<NDArray> secondMoments,
            List<NDArray> averages) {}

    /**
     * What changes from step to step.
     *
     * @param learningRate the step's learning rate
     * @param averageDecay the share of the old average that is kept
     * @param number 1 for the first step; the bias correction's exponent
     */
    public record Step(double learningRate, double averageDecay, long number) {}

    private static final String METHOD = "step";

    private final ScriptProgram program;

    /** Compiles the program of a network. */
    public TrainingProgram(Torch torch, Network network, NumericProfile profile, Loss loss, AdamW optimizer) {
        program = ScriptProgram.compile(torch, text(network, profile, loss, optimizer));
    }

    /**
     * One step of {@link Loss.Denoising}. A step whose gradient is not finite changes nothing.
     *
     * @param results owns the returned arrays
     * @param data {@code x0}, {@code [N,...]}
     * @param noise {@code eps}, of the same shape
     * @param coefficients {@code [N,7]}: alpha, sigma, cIn, time, a, b, weight
     * @param labels int64 {@code [N]}, or an empty list for a network without classes
     * @return the unweighted mean squared error of each row {@code [N]}, and the gradient's norm before clipping
     *         {@code []}
     */
    public NDList denoise(NDManager results, NDArray data, NDArray noise, NDArray coefficients, List<NDArray> labels,
            State state, Step step) {
        try (NDManager scratch = results.newSubManager()) {
            NDArray label = labels.isEmpty() ? scratch.create(new long[]{0}) : labels.getFirst();
            return run(results, scratch, state, step, data, noise, coefficients, label);
        }
    }

    /**
     * One step of {@link Loss.CrossEntropy}.
     *
     * @return the loss of each row {@code [N]}, and the gradient's norm before clipping {@code []}
     */
    public NDList classify(NDManager results, NDArray images, NDArray labels, State state, Step step) {
        try (NDManager scratch = results.newSubManager()) {
            return run(results, scratch, state, step, images, scratch.create(0f), scratch.create(0f), labels);
        }
    }

    private NDList run(NDManager results, NDManager scratch, State state, Step step, NDArray data, NDArray noise,
            NDArray coefficients, NDArray label) {
        NDArray hyper = scratch.create(
                new float[]{(float) step.learningRate(), (float) (1 - step.averageDecay()), (float) step.number()});
        return program.train(results, METHOD, single(data), single(noise), single(coefficients), single(label),
                single(hyper), new Argument.Many(state.weights()), new Argument.Many(state.firstMoments()),
                new Argument.Many(state.secondMoments()), new Argument.Many(state.averages()));
    }

    private static Argument single(NDArray array) {
        return new Argument.Single(array);
    }

    /** Returns the TorchScript text of the method. */
    static String text(Network network, NumericProfile profile, Loss loss, AdamW optimizer) {
        return """
                  def step(self, x0: Tensor, eps: Tensor, c: Tensor, y: Tensor, hyper: Tensor, p: List[Tensor], \
                m: List[Tensor], u: List[Tensor], ema: List[Tensor]) -> List[Tensor]:
                    w = annotate(List[Tensor], [])
                    steps = annotate(List[Tensor], [])
                    for i in range(torch.len(p)):
                      _0 = torch.append(w, torch.requires_grad_(torch.detach(p[i]), True))
                      _1 = torch.append(steps, torch.select(hyper, 0, 2))
                %s%s%s    optional = torch.autograd.grad([loss], w, None, None, False, False)
                    g = annotate(List[Tensor], [])
                    for i in range(torch.len(p)):
                      _2 = torch.append(g, torch.contiguous(unchecked_cast(Tensor, optional[i]), memory_format=0))
                    norm = torch.linalg_vector_norm(torch.stack(torch._foreach_norm(g)))
                    if bool(torch.isfinite(norm)):
                      torch._foreach_mul_(g, torch.clamp_max(torch.mul(torch.reciprocal(torch.add(norm, 1e-06)), %s), 1.))
                      torch._fused_adamw_(p, g, m, u, annotate(List[Tensor], []), steps, \
                lr=float(torch.select(hyper, 0, 0)), beta1=%s, beta2=%s, weight_decay=%s, eps=%s, amsgrad=False, \
                maximize=False)
                      torch._foreach_lerp_(ema, p, float(torch.select(hyper, 0, 1)))
                    else:
                      pass
                    return [torch.detach(rows), norm]
                """
                .formatted(prologue(network, loss), ScriptEmitter.body(network, profile, ScriptEmitter.Weights.MASTER),
                        epilogue(loss), optimizer.clipNorm(), optimizer.beta1(), optimizer.beta2(),
                        optimizer.weightDecay(),
                        number(optimizer.epsilon()));
    }

    private static String prologue(Network network, Loss loss) {
        var text = new StringBuilder();
        if (loss instanceof Loss.Denoising) {
            int rank = network.inputs().getFirst().shape().size();
            for (int i = 0; i < 7; i++) {
                String column = "torch.select(c, 1, " + i + ")";
                for (int d = 0; d < rank && i != 3; d++) {
                    column = "torch.unsqueeze(" + column + ", -1)";
                }
                text.append("    c").append(i).append(" = ").append(column).append('\n');
            }
            text.append("    x = torch.mul(torch.add(torch.mul(x0, c0), torch.mul(eps, c1)), c2)\n");
            text.append("    time = c3\n");
        } else {
            text.append("    x = x0\n");
        }
        return text.append("    label = y\n").toString();
    }

    private static String epilogue(Loss loss) {
        return switch (loss) {
            case Loss.Denoising d -> """
                        d = torch.sub(out0, torch.add(torch.mul(x0, c4), torch.mul(eps, c5)))
                        rows = torch.mean(torch.flatten(torch.mul(d, d), 1, -1), [1])
                        loss = torch.mean(torch.mul(torch.flatten(c6, 0, -1), rows))
                    """;
            case Loss.CrossEntropy c -> """
                        rows = torch.cross_entropy_loss(out0, y, None, 0, -100, %s)
                        loss = torch.mean(rows)
                    """.formatted(number(c.labelSmoothing()));
        };
    }

    private static String number(double value) {
        return Double.toString(value).toLowerCase(Locale.ROOT);
    }

    @Override
    public void close() {
        program.close();
    }
}
