package dev.pathline.engine.script;

import dev.pathline.engine.graph.Network;
import dev.pathline.engine.objective.Recipe;
import dev.pathline.engine.objective.Source;
import dev.pathline.engine.script.TrainingProgram.AdamW;
import dev.pathline.engine.script.TrainingProgram.Loss;
import dev.pathline.engine.script.TrainingProgram.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Writes the TorchScript of a {@link TrainingProgram}: {@code gradients} does one micro-batch, {@code step} adds them up
 * and moves the weights.
 */
final class TrainingScript {

    private final Task task;
    private final ScriptEmitter.Attention attention;
    private final ScriptEmitter.Attention inference;
    /** What a micro-batch has its part of. */
    private final List<String> samples = new ArrayList<>(List.of("x0"));
    /** What is the same for all micro-batches. */
    private final List<String> none = new ArrayList<>();
    /** The lists of weights that auxiliary evaluations read, made once a step. */
    private final List<String> lists = new ArrayList<>();

    TrainingScript(Task task, boolean gpu) {
        this.task = task;
        this.attention = ScriptEmitter.Attention.ofTraining(gpu, task.profile());
        this.inference = ScriptEmitter.Attention.ofInference(gpu, task.profile());
        if (task.loss() instanceof Loss.Target(Recipe recipe)) {
            samples.addAll(List.of("eps", "c"));
            RecipeScript.noConditions(task.network(), recipe).forEach(name -> none.add("none_" + name));
            if (recipe.hasTangent()) {
                lists.add("p");
            }
            for (Source source : Source.values()) {
                if (recipe.evaluates(source)) {
                    lists.add(RecipeScript.weights(source));
                }
            }
        }
        samples.addAll(TrainingProgram.inputs(task));
    }

    /** Returns all methods. */
    String text() {
        return switch (task.loss()) {
            case Loss.Target(Recipe recipe) -> {
                Network teacher = task.teacher() == null ? task.network() : task.teacher();
                var script = new RecipeScript(recipe, task.network(), teacher);
                String prologue = script.prologue();
                yield RecipeScript.methods(task, recipe, inference)
                        + gradients(prologue, script.epilogue() + mean(recipe));
            }
            case Loss.CrossEntropy(double smoothing) -> gradients("    x = x0\n", """
                        rows = torch.cross_entropy_loss(out0, label, None, 0, -100, %s)
                        loss = torch.mean(rows)
                    """.formatted(number(smoothing)));
        } + step();
    }

    /** Returns the rows' losses, then the gradients of the mean loss. */
    private String gradients(String prologue, String epilogue) {
        return """
                  def gradients(self, %s, w: List[Tensor]%s) -> List[Tensor]:
                %s%s%s    optional = torch.autograd.grad([loss], w, None, None, False, False)
                    results = [torch.detach(rows)]
                    for i in range(torch.len(w)):
                      _0 = torch.append(results, torch.contiguous(unchecked_cast(Tensor, optional[i]), memory_format=0))
                    return results
                """.formatted(typed(Stream.concat(samples.stream(), none.stream()), "Tensor"),
                lists.stream().map(", %s: List[Tensor]"::formatted).collect(Collectors.joining()), prologue,
                ScriptEmitter.body(task.network(), task.profile(), ScriptEmitter.Weights.MASTER, attention), epilogue);
    }

    private String step() {
        AdamW optimizer = task.optimizer();
        return """
                  def step(self, %s, hyper: Tensor, p: List[Tensor], m: List[Tensor], v: List[Tensor]%s%s) -> List[Tensor]:
                %s    w = annotate(List[Tensor], [])
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
                .formatted(typed(Stream.concat(samples.stream(), none.stream()), "Tensor"),
                        averages(", ema%d: List[Tensor]"),
                        task.teacher() == null ? "" : ", " + RecipeScript.weights(Source.TEACHER) + ": List[Tensor]",
                        prepared(), micro(task.microBatches()),
                        optimizer.clipNorm(), optimizer.beta1(), optimizer.beta2(), optimizer.weightDecay(),
                        number(optimizer.epsilon()),
                        IntStream.range(0, task.averages()).mapToObj(
                                i -> "      torch._foreach_lerp_(ema%d, p, float(torch.select(hyper, 0, %d)))\n"
                                        .formatted(i, 2 + i))
                                .collect(Collectors.joining()));
    }

    private String averages(String format) {
        return IntStream.range(0, task.averages()).mapToObj(format::formatted).collect(Collectors.joining());
    }

    /** What is evaluated without gradient has its weights cast once a step. */
    private String prepared() {
        var text = new StringBuilder();
        if (lists.contains(RecipeScript.weights(Source.STUDENT))) {
            text.append("    %s = (self).prepare(p)\n".formatted(RecipeScript.weights(Source.STUDENT)));
        }
        if (lists.contains(RecipeScript.weights(Source.AVERAGE))) {
            text.append("    %s = (self).prepare(ema%d)\n".formatted(RecipeScript.weights(Source.AVERAGE),
                    task.averages() - 1));
        }
        return text.toString();
    }

    /** Statements that compute {@code rows} and the gradient {@code g} of the batch. */
    private String micro(int count) {
        if (count == 1) {
            return """
                        parts = (self).gradients(%s)
                        rows = parts[0]
                        g = torch.slice(parts, 1, 9223372036854775807, 1)
                    """.formatted(arguments(samples.stream()));
        }
        return """
                    size = torch.floordiv(torch.size(x0, 0), %1$d)
                    parts = (self).gradients(%2$s)
                    found = [parts[0]]
                    g = torch.slice(parts, 1, 9223372036854775807, 1)
                    for j in range(%3$d):
                      start = torch.mul(torch.add(j, 1), size)
                      end = torch.add(start, size)
                      more = (self).gradients(%4$s)
                      _2 = torch.append(found, more[0])
                      torch._foreach_add_(g, torch.slice(more, 1, 9223372036854775807, 1), alpha=1)
                    rows = torch.cat(found, 0)
                    torch._foreach_mul_(g, %5$s)
                """.formatted(count, arguments(cut("0", "size")), count - 1, arguments(cut("start", "end")),
                number(1.0 / count));
    }

    private String arguments(Stream<String> ofSamples) {
        return Stream.of(ofSamples, none.stream(), Stream.of("w"), lists.stream()).flatMap(stream -> stream)
                .collect(Collectors.joining(", "));
    }

    private Stream<String> cut(String start, String end) {
        return samples.stream().map(name -> "torch.slice(%s, 0, %s, %s)".formatted(name, start, end));
    }

    private static String typed(Stream<String> names, String type) {
        return names.map(name -> name + ": " + type).collect(Collectors.joining(", "));
    }

    /** The batch's loss of the rows' weighted distances. */
    private String mean(Recipe recipe) {
        return recipe.learnsUncertainty()
                ? UncertaintyScript.statements("level", "w[" + task.network().parameters().size() + "]")
                        + "    loss = torch.mean(torch.add(torch.mul(weighted, torch.exp(torch.neg(u))), u))\n"
                : "    loss = torch.mean(weighted)\n";
    }

    private static String number(double value) {
        return ScriptEmitter.number(value);
    }
}
