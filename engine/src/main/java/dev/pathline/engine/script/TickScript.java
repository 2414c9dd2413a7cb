package dev.pathline.engine.script;

import dev.pathline.engine.graph.Network;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes the tick: the script that advances slots of many solvers by one stage each.
 *
 * <p>Implementation note. A solver is data (arXiv 2510.21890 writes each as its own loop): stage by stage,
 * scalars for one update {@code [X',Y'] = a X + b Y + d D + sum_k c_k M_k + s Z}. So one script serves every solver, and
 * the slots of a batch need not have the solver, the step or the guidance scale in common. What looks odd and is right:
 * <ul>
 * <li>A slot's guidance is a weighted sum of its rows ({@code index_add}): {@code w} for the labelled one, {@code 1 - w}
 * for the other, 1 where there is one row. No branch, no padding.
 * <li>A slot's registers are zeroed when it is taken: a weight of 0 does not silence a NaN of its last tenant.
 * <li>A stage without evaluation takes part with no rows; {@code where} keeps its history from shifting.
 * <li>State, coefficients and update are float32 whatever the network's precision.
 * <li>What few slots want and costs passes over the samples ({@link TickFeature}) is computed only when one of the batch
 * wants it, and then for all; {@code where} keeps the others' numbers, bit for bit.
 * </ul>
 */
final class TickScript {

    private final int rank;
    private final StringBuilder text = new StringBuilder();

    private TickScript(int rank) {
        this.rank = rank;
    }

    /** Returns the method {@code tick} of a network that has a method {@code forward}. */
    static String text(Network network) {
        var script = new TickScript(network.inputs().getFirst().shape().size());
        List<String> inputs = network.inputs().stream().skip(1).map(InferenceProgram::inputName).map("in_"::concat)
                .toList();
        script.load(inputs);
        script.evaluate(inputs);
        script.rescale();
        script.threshold();
        script.remember();
        script.update();
        script.langevin();
        script.store();
        return script.text.toString();
    }

    /** What the network takes beside the samples has arguments of its own, which no other variable is called like. */
    private void load(List<String> inputs) {
        text.append("""
                  def tick(self, state: Tensor, slots: Tensor, c: Tensor, z: Tensor, rows: Tensor, %s\
                rw: Tensor, rc: Tensor, pre: Tensor, fin: Tensor, on: Tensor, w: List[Tensor]) -> List[Tensor]:
                """.formatted(inputs.stream().map(name -> name + ": Tensor, ").collect(Collectors.joining())));
        for (TickLayout column : TickLayout.values()) {
            line("%s = %s", column.variable(), broadcast("torch.select(c, 1, " + column.index() + ")"));
        }
        line("st = torch.index_select(state, 0, slots)");
        String[] registers = {"x", "y", "h0", "h1", "h2", "h3"};
        for (int i = 0; i < registers.length; i++) {
            line("%s = torch.select(st, 1, %d)", registers[i], i);
        }
    }

    /** {@code f} is the guided output of each slot, {@code fr} the raw one of each row, {@code d0} the data of {@code f}. */
    private void evaluate(List<String> inputs) {
        line("xin = torch.index_select(torch.mul(x, %s), 0, rows)", TickLayout.INPUT_SCALE.variable());
        line("if bool(torch.gt(torch.numel(rows), 0)):");
        line("  f1 = (self).forward(xin, %sw)",
                inputs.stream().map(name -> name + ", ").collect(Collectors.joining()));
        line("  fr = f1[0]");
        line("else:");
        line("  fr = xin");
        line("f = torch.index_add(torch.zeros_like(x), 0, rows, torch.mul(fr, %s))", broadcast("rw"));
        line("d0 = %s", data("f"));
    }

    /** The rows with conditions alone ({@code rc}) give the spread that a guided prediction is brought back to. */
    private void rescale() {
        branch(TickFeature.RESCALE);
        line("  fc = torch.index_add(torch.zeros_like(x), 0, rows, torch.mul(fr, %s))", broadcast("rc"));
        line("  sc = torch.std(torch.flatten(%s, 1, -1), [1], False)", data("fc"));
        line("  sg = torch.std(torch.flatten(d0, 1, -1), [1], False)");
        line("  share = torch.select(c, 1, %d)", TickLayout.RESCALE.index());
        line("  scaled = torch.mul(d0, %s)",
                broadcast("torch.add(torch.sub(1., share), torch.mul(share, torch.div(sc, sg)))"));
        line("  wanted = torch.logical_and(torch.gt(share, 0.), torch.gt(sg, 0.))");
        line("  d1 = torch.where(%s, scaled, d0)", broadcast("wanted"));
        line("else:");
        line("  d1 = d0");
    }

