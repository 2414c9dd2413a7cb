package dev.pathline.engine.script;

import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Op;
import dev.pathline.engine.graph.Value;
import dev.pathline.engine.objective.Auxiliary;
import dev.pathline.engine.objective.Distance;
import dev.pathline.engine.objective.Recipe;
import dev.pathline.engine.objective.RowLayout;
import dev.pathline.engine.objective.Source;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Writes what a {@link Recipe} asks for, around the evaluation that is trained: the input before it; the auxiliary
 * evaluations, the target and the distance after it.
 *
 * <p>Implementation note. What looks odd and is right:
 * <ul>
 * <li>Auxiliary evaluations have weights that autograd does not follow, so nothing has to be switched off; they are prepared
 * once a step, as for sampling.
 * <li>An evaluation of a share of the batch is of its first rows, and what it adds to a sum is added to those alone.
 * <li>A recipe without auxiliary evaluations has the same statements as if there were no recipes.
 * </ul>
 */
final class RecipeScript {

    private final Recipe recipe;
    private final RowLayout layout;
    private final Network network;
    private final Network teacher;
    private final int rank;
    private final StringBuilder text = new StringBuilder();

    /** @param teacher the network of {@link Source#TEACHER}; the student's where there is none */
    RecipeScript(Recipe recipe, Network network, Network teacher) {
        this.recipe = recipe;
        this.layout = recipe.layout();
        this.network = network;
        this.teacher = teacher;
        this.rank = network.inputs().getFirst().shape().size();
    }

    /** Returns the methods that auxiliary evaluations call. */
    static String methods(TrainingProgram.Task task, Recipe recipe, ScriptEmitter.Attention attention) {
        var text = new StringBuilder();
        if (recipe.evaluates(Source.STUDENT) || recipe.evaluates(Source.AVERAGE)) {
            text.append(new PreparedLayout(task.network(), task.profile()).prepare("prepare"));
            text.append(InferenceProgram.forward("student", task.network(), task.profile(), attention));
        }
        if (task.teacher() != null) {
            text.append(new PreparedLayout(task.teacher(), task.profile()).prepare(TrainingProgram.PREPARE_TEACHER));
            text.append(InferenceProgram.forward("teacher", task.teacher(), task.profile(), attention));
        }
        if (recipe.hasTangent()) {
            text.append("""
                      def tangent(self, %s, %s, w: List[Tensor]) -> List[Tensor]:
                    %s    return [torch.detach(out0), torch.detach(dout0)]
                    """.formatted(InferenceProgram.inputNames(task.network(), ": Tensor"),
                    TangentScript.inputs(task.network()).stream().map("d%s: Tensor"::formatted)
                            .collect(Collectors.joining(", ")),
                    TangentScript.valueAndTangent(task.network(), task.profile(), TangentScript.Flow.DETACHED)));
        }
        return text.toString();
    }

    /** Returns the statements that compute the network's inputs that are made of the row's scalars. */
    String prologue() {
        RowLayout.Place place = layout.input();
        line("alpha = %s", element(place.point().data()));
        line("sigma = %s", element(place.point().noise()));
        line("scale = %s", element(place.scale()));
        numbers(place.inputs());
        line("x = torch.mul(torch.add(torch.mul(x0, alpha), torch.mul(eps, sigma)), scale)");
        return take();
    }

    private void numbers(int start) {
        for (int i = 0; i < recipe.inputs().size(); i++) {
            line("%s = %s", recipe.inputs().get(i), column(start + i));
        }
    }

    /** Returns the statements after the evaluation {@code out0}: the rows' losses {@code rows}, weighted {@code weighted}. */
    String epilogue() {
        for (int k = 0; k < recipe.auxiliaries().size(); k++) {
            evaluate(k);
        }
        line("weight = %s", column(layout.weight()));
        line("level = %s", column(layout.noiseLevel()));
        line("d = torch.sub(out0, %s)", target());
        line("rows = torch.mean(torch.flatten(torch.mul(d, d), 1, -1), [1])");
        distance();
        return take();
    }

