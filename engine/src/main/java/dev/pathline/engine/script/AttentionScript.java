package dev.pathline.engine.script;

import static dev.pathline.engine.script.ScriptEmitter.name;
import static dev.pathline.engine.script.ScriptEmitter.number;

import dev.pathline.engine.graph.Op;
import dev.pathline.engine.graph.Value;
import dev.pathline.engine.script.NumericProfile.Precision;
import java.util.List;
import java.util.Optional;

/**
 * Writes the statements of multi-head attention.
 *
 * <p>Implementation note. In bfloat16 libtorch's softmax takes longer than both products of an attention, most of it for
 * the largest score and the division of every score. Inference takes the exponentials of the scores as they are, which
 * have float32's range, gets their sum from columns of ones beside the values, and divides the result. Rows whose sum
 * leaves the range in which that is exact are computed again with a softmax; which way a row goes depends on it alone,
 * so that its bits do not depend on its neighbours.
 *
 * <p>Single precision does the same with powers of two, since libtorch takes {@code exp} in single precision from MKL, which
 * is several times as slow on some processors; the logarithm is part of the queries' scale. bfloat16 would round that
 * scale, and with it every score.
 */
final class AttentionScript {

    private static final List<String> PARTS = List.of("q", "k", "v");

    /** What the scores of one tile may take: about the second-level cache of one core. */
    private static final long TILE_BYTES = 1_250_000;

    /**
     * Sums of exponentials between these, powers of two, lose nothing: an exponential that is lost to zero is smaller than
     * 2^-60 of the sum, and products with values of up to 2^60 are finite.
     */
    private static final double LEAST_SUM = 0x1p-64;
    private static final double LARGEST_SUM = 0x1p64;

    /** From powers of e to powers of 2. */
    private static final double LOG2_E = 1 / Math.log(2);

    /** The products of a processor are in blocks of so many columns. */
    private static final int COLUMNS = 16;

    private final Precision precision;
    private final ScriptEmitter.Attention form;
    private final boolean infers;
    private final Statements out;

    /**
     * A writer.
     *
     * @param infers whether no derivatives are taken
     */
    AttentionScript(Precision precision, ScriptEmitter.Attention form, boolean infers, Statements out) {
        this.precision = precision;
        this.form = form;
        this.infers = infers;
        this.out = out;
    }

    /**
     * Writes an attention.
     *
     * @param given the variables of query, key and value, which have as many rows each
     * @param common the variable that holds query, key and value side by side, if one does
     */
    void write(Value value, Op.Attention op, List<String> given, Optional<String> common) {
        String v = name(value);
        int length = value.dim(0);
        int width = value.dim(1);
        int headWidth = width / op.heads();
        String scale = number(1 / Math.sqrt((double) headWidth));
        switch (form) {
            case FUSED -> {
                heads(value, op.heads(), headWidth, given);
                out.assign(v + "o", "torch.scaled_dot_product_attention(%1$sq, %1$sk, %1$sv)", v);
            }
            case PLAIN -> {
                heads(value, op.heads(), headWidth, given);
                out.assign(v + "w",
                        "torch.softmax(torch.matmul(torch.mul(%1$sq, %2$s), torch.transpose(%1$sk, 2, 3)), -1)",
                        v, scale);
                out.assign(v + "o", "torch.matmul(%1$sw, %1$sv)", v);
            }
            case TILED -> {
                matrices(value, op.heads(), headWidth, given, common);
                tiles(value, op.heads(), headWidth, scale);
            }
            case TRANSPOSED -> {
                columns(value, op.heads(), headWidth, given, common);
                transposed(value, op.heads(), headWidth);
            }
        }
        out.assign(v, "torch.reshape(torch.transpose(%so, 1, 2), [-1, %d, %d])", v, length, width);
    }

    /** Writes {@code vq}, {@code vk} and {@code vv}: {@code [N, heads, length, width]}, each with its own length. */
    private void heads(Value value, int heads, int headWidth, List<String> given) {
        for (int i = 0; i < PARTS.size(); i++) {
            out.assign(name(value) + PARTS.get(i), "torch.transpose(torch.reshape(%s, [-1, %d, %d, %d]), 1, 2)",
                    given.get(i), value.inputs().get(i).dim(0), heads, headWidth);
        }
    }

