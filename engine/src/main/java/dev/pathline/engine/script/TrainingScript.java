package dev.pathline.engine.script;

import dev.pathline.engine.script.TrainingProgram.AdamW;
import dev.pathline.engine.script.TrainingProgram.Loss;
import dev.pathline.engine.script.TrainingProgram.Task;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes the TorchScript of a {@link TrainingProgram}: {@code gradients} does one micro-batch, {@code step} adds them up
 * and moves the weights.
 */
final class TrainingScript {

    /** The columns of the coefficients, as the script names them. */
    private static final List<String> COLUMNS = List.of("alpha", "sigma", "scale", "time", "of_data", "of_noise",
            "weight", "level");

    private static final String SAMPLES = "x0: Tensor, eps: Tensor, c: Tensor, label: Tensor, augmentation: Tensor";

    private TrainingScript() {}

    /** Returns both methods. */
    static String text(Task task, ScriptEmitter.Attention attention) {
        return gradients(task, attention) + step(task);
    }

    /** Returns the rows' losses, then the gradients of the mean loss. */
    private static String gradients(Task task, ScriptEmitter.Attention attention) {
        return """
                  def gradients(self, %s, w: List[Tensor]) -> List[Tensor]:
                %s%s%s    optional = torch.autograd.grad([loss], w, None, None, False, False)
                    results = [torch.detach(rows)]
                    for i in range(torch.len(w)):
                      _0 = torch.append(results, torch.contiguous(unchecked_cast(Tensor, optional[i]), memory_format=0))
                    return results
                """.formatted(SAMPLES, prologue(task),
                ScriptEmitter.body(task.network(), task.profile(), ScriptEmitter.Weights.MASTER, attention),
                epilogue(task));
    }

    private static String step(Task task) {
        AdamW optimizer = task.optimizer();
        return """
                  def step(self, %s, hyper: Tensor, p: List[Tensor], m: List[Tensor], v: List[Tensor]%s) -> List[Tensor]:
                    w = annotate(List[Tensor], [])
                    steps = annotate(List[Tensor], [])
                    for i in range(torch.len(p)):
                      _0 = torch.append(w, torch.requires_grad_(torch.detach(p[i]), True))
                      _1 = torch.append(steps, torch.select(hyper, 0, 1))
                %s    norm = torch.linalg_vector_norm(torch.stack(torch._foreach_norm(g)))
                    if bool(torch.isfinite(norm)):
                      torch._foreach_mul_(g, torch.clamp_max(torch.mul(torch.reciprocal(torch.add(norm, 1e-06)), %s), 1.))
                      torch._fused_adamw_(p, g, m, v, annotate(List[Tensor], []), steps, \
                lr=float(torch.select(hyper, 0, 0)), beta1=%s, beta2=%s, weight_decay=%s, eps=%s, amsgrad=False, \
                maximize=False)
                %s    else:
                      pass
                    return [rows, norm]
                """
                .formatted(SAMPLES, averages(task, ", ema%d: List[Tensor]"), micro(task.microBatches()),
                        optimizer.clipNorm(), optimizer.beta1(), optimizer.beta2(), optimizer.weightDecay(),
                        number(optimizer.epsilon()),
                        IntStream.range(0, task.averages()).mapToObj(
                                i -> "      torch._foreach_lerp_(ema%d, p, float(torch.select(hyper, 0, %d)))\n"
                                        .formatted(i, 2 + i))
                                .collect(Collectors.joining()));
    }

    private static String averages(Task task, String format) {
        return IntStream.range(0, task.averages()).mapToObj(format::formatted).collect(Collectors.joining());
    }

    /** Statements that compute {@code rows} and the gradient {@code g} of the batch. */
    private static String micro(int count) {
        if (count == 1) {
            return """
                        parts = (self).gradients(x0, eps, c, label, augmentation, w)
                        rows = parts[0]
                        g = torch.slice(parts, 1, 9223372036854775807, 1)
                    """;
        }
        return """
                    size = torch.floordiv(torch.size(x0, 0), %1$d)
                    parts = (self).gradients(%2$s, w)
                    found = [parts[0]]
                    g = torch.slice(parts, 1, 9223372036854775807, 1)
                    for j in range(%3$d):
                      start = torch.mul(torch.add(j, 1), size)
                      end = torch.add(start, size)
                      more = (self).gradients(%4$s, w)
                      _2 = torch.append(found, more[0])
                      torch._foreach_add_(g, torch.slice(more, 1, 9223372036854775807, 1), alpha=1)
                    rows = torch.cat(found, 0)
                    torch._foreach_mul_(g, %5$s)
                """.formatted(count, cut("0", "size"), count - 1, cut("start", "end"), number(1.0 / count));
    }

    private static String cut(String start, String end) {
        return List.of("x0", "eps", "c", "label", "augmentation").stream()
                .map(name -> "torch.slice(%s, 0, %s, %s)".formatted(name, start, end))
                .collect(Collectors.joining(", "));
    }

    private static String prologue(Task task) {
        if (task.loss() instanceof Loss.CrossEntropy) {
            return "    x = x0\n";
        }
        var text = new StringBuilder();
        int rank = task.network().inputs().getFirst().shape().size();
        for (int i = 0; i < COLUMNS.size(); i++) {
            String column = "torch.select(c, 1, " + i + ")";
            boolean ofElements = i < 6 && i != 3;
            for (int d = 0; d < rank && ofElements; d++) {
                column = "torch.unsqueeze(" + column + ", -1)";
            }
            text.append("    ").append(COLUMNS.get(i)).append(" = ").append(column).append('\n');
        }
        return text.append("    x = torch.mul(torch.add(torch.mul(x0, alpha), torch.mul(eps, sigma)), scale)\n")
                .toString();
    }

    private static String epilogue(Task task) {
        return switch (task.loss()) {
            case Loss.Denoising denoising -> """
                        d = torch.sub(out0, torch.add(torch.mul(x0, of_data), torch.mul(eps, of_noise)))
                        rows = torch.mean(torch.flatten(torch.mul(d, d), 1, -1), [1])
                        weighted = torch.mul(weight, rows)
                    """ + (denoising.learnsUncertainty() ? uncertain(task) : "    loss = torch.mean(weighted)\n");
            case Loss.CrossEntropy(double smoothing) -> """
                        rows = torch.cross_entropy_loss(out0, label, None, 0, -100, %s)
                        loss = torch.mean(rows)
                    """.formatted(number(smoothing));
        };
    }

    private static String uncertain(Task task) {
        return UncertaintyScript.statements("level", "w[" + task.network().parameters().size() + "]")
                + "    loss = torch.mean(torch.add(torch.mul(weighted, torch.exp(torch.neg(u))), u))\n";
    }

    private static String number(double value) {
        return Double.toString(value).toLowerCase(Locale.ROOT);
    }
}
