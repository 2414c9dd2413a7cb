package dev.pathline.engine.script;

import static dev.pathline.engine.script.ScriptEmitter.in;
import static dev.pathline.engine.script.ScriptEmitter.name;
import static dev.pathline.engine.script.ScriptEmitter.number;

import dev.pathline.engine.graph.Op;
import dev.pathline.engine.graph.Value;
import dev.pathline.engine.script.NumericProfile.Precision;
import java.util.List;

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

    void write(Value value, Op.Attention op) {
        String v = name(value);
        int length = value.dim(0);
        int width = value.dim(1);
        int headWidth = width / op.heads();
        String[] parts = {"q", "k", "v"};
        for (int i = 0; i < parts.length; i++) {
            out.assign(v + parts[i], "torch.transpose(torch.reshape(%s, [-1, %d, %d, %d]), 1, 2)", in(value, i), length,
                    op.heads(), headWidth);
        }
        String scale = number(1 / Math.sqrt((double) headWidth));
        switch (form) {
            case FUSED -> out.assign(v + "o", "torch.scaled_dot_product_attention(%1$sq, %1$sk, %1$sv)", v);
            case PLAIN -> {
                out.assign(v + "w",
                        "torch.softmax(torch.matmul(torch.mul(%1$sq, %2$s), torch.transpose(%1$sk, 2, 3)), -1)",
                        v, scale);
                out.assign(v + "o", "torch.matmul(%1$sw, %1$sv)", v);
            }
            case TILED -> writeTiles(v, op.heads(), length, headWidth, scale);
        }
        out.assign(v, "torch.reshape(torch.transpose(%so, 1, 2), [-1, %d, %d])", v, length, width);
    }

    /**
     * libtorch's fused operator works through the keys in small blocks with matrix products of its own, slowly where
     * heads are narrow; three batched operators on scores that stay in the cache take half its time.
     */
    private void writeTiles(String v, int heads, int length, int headWidth, String scale) {
        long rows = Math.max(1, TILE_BYTES / ((long) heads * length * length * precision.bytes()));
        out.assign(v + "u", "torch.mul(%sq, %s)", v, scale);
        for (String part : List.of("u", "k", "v")) {
            out.assign(v + part + "t", "torch.split(torch.contiguous(torch.reshape(%s%s, [-1, %d, %d]),"
                    + " memory_format=0), %d, 0)", v, part, length, headWidth, rows * heads);
        }
        out.assign(v + "p", "annotate(List[Tensor], [])");
        out.loop("range(torch.len(" + v + "ut))");
        out.assign("  " + v + "w", "torch.softmax(torch.bmm(%1$sut[i], torch.transpose(%1$skt[i], 1, 2)), -1)", v);
        out.assign("  _" + v, "torch.append(%1$sp, torch.bmm(%1$sw, %1$svt[i]))", v);
        out.assign(v + "o", "torch.reshape(torch.cat(%sp, 0), [-1, %d, %d, %d])", v, heads, length, headWidth);
    }
}