    private void threshold() {
        line("d2 = torch.minimum(torch.maximum(d1, %s), %s)", TickLayout.LOW.variable(), TickLayout.HIGH.variable());
        branch(TickFeature.THRESHOLD);
        line("  sorted, _9 = torch.sort(torch.flatten(torch.abs(d1), 1, -1), 1)");
        line("  last = torch.sub(torch.size(sorted, 1), 1)");
        line("  place = torch.mul(torch.select(c, 1, %d), last)", TickLayout.QUANTILE.index());
        line("  low = torch.floor(place)");
        line("  at = torch.unsqueeze(torch.to(low, 4), 1)");
        line("  up = torch.clamp_max(torch.add(at, 1), last)");
        line("  q0 = torch.squeeze(torch.gather(sorted, 1, at), 1)");
        line("  q1 = torch.squeeze(torch.gather(sorted, 1, up), 1)");
        line("  q = torch.add(q0, torch.mul(torch.sub(q1, q0), torch.sub(place, low)))");
        line("  bound = torch.clamp_min(torch.minimum(q, torch.select(c, 1, %d)), 1.)", TickLayout.MAXIMUM.index());
        line("  s = %s", broadcast("bound"));
        line("  td = torch.div(torch.minimum(torch.maximum(d1, torch.neg(s)), s), s)");
        line("  data = torch.where(torch.gt(%s, 0.), td, d2)", TickLayout.QUANTILE.variable());
        line("else:");
        line("  data = d2");
    }

    private void remember() {
        line("m = torch.add(torch.add(torch.mul(x, %s), torch.mul(f, %s)), torch.mul(data, %s))",
                TickLayout.VALUE_FROM_X.variable(), TickLayout.VALUE_FROM_OUTPUT.variable(),
                TickLayout.VALUE_FROM_DATA.variable());
        line("e = torch.gt(%s, 0.5)", TickLayout.EVALUATED.variable());
        line("m0 = torch.where(e, m, h0)");
        line("m1 = torch.where(e, h0, h1)");
        line("m2 = torch.where(e, h1, h2)");
        line("m3 = torch.where(e, h2, h3)");
    }

    private void update() {
        combination("ux", TickLayout.X_FROM_X);
        combination("uy", TickLayout.Y_FROM_X);
    }

    private void combination(String target, TickLayout first) {
        String[] registers = {"x", "y", "data", "m0", "m1", "m2", "m3", "z"};
        for (int i = 0; i < registers.length; i++) {
            String term = "torch.mul(" + registers[i] + ", " + TickLayout.at(first.index() + i).variable() + ")";
            String sum = target + (i == registers.length - 1 ? "" : Integer.toString(i));
            line("%s = %s", sum, i == 0 ? term : "torch.add(" + target + (i - 1) + ", " + term + ")");
        }
    }

    private void langevin() {
        branch(TickFeature.LANGEVIN);
        line("  score = torch.add(torch.mul(x, %s), torch.mul(m0, %s))", TickLayout.SCORE_FROM_X.variable(),
                TickLayout.SCORE_FROM_M0.variable());
        line("  s2 = %s", squaredNorm("score"));
        line("  own = torch.div(torch.mul(torch.select(c, 1, %d), %s), s2)", TickLayout.RATE.index(),
                squaredNorm("z"));
        line("  given = torch.select(c, 1, %d)", TickLayout.SIZE.index());
        line("  size = torch.where(torch.gt(given, 0.), given, own)");
        line("  delta = %s", broadcast("torch.where(torch.gt(s2, 0.), size, torch.zeros_like(s2))"));
        line("  move = torch.add(torch.mul(score, delta), torch.mul(z, torch.sqrt(torch.mul(delta, 2.))))");
        line("  moves = torch.gt(%s, 0.)", TickLayout.RATE.variable());
        line("  nx = torch.where(moves, torch.add(ux, move), ux)");
        line("  ny = torch.where(moves, torch.add(uy, move), uy)");
        line("else:");
        line("  nx = ux");
        line("  ny = uy");
    }

    private void store() {
        line("_0 = torch.index_copy_(state, 0, slots, torch.stack([nx, ny, m0, m1, m2, m3], 1))");
        line("ok = torch.to(torch.all(torch.flatten(torch.isfinite(nx), 1, -1), 1), 6)");
        line("return [torch.index_select(torch.cat([data, nx], 0), 0, pre), torch.index_select(nx, 0, fin), ok]");
    }

    private void branch(TickFeature feature) {
        line("if bool(torch.gt(torch.select(on, 0, %d), 0.5)):", feature.index());
    }

    private static String data(String output) {
        return "torch.add(torch.mul(x, " + TickLayout.DATA_FROM_X.variable() + "), torch.mul(" + output + ", "
                + TickLayout.DATA_FROM_OUTPUT.variable() + "))";
    }

    private static String squaredNorm(String samples) {
        return "torch.sum(torch.flatten(torch.mul(" + samples + ", " + samples + "), 1, -1), [1])";
    }

    /** A number a slot or a row, shaped to meet samples. */
    private String broadcast(String value) {
        return Stream.iterate(value, v -> "torch.unsqueeze(" + v + ", -1)").skip(rank).findFirst().orElseThrow();
    }

    private void line(String format, Object... arguments) {
        text.append("    ").append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }
}
