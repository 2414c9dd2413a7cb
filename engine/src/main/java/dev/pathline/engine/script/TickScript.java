package dev.pathline.engine.script;

import dev.pathline.engine.graph.Network;

/**
 * Writes the tick: the script that advances slots of many solvers by one stage each.
 *
 * <p>Implementation note. A solver is data (arXiv 2510.21890 writes each as its own loop): stage by stage,
 * scalars for one update {@code [X',Y'] = a X + b Y + sum_k c_k M_k + s Z}. So one script serves every solver, and the
 * slots of a batch need not have the solver, the step or the guidance scale in common. What looks odd and is right:
 * <ul>
 * <li>A slot's guidance is a weighted sum of its rows ({@code index_add}): {@code w} for the labelled one, {@code 1 - w}
 * for the other, 1 where there is one row. No branch, no padding.
 * <li>A slot's registers are zeroed when it is taken: a weight of 0 does not silence a NaN of its last tenant.
 * <li>A stage without evaluation takes part with no rows; {@code where} keeps its history from shifting.
 * <li>State, coefficients and update are float32 whatever the network's precision.
 * </ul>
 */
final class TickScript {

    private TickScript() {}

    /** Returns the method {@code tick} of a network that has a method {@code forward}. */
    static String text(Network network) {
        int rank = network.inputs().getFirst().shape().size();
        var columns = new StringBuilder();
        for (TickLayout column : TickLayout.values()) {
            String value = "torch.select(c, 1, " + column.index() + ")";
            for (int d = 0; d < rank; d++) {
                value = "torch.unsqueeze(" + value + ", -1)";
            }
            columns.append("    ").append(column.variable()).append(" = ").append(value).append('\n');
        }
        String rowWeight = "rw";
        for (int d = 0; d < rank; d++) {
            rowWeight = "torch.unsqueeze(" + rowWeight + ", -1)";
        }
        String call = InferenceProgram.inputNames(network, "").replaceFirst("^x\\b", "xin");
        return """
                  def tick(self, state: Tensor, slots: Tensor, c: Tensor, z: Tensor, rows: Tensor, time: Tensor, \
                label: Tensor, rw: Tensor, pre: Tensor, fin: Tensor, dyn: Tensor, w: List[Tensor]) -> List[Tensor]:
                %s    st = torch.index_select(state, 0, slots)
                    x = torch.select(st, 1, 0)
                    y = torch.select(st, 1, 1)
                    h0 = torch.select(st, 1, 2)
                    h1 = torch.select(st, 1, 3)
                    h2 = torch.select(st, 1, 4)
                    h3 = torch.select(st, 1, 5)
                    if bool(torch.gt(torch.numel(rows), 0)):
                      xin = torch.index_select(torch.mul(x, %s), 0, rows)
                      f1 = (self).forward(%s, w)
                      f = torch.index_add(torch.zeros_like(x), 0, rows, torch.mul(f1[0], %s))
                    else:
                      f = torch.zeros_like(x)
                    d1 = torch.add(torch.mul(x, %s), torch.mul(f, %s))
                    d2 = torch.minimum(torch.maximum(d1, %s), %s)
                """.formatted(columns, TickLayout.INPUT_SCALE.variable(), call, rowWeight,
                TickLayout.DATA_FROM_X.variable(), TickLayout.DATA_FROM_OUTPUT.variable(), TickLayout.LOW.variable(),
                TickLayout.HIGH.variable()) + threshold(rank)
                + """
                            m = torch.add(torch.add(torch.mul(x, %s), torch.mul(f, %s)), torch.mul(data, %s))
                            e = torch.gt(%s, 0.5)
                            m0 = torch.where(e, m, h0)
                            m1 = torch.where(e, h0, h1)
                            m2 = torch.where(e, h1, h2)
                            m3 = torch.where(e, h2, h3)
                        """.formatted(TickLayout.VALUE_FROM_X.variable(), TickLayout.VALUE_FROM_OUTPUT.variable(),
                        TickLayout.VALUE_FROM_DATA.variable(), TickLayout.EVALUATED.variable())
                + combination("nx", TickLayout.X_FROM_X) + combination("ny", TickLayout.Y_FROM_X)
                + """
                            _0 = torch.index_copy_(state, 0, slots, torch.stack([nx, ny, m0, m1, m2, m3], 1))
                            ok = torch.to(torch.all(torch.flatten(torch.isfinite(nx), 1, -1), 1), 6)
                            return [torch.index_select(torch.cat([data, nx], 0), 0, pre), torch.index_select(nx, 0, fin), ok]
                        """;
    }

    /** Dynamic thresholding, for the slots that have a quantile. It sorts, so it is done only when a slot wants it. */
    private static String threshold(int rank) {
        String broadcast = "t";
        for (int d = 0; d < rank; d++) {
            broadcast = "torch.unsqueeze(" + broadcast + ", -1)";
        }
        return """
                    if bool(torch.gt(dyn, 0.5)):
                      sorted, _9 = torch.sort(torch.flatten(torch.abs(d1), 1, -1), 1)
                      last = torch.sub(torch.size(sorted, 1), 1)
                      place = torch.mul(torch.select(c, 1, %d), last)
                      low = torch.floor(place)
                      at = torch.unsqueeze(torch.to(low, 4), 1)
                      up = torch.clamp_max(torch.add(at, 1), last)
                      q0 = torch.squeeze(torch.gather(sorted, 1, at), 1)
                      q1 = torch.squeeze(torch.gather(sorted, 1, up), 1)
                      q = torch.add(q0, torch.mul(torch.sub(q1, q0), torch.sub(place, low)))
                      t = torch.clamp_min(torch.minimum(q, torch.select(c, 1, %d)), 1.)
                      s = %s
                      on = torch.gt(%s, 0.)
                      td = torch.div(torch.minimum(torch.maximum(d1, torch.neg(s)), s), s)
                      data = torch.where(on, td, d2)
                    else:
                      data = d2
                """.formatted(TickLayout.QUANTILE.index(), TickLayout.MAXIMUM.index(), broadcast,
                TickLayout.QUANTILE.variable());
    }

    private static String combination(String target, TickLayout first) {
        String[] registers = {"x", "y", "data", "m0", "m1", "m2", "m3", "z"};
        var text = new StringBuilder();
        for (int i = 0; i < registers.length; i++) {
            String term = "torch.mul(" + registers[i] + ", " + TickLayout.at(first.index() + i).variable() + ")";
            text.append("    ").append(target).append(i == registers.length - 1 ? "" : Integer.toString(i))
                    .append(" = ")
                    .append(i == 0 ? term : "torch.add(" + target + (i - 1) + ", " + term + ")").append('\n');
        }
        return text.toString();
    }
}
