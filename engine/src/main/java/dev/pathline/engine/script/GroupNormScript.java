package dev.pathline.engine.script;

import static dev.pathline.engine.script.ScriptEmitter.in;
import static dev.pathline.engine.script.ScriptEmitter.name;
import static dev.pathline.engine.script.ScriptEmitter.number;

import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Op;
import dev.pathline.engine.graph.Value;
import dev.pathline.engine.script.NumericProfile.NormVariant;

/**
 * Writes the statements of group norms (arXiv 1803.08494).
 *
 * <p>Implementation note. {@link NormVariant#SUMS} takes the sums of {@code y} and {@code y y} of every channel in
 * float32, and gets each group's mean by a product with a matrix that averages the channels of a group: a few small
 * operators whatever the number of groups, where reductions over reshaped sums take twice as many.
 */
final class GroupNormScript {

    private final NumericProfile profile;
    private final Statements out;

    GroupNormScript(NumericProfile profile, Statements out) {
        this.profile = profile;
        this.out = out;
    }

    /** Writes what several norms of a network have in common; goes before the first of them. */
    void writeMatrices(Network network) {
        if (profile.norm() == NormVariant.SUMS) {
            network.values().stream().filter(value -> value.op() instanceof Op.GroupNorm)
                    .map(value -> new Groups(value.channels(), ((Op.GroupNorm) value.op()).groups(), area(value)))
                    .distinct().forEach(groups -> writeMatrix(network, groups));
        }
    }

    private void writeMatrix(Network network, Groups groups) {
        String like = "dtype=6, layout=None, device=ops.prim.device("
                + ((Op.Input) network.inputs().getFirst().op()).name() + "), pin_memory=False";
        int each = groups.channels / groups.groups;
        out.assign(groups.variable(),
                "torch.div(torch.kron(torch.eye(%1$d, %3$s), torch.ones([%2$d, %2$d], %3$s)), %4$s)",
                groups.groups, each, like, number((double) each * groups.area));
    }

    void write(Value value, Op.GroupNorm op, String scale, String shift) {
        String x = in(value, 0);
        if (profile.norm() == NormVariant.NATIVE) {
            out.assign(name(value), "torch.group_norm(%s, %d, %s, %s, %s)", x, op.groups(), scale, shift,
                    number(op.epsilon()));
            return;
        }
        String v = name(value);
        int code = profile.precision().code();
        String matrix = new Groups(value.channels(), op.groups(), area(value)).variable();
        out.assign(v + "s", "torch.sum(%s, [2, 3], False, dtype=6)", x);
        out.assign(v + "q", "torch.sum(torch.mul(%s, %s), [2, 3], False, dtype=6)", x, x);
        out.assign(v + "m", "torch.mm(%ss, %s)", v, matrix);
        out.assign(v + "e", "torch.addcmul(torch.mm(%1$sq, %2$s), %1$sm, %1$sm, value=-1)", v, matrix);
        out.assign(v + "a", "torch.mul(torch.rsqrt(torch.add(torch.clamp_min(%se, 0.), %s)), torch.to(%s, 6))", v,
                number(op.epsilon()), scale);
        out.assign(v + "b", "torch.addcmul(torch.to(%s, 6), %2$sm, %2$sa, value=-1)", shift, v);
        out.assign(v, "torch.addcmul(torch.reshape(torch.to(%1$sb, %2$d), [-1, %3$d, 1, 1]), %4$s,"
                + " torch.reshape(torch.to(%1$sa, %2$d), [-1, %3$d, 1, 1]))", v, code, value.channels(), x);
    }

    private static int area(Value value) {
        return value.dim(1) * value.dim(2);
    }

    /** What an averaging matrix depends on. */
    private record Groups(int channels, int groups, int area) {
        String variable() {
            return "g" + channels + "_" + groups + "_" + area;
        }
    }
}