    /**
     * Writes {@code vq}, {@code vk} and {@code vv}: {@code [N heads, length, width]}. One copy brings query, key and value of
     * every head together where they are equally long.
     */
    private void matrices(Value value, int heads, int headWidth, List<String> given, Optional<String> common) {
        String v = name(value);
        if (value.inputs().stream().map(input -> input.dim(0)).distinct().count() == 1) {
            out.assign(v + "c", "torch.permute(torch.reshape(%s, [-1, %d, 3, %d, %d]), [2, 0, 3, 1, 4])",
                    common.orElseGet(() -> "torch.cat([" + String.join(", ", given) + "], 2)"), value.dim(0), heads,
                    headWidth);
            out.assign(v + "q, " + v + "k, " + v + "v, ",
                    "torch.unbind(torch.reshape(torch.contiguous(%sc, memory_format=0), [3, -1, %d, %d]), 0)", v,
                    value.dim(0), headWidth);
            return;
        }
        for (int i = 0; i < PARTS.size(); i++) {
            int length = value.inputs().get(i).dim(0);
            out.assign(v + PARTS.get(i), "torch.reshape(torch.transpose(torch.reshape(%s, [-1, %d, %d, %d]), 1, 2),"
                    + " [-1, %d, %d])", given.get(i), length, heads, headWidth, length, headWidth);
        }
    }

    /**
     * libtorch's fused operator works through the keys in small blocks with matrix products of its own, slowly where
     * heads are narrow; three batched operators on scores that stay in the cache take half its time.
     */
    private void tiles(Value value, int heads, int headWidth, String scale) {
        String v = name(value);
        int length = value.dim(0);
        long matrices = matricesOfATile(value, heads);
        out.assign(v + "qt", "torch.split(torch.mul(%sq, %s), %d, 0)", v, scale, matrices);
        out.assign(v + "kt", "torch.split(%sk, %d, 0)", v, matrices);
        out.assign(v + "vt", "torch.split(%sv, %d, 0)", v, matrices);
        if (infers && precision == Precision.BFLOAT16) {
            exponentials(v, headWidth, matrices);
        } else {
            softmax(v, "");
        }
        out.assign(v + "o", "torch.reshape(%sr, [-1, %d, %d, %d])", v, heads, length, headWidth);
    }

    /** Writes {@code vr}, the results of all heads, tile by tile. */
    private void softmax(String v, String indent) {
        out.assign(indent + v + "p", "annotate(List[Tensor], [])");
        out.loop(indent, "range(torch.len(" + v + "qt))");
        out.assign(indent + "  " + v + "w",
                "torch.softmax(torch.bmm(%1$sqt[i], torch.transpose(%1$skt[i], 1, 2)), -1)", v);
        out.assign(indent + "  _" + v, "torch.append(%1$sp, torch.bmm(%1$sw, %1$svt[i]))", v);
        out.assign(indent + v + "r", "torch.cat(%sp, 0)", v);
    }

    /** Writes {@code vr} without a softmax, but for rows whose exponentials leave the range. */
    private void exponentials(String v, int headWidth, long matrices) {
        out.assign(v + "u", "torch.split(torch.constant_pad_nd(%sv, [0, %d], 1), %d, 0)", v,
                COLUMNS - headWidth % COLUMNS, matrices);
        out.assign(v + "e", "annotate(List[Tensor], [])");
        out.loop("", "range(torch.len(" + v + "qt))");
        out.assign("  _" + v + "e", "torch.append(%1$se, torch.bmm(torch.exp_(torch.bmm(%1$sqt[i],"
                + " torch.transpose(%1$skt[i], 1, 2))), %1$su[i]))", v);
        out.assign(v + "t", "torch.cat(%se, 0)", v);
        out.assign(v + "s", "torch.narrow(%st, 2, %d, 1)", v, headWidth);
        out.assign(v + "d", "torch.div(torch.narrow(%1$st, 2, 0, %2$d), %1$ss)", v, headWidth);
        guarded(v, () -> softmax(v, "  "));
    }