    private void evaluate(int k) {
        Auxiliary auxiliary = recipe.auxiliaries().get(k);
        RowLayout.Place place = layout.auxiliary(k);
        if (auxiliary.share() < 1) {
            line("n%d = torch.floordiv(torch.add(torch.mul(torch.size(x0, 0), %d), 500000), 1000000)", k,
                    auxiliary.parts());
        }
        sum("a" + k, place.point(), k, k);
        String point = Double.isInfinite(auxiliary.bound())
                ? "a" + k
                : "torch.clamp(a%d, %s, %s)".formatted(k, number(-auxiliary.bound()), number(auxiliary.bound()));
        line("x%d = torch.mul(%s, %s)", k + 1, point, first(element(place.scale()), k));
        Network asked = auxiliary.source() == Source.TEACHER ? teacher : network;
        String arguments = asked.inputs().stream().map(input -> argument(input, k)).collect(Collectors.joining(", "));
        if (auxiliary.tangent()) {
            RowLayout.Direction direction = layout.direction(k);
            sum("b" + k, direction.direction(), k, k);
            String moves = TangentScript.inputs(network).stream().map(name -> move(name, direction, k))
                    .collect(Collectors.joining(", "));
            line("t%d = (self).tangent(%s, %s, p)", k, arguments, moves);
            line("g%1$d = t%1$d[0]", k);
            line("j%1$d = t%1$d[1]", k);
        } else {
            String method = auxiliary.source() == Source.TEACHER ? "teacher" : "student";
            line("g%d = torch.detach(((self).%s(%s, %s))[0])", k, method, arguments, weights(auxiliary.source()));
        }
    }

    /** The list of prepared weights of a source. */
    static String weights(Source source) {
        return switch (source) {
            case STUDENT -> "own";
            case AVERAGE -> "averaged";
            case TEACHER -> "taught";
        };
    }

    private String argument(Value input, int k) {
        var op = (Op.Input) input.op();
        int number = recipe.inputs().indexOf(op.name());
        if (input.equals((recipe.auxiliaries().get(k).source() == Source.TEACHER ? teacher : network).inputs()
                .getFirst())) {
            return "x" + (k + 1);
        }
        if (number >= 0) {
            return first(column(layout.auxiliary(k).inputs() + number), k);
        }
        boolean given = recipe.auxiliaries().get(k).labelled() || !TrainingProgram.isCondition(input);
        return given
                ? first(op.name(), k)
                : "torch.expand(none_%1$s, [torch.size(a%2$d, 0)%3$s])".formatted(op.name(), k,
                        ", -1".repeat(input.shape().size()));
    }

    private String move(String name, RowLayout.Direction direction, int k) {
        int number = recipe.inputs().indexOf(name);
        if (name.equals(((Op.Input) network.inputs().getFirst().op()).name())) {
            return "b" + k;
        }
        return number >= 0
                ? first(column(direction.inputs() + number), k)
                : "torch.zeros_like(" + first(name, k) + ")";
    }

    private String target() {
        RowLayout.Sum columns = layout.target();
        int count = recipe.auxiliaries().size();
        String target = base(columns);
        if (count > 0 || recipe.movementOffset() != null || !Double.isInfinite(recipe.bound())) {
            line("y = %s", target);
            target = "y";
        }
        add("y", columns, count);
        if (recipe.movementOffset() != null) {
            line("m = %s", base(layout.movement()));
            add("m", layout.movement(), count);
            line("length = torch.sqrt(torch.sum(torch.flatten(torch.mul(m, m), 1, -1), [1]))");
            line("y = torch.add(y, torch.div(m, %s))",
                    broadcast("torch.add(length, " + number(recipe.movementOffset()) + ")"));
        }
        if (!Double.isInfinite(recipe.bound())) {
            line("y = torch.clamp(y, %s, %s)", number(-recipe.bound()), number(recipe.bound()));
        }
        return target;
    }

