package dev.pathline.engine.script;

import static dev.pathline.engine.script.ScriptEmitter.in;
import static dev.pathline.engine.script.ScriptEmitter.name;
import static dev.pathline.engine.script.ScriptEmitter.number;

import dev.pathline.engine.graph.Op;
import dev.pathline.engine.graph.Value;
import dev.pathline.engine.script.NumericProfile.Precision;
import java.util.Optional;

/** Writes the statements of multi-head attention. */
final class AttentionScript {

    /** What the scores of one tile may take: about the second-level cache of one core. */
    private static final long TILE_BYTES = 1_250_000;

    private final Precision precision;
    private final ScriptEmitter.Attention form;
    private final Statements out;

    AttentionScript(Precision precision, ScriptEmitter.Attention form, Statements out) {
        this.precision = precision;
        this.form = form;
        this.out = out;
    }

    /**
     * Writes an attention.
     *
     * @param common the variable that holds query, key and value side by side, if one does
     */
    void write(Value value, Op.Attention op, Optional<String> common) {
        String v = name(value);
        int length = value.dim(0);
        int width = value.dim(1);
        int headWidth = width / op.heads();
        String scale = number(1 / Math.sqrt((double) headWidth));
        switch (form) {
            case FUSED -> {
                heads(value, op.heads(), length, headWidth);
                out.assign(v + "o", "torch.scaled_dot_product_attention(%1$sq, %1$sk, %1$sv)", v);
            }
            case PLAIN -> {
                heads(value, op.heads(), length, headWidth);
                out.assign(v + "w",
                        "torch.softmax(torch.matmul(torch.mul(%1$sq, %2$s), torch.transpose(%1$sk, 2, 3)), -1)",
                        v, scale);
                out.assign(v + "o", "torch.matmul(%1$sw, %1$sv)", v);
            }
            case TILED -> tiles(v, common.orElseGet(() -> "torch.cat([" + in(value, 0) + ", " + in(value, 1) + ", "
                    + in(value, 2) + "], 2)"), op.heads(), length, headWidth, scale);
        }
        out.assign(v, "torch.reshape(torch.transpose(%so, 1, 2), [-1, %d, %d])", v, length, width);
    }

    private void heads(Value value, int heads, int length, int headWidth) {
        String[] parts = {"q", "k", "v"};
        for (int i = 0; i < parts.length; i++) {
            out.assign(name(value) + parts[i], "torch.transpose(torch.reshape(%s, [-1, %d, %d, %d]), 1, 2)",
                    in(value, i), length, heads, headWidth);
        }
    }

    /**
     * libtorch's fused operator works through the keys in small blocks with matrix products of its own, slowly where
     * heads are narrow; three batched operators on scores that stay in the cache take half its time. One copy brings
     * query, key and value of every head together.
     */
    private void tiles(String v, String common, int heads, int length, int headWidth, String scale) {
        long rows = Math.max(1, TILE_BYTES / ((long) heads * length * length * precision.bytes()));
        out.assign(v + "c", "torch.permute(torch.reshape(%s, [-1, %d, 3, %d, %d]), [2, 0, 3, 1, 4])", common, length,
                heads, headWidth);
        out.assign(v + "q, " + v + "k, " + v + "v, ",
                "torch.unbind(torch.reshape(torch.contiguous(%sc, memory_format=0), [3, -1, %d, %d]), 0)", v, length,
                headWidth);
        out.assign(v + "qt", "torch.split(torch.mul(%sq, %s), %d, 0)", v, scale, rows * heads);
        out.assign(v + "kt", "torch.split(%sk, %d, 0)", v, rows * heads);
        out.assign(v + "vt", "torch.split(%sv, %d, 0)", v, rows * heads);
        out.assign(v + "p", "annotate(List[Tensor], [])");
        out.loop("range(torch.len(" + v + "qt))");
        out.assign("  " + v + "w", "torch.softmax(torch.bmm(%1$sqt[i], torch.transpose(%1$skt[i], 1, 2)), -1)", v);
        out.assign("  _" + v, "torch.append(%1$sp, torch.bmm(%1$sw, %1$svt[i]))", v);
        out.assign(v + "o", "torch.reshape(torch.cat(%sp, 0), [-1, %d, %d, %d])", v, heads, length, headWidth);
    }
}
