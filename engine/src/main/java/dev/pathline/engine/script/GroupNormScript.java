package dev.pathline.engine.script;

import static dev.pathline.engine.script.ScriptEmitter.in;
import static dev.pathline.engine.script.ScriptEmitter.name;
import static dev.pathline.engine.script.ScriptEmitter.number;

import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Op;
import dev.pathline.engine.graph.Value;
import dev.pathline.engine.script.NumericProfile.NormVariant;
import dev.pathline.engine.script.NumericProfile.Precision;
import java.util.List;
import java.util.Locale;

/**
 * Writes the statements of group norms (arXiv 1803.08494).
 *
 * <p>Implementation note. {@link NormVariant#SUMS} takes the sums of {@code y} and {@code y y} of every channel in
 * float32, and gets each group's mean by a product with a matrix that averages the channels of a group: a few small
 * operators whatever the number of groups, where reductions over reshaped sums take twice as many. The variance is the
 * mean of squares less the square of the mean, in which float32 loses what the mean is larger than the deviation: in single
 * precision, rows in which that matters are computed again by libtorch's operator.
 */
final class GroupNormScript {

    /** Where the mean's square is a larger multiple of the variance, the difference loses more than 5 bits of float32's 24. */
    private static final double LARGEST_QUOTIENT = 32;

    private final NumericProfile profile;
    private final boolean overwrites;
    private final Statements out;

    /**
     * A writer for a profile.
     *
     * @param overwrites whether intermediate results may be written over, which autograd may not see
     */
    GroupNormScript(NumericProfile profile, boolean overwrites, Statements out) {
        this.profile = profile;
        // A cast to the same precision is no copy, and the norm's input must stay as it is.
        this.overwrites = overwrites && profile.precision().bytes() < Float.BYTES;
        this.out = out;
    }

    /** Returns the averaging matrices that the norms of a network need, each once. */
    static List<Groups> matrices(Network network, NumericProfile profile) {
        return profile.norm() == NormVariant.NATIVE
                ? List.of()
                : network.values().stream()
                        .filter(value -> value.op() instanceof Op.GroupNorm).map(GroupNormScript::groups).distinct()
                        .toList();
    }

    /**
     * Writes a norm.
     *
     * @param scale the expression of the scale, {@code [channels]}; in float32 where sums are taken
     * @param shift the expression of the shift, like the scale
     */
    void write(Value value, Op.GroupNorm op, String scale, String shift) {
        String x = in(value, 0);
        String v = name(value);
        if (profile.norm() == NormVariant.NATIVE) {
            out.assign(v, "%s", libtorch(x, op, scale, shift));
            return;
        }
        int code = profile.precision().code();
        String matrix = groups(value).variable();
        out.assign(v + "z", "torch.to(%s, 6)", x);
        out.assign(v + "s", "torch.sum(%sz, [2, 3], False, dtype=None)", v);
        out.assign(v + "q", "torch.sum(torch.mul%2$s(%1$sz, %1$sz), [2, 3], False, dtype=None)", v,
                overwrites ? "_" : "");
        out.assign(v + "m", "torch.mm(%ss, %s)", v, matrix);
        out.assign(v + "e", "torch.addcmul(torch.mm(%1$sq, %2$s), %1$sm, %1$sm, value=-1)", v, matrix);
        out.assign(v + "a", "torch.mul(torch.rsqrt(torch.add(torch.clamp_min(%se, 0.), %s)), %s)", v,
                number(op.epsilon()), scale);
        out.assign(v + "b", "torch.addcmul(%2$s, %1$sm, %1$sa, value=-1)", v, shift);
        // Below single precision the input is rounded more coarsely than what a sum of squares loses.
        boolean exact = profile.precision() == Precision.FLOAT32;
        out.assign(exact ? v + "y" : v, "torch.addcmul(torch.reshape(torch.to(%1$sb, %2$d), [-1, %3$d, 1, 1]), %4$s,"
                + " torch.reshape(torch.to(%1$sa, %2$d), [-1, %3$d, 1, 1]))", v, code, value.channels(), x);
        if (exact) {
            exact(v, libtorch(x, op, scale, shift));
        }
    }

    /**
     * Writes {@code v}: the norm by sums {@code vy}, but for rows whose variance is lost in their mean square. A row decides by
     * itself, so that its bits do not depend on its neighbours.
     */
    private void exact(String v, String libtorch) {
        out.assign(v + "c", "torch.lt(torch.mul(%1$se, %2$s), torch.mul(%1$sm, %1$sm))", v, number(LARGEST_QUOTIENT));
        out.when("bool(torch.any(%sc))", v);
        out.assign("  " + v, "torch.where(torch.reshape(torch.any(%1$sc, 1), [-1, 1, 1, 1]), %2$s, %1$sy)", v,
                libtorch);
        out.otherwise();
        out.assign("  " + v, "%sy", v);
    }

    /**
     * Returns the expression of libtorch's operator. On contiguous memory it subtracts the mean before it squares; on
     * channels-last memory a processor's does not, and loses what sums lose.
     */
    private String libtorch(String x, Op.GroupNorm op, String scale, String shift) {
        return String.format(Locale.ROOT, "torch.group_norm(%s, %d, %s, %s, %s)",
                profile.channelsLast() ? "torch.contiguous(" + x + ", memory_format=0)" : x, op.groups(), scale, shift,
                number(op.epsilon()));
    }

    private static Groups groups(Value norm) {
        return new Groups(norm.channels(), ((Op.GroupNorm) norm.op()).groups(), norm.dim(1) * norm.dim(2));
    }

    /**
     * What an averaging matrix depends on.
     *
     * @param channels of the image
     * @param groups into which they are divided
     * @param area height times width
     */
    record Groups(int channels, int groups, int area) {

        /** Returns the variable that holds the matrix. */
        String variable() {
            return "g" + channels + "_" + groups + "_" + area;
        }

        /** Returns the expression of the matrix on a device: {@code [channels, channels]} in float32. */
        String text(String device) {
            String like = "dtype=6, layout=None, device=" + device + ", pin_memory=False";
            int each = channels / groups;
            return String.format(Locale.ROOT,
                    "torch.div(torch.kron(torch.eye(%1$d, %3$s), torch.ones([%2$d, %2$d], %3$s)), %4$s)", groups, each,
                    like, number((double) each * area));
        }
    }
}