    /** The part of a sum that every row has. */
    private String base(RowLayout.Sum columns) {
        return "torch.add(torch.mul(x0, %s), torch.mul(eps, %s))".formatted(element(columns.data()),
                element(columns.noise()));
    }

    /** Adds the evaluations and tangents to a sum of all rows. */
    private void add(String sum, RowLayout.Sum columns, int count) {
        for (int j = 0; j < count; j++) {
            String more = "torch.mul(g%d, %s)".formatted(j, first(element(columns.value(j)), j));
            if (recipe.auxiliaries().get(j).tangent()) {
                more = "torch.add(%s, torch.mul(j%d, %s))".formatted(more, j,
                        first(element(columns.tangent(j)), j));
            }
            line(recipe.auxiliaries().get(j).share() < 1
                    ? "%1$s = torch.cat([torch.add(torch.slice(%1$s, 0, 0, n%3$d), %2$s), torch.slice(%1$s, 0, n%3$d)], 0)"
                    : "%1$s = torch.add(%1$s, %2$s)", sum, more, j);
        }
    }

    /** A sum of the rows that evaluation {@code k} has. */
    private void sum(String name, RowLayout.Sum columns, int count, int k) {
        line("%s = torch.add(torch.mul(%s, %s), torch.mul(%s, %s))", name, first("x0", k),
                first(element(columns.data()), k), first("eps", k), first(element(columns.noise()), k));
        for (int j = 0; j < count; j++) {
            String rows = recipe.auxiliaries().get(j).share() > recipe.auxiliaries().get(k).share()
                    ? first("g" + j, k)
                    : "g" + j;
            line("%1$s = torch.add(%1$s, torch.mul(%2$s, %3$s))", name, rows, first(element(columns.value(j)), k));
        }
    }

    private void distance() {
        if (recipe.hasScale()) {
            line("s = %s", column(layout.scale()));
            line("square = torch.mul(torch.mul(s, s), torch.sum(torch.flatten(torch.mul(d, d), 1, -1), [1]))");
        }
        line("weighted = torch.mul(weight, %s)", switch (recipe.distance()) {
            case Distance.Squared squared -> "rows";
            case Distance.PseudoHuber(double offset) ->
                "torch.sub(torch.sqrt(torch.add(square, %s)), %s)".formatted(number(offset * offset), number(offset));
            case Distance.Adaptive(double power, double offset) ->
                "torch.mul(square, torch.pow(torch.add(torch.detach(square), %s), %s))".formatted(number(offset),
                        number(-power));
        });
    }

    /** The first rows of a variable, as many as evaluation {@code k} has. */
    private String first(String variable, int k) {
        return recipe.auxiliaries().get(k).share() < 1 ? "torch.slice(" + variable + ", 0, 0, n" + k + ")" : variable;
    }

    private static String column(int index) {
        return "torch.select(c, 1, " + index + ")";
    }

    /** A scalar a row, shaped to meet samples. */
    private String element(int index) {
        return broadcast(column(index));
    }

    private String broadcast(String value) {
        return Stream.iterate(value, v -> "torch.unsqueeze(" + v + ", -1)").skip(rank).findFirst().orElseThrow();
    }

    private void line(String format, Object... arguments) {
        text.append("    ").append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }

    private String take() {
        String taken = text.toString();
        text.setLength(0);
        return taken;
    }

    /** Returns the names of the values of inputs for no condition, which evaluations without conditions take. */
    static List<String> noConditions(Network network, Recipe recipe) {
        return recipe.hasUnlabelled()
                ? IntStream.range(0, network.inputs().size()).mapToObj(network.inputs()::get)
                        .filter(TrainingProgram::isCondition).map(InferenceProgram::inputName).toList()
                : List.of();
    }

    private static String number(double value) {
        return ScriptEmitter.number(value);
    }
}