    /**
     * Writes {@code vr}: the quotients {@code vd}, or where a sum {@code vs} is out of range what {@code softmax} writes as
     * {@code vr}.
     */
    private void guarded(String v, Runnable softmax) {
        out.assign(v + "l, " + v + "h, ", "torch.aminmax(%ss)", v);
        // Not a number is in no range.
        out.when("torch.__and__(torch.gt(float(%1$sl), %2$s), torch.lt(float(%1$sh), %3$s))", v, number(LEAST_SUM),
                number(LARGEST_SUM));
        out.assign("  " + v + "r", "%sd", v);
        out.otherwise();
        softmax.run();
        out.assign("  " + v + "r", "torch.where(torch.bitwise_and(torch.gt(%1$ss, %2$s), torch.lt(%1$ss, %3$s)), %1$sd,"
                + " %1$sr)", v, number(LEAST_SUM), number(LARGEST_SUM));
    }

    private long matricesOfATile(Value value, int heads) {
        long scores = (long) value.dim(0) * value.inputs().get(1).dim(0);
        return heads * Math.max(1, TILE_BYTES / (heads * scores * precision.bytes()));
    }

    /** Writes {@code vq}, {@code vk} and {@code vv}: {@code [N heads, width, length]}, each with its own length. */
    private void columns(Value value, int heads, int headWidth, List<String> given, Optional<String> common) {
        String v = name(value);
        if (common.isPresent()) {
            out.assign(v + "c", "torch.permute(torch.reshape(%s, [-1, %d, 3, %d]), [2, 0, 3, 1])", common.get(),
                    value.dim(0), heads * headWidth);
            out.assign(v + "q, " + v + "k, " + v + "v, ",
                    "torch.unbind(torch.reshape(torch.contiguous(%sc, memory_format=0), [3, -1, %d, %d]), 0)", v,
                    headWidth, value.dim(0));
            return;
        }
        for (int i = 0; i < PARTS.size(); i++) {
            out.assign(v + PARTS.get(i),
                    "torch.reshape(torch.contiguous(torch.transpose(%s, 1, 2), memory_format=0), [-1, %d, %d])",
                    given.get(i), headWidth, value.inputs().get(i).dim(0));
        }
    }

    /**
     * Writes {@code vo} with queries in columns: the product with the values is faster so. The sums are a row of ones below
     * the values.
     */
    private void transposed(Value value, int heads, int headWidth) {
        String v = name(value);
        int length = value.dim(0);
        long matrices = matricesOfATile(value, heads);
        out.assign(v + "qt", "torch.split(torch.mul(%sq, %s), %d, 0)", v,
                number(LOG2_E / Math.sqrt((double) headWidth)), matrices);
        out.assign(v + "kt", "torch.split(torch.transpose(%sk, 1, 2), %d, 0)", v, matrices);
        out.assign(v + "vt", "torch.split(torch.constant_pad_nd(%sv, [0, 0, 0, 1], 1), %d, 0)", v, matrices);
        out.assign(v + "p", "annotate(List[Tensor], [])");
        out.loop("", "range(torch.len(" + v + "qt))");
        out.assign("  _" + v + "p",
                "torch.append(%1$sp, torch.bmm(%1$svt[i], torch.exp2_(torch.bmm(%1$skt[i], %1$sqt[i]))))", v);
        out.assign(v + "t", "torch.cat(%sp, 0)", v);
        out.assign(v + "s", "torch.narrow(%st, 1, %d, 1)", v, headWidth);
        out.assign(v + "d", "torch.div(torch.narrow(%1$st, 1, 0, %2$d), %1$ss)", v, headWidth);
        guarded(v, () -> {
            out.assign("  " + v + "n", "torch.split(torch.mul(%sq, %s), %d, 0)", v,
                    number(1 / Math.sqrt((double) headWidth)), matrices);
            out.assign("  " + v + "x", "annotate(List[Tensor], [])");
            out.loop("  ", "range(torch.len(" + v + "n))");
            out.assign("    _" + v + "x",
                    "torch.append(%1$sx, torch.bmm(%1$svt[i], torch.softmax(torch.bmm(%1$skt[i], %1$sn[i]), 1)))", v);
            out.assign("  " + v + "r", "torch.narrow(torch.cat(%sx, 0), 1, 0, %d)", v, headWidth);
        });
        out.assign(v + "o", "torch.transpose(torch.reshape(%sr, [-1, %d, %d, %d]), 2, 3)", v, heads, headWidth, length);
    }
}
