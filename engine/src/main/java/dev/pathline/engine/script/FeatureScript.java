package dev.pathline.engine.script;

import static dev.pathline.engine.script.ScriptEmitter.in;
import static dev.pathline.engine.script.ScriptEmitter.name;
import static dev.pathline.engine.script.ScriptEmitter.number;

import dev.pathline.engine.graph.Op;
import dev.pathline.engine.graph.Value;
import dev.pathline.engine.script.NumericProfile.Precision;

/**
 * Writes the statements that make features of times and of places. They are computed in float32 or better and rounded
 * at the end: an angle of 1000 rad in bfloat16 is off by a whole turn.
 */
final class FeatureScript {

    private final Precision precision;
    private final Precision wide;
    private final Statements out;

    FeatureScript(Precision precision, Statements out) {
        this.precision = precision;
        this.wide = precision == Precision.FLOAT64 ? Precision.FLOAT64 : Precision.FLOAT32;
        this.out = out;
    }

    void sinusoid(Value value, Op.Sinusoid op) {
        String v = name(value);
        int half = op.width() / 2;
        // The order of the roundings is diffusers': at t = 999 one more is an error of 1e-4 rad.
        out.assign(v + "f", "torch.exp(torch.div(torch.mul(%s, %s), %s))", range(half, wide, in(value, 0)),
                number(-Math.log(op.period())), number(half - op.freqShift()));
        out.assign(v + "t", "torch.mul(torch.unsqueeze(%s, 1), %sf)", in(value, 0), v);
        out.assign(v + "p", op.scale() == 1 ? "%st" : "torch.mul(%st, %s)", v, number(op.scale()));
        String first = op.cosFirst() ? "cos" : "sin";
        String second = op.cosFirst() ? "sin" : "cos";
        out.assign(v + "w", "torch.cat([torch.%2$s(%1$sp), torch.%3$s(%1$sp)], 1)", v, first, second);
        out.assign(v, op.width() % 2 == 0 ? "torch.to(%sw, %d)" : "torch.to(torch.constant_pad_nd(%sw, [0, 1], 0), %d)",
                v, precision.code());
    }

    void logFourier(Value value) {
        String v = name(value);
        out.assign(v + "p", "torch.mul(torch.mul(torch.mul(torch.unsqueeze(torch.log(%s), 1), %s), 2), %s)",
                in(value, 0), in(value, 1), number(Math.PI));
        out.assign(v, "torch.to(torch.cat([torch.sin(%1$sp), torch.cos(%1$sp)], 1), %2$d)", v, precision.code());
    }

    /** The table is small work: sines of the columns and of the rows alone, repeated over the grid. */
    void positions(Value value, Op.AddPositions op) {
        String v = name(value);
        int width = value.dim(1);
        out.assign(v + "f", "torch.exp(torch.mul(%s, %s))", range(width / 4, Precision.FLOAT64, in(value, 0)),
                number(-4 * Math.log(10_000) / width));
        waves(v, "c", op.width(), value);
        waves(v, "r", op.height(), value);
        out.assign(v + "t", "torch.cat([torch.expand(torch.unsqueeze(%1$sc, 0), [%2$d, %3$d, %4$d]), "
                + "torch.expand(torch.unsqueeze(%1$sr, 1), [%2$d, %3$d, %4$d])], 2)", v, op.height(), op.width(),
                width / 2);
        out.assign(v, "torch.to(torch.add(%s, torch.reshape(torch.to(%st, %d), [1, %d, %d])), %d)", in(value, 0), v,
                wide.code(), value.dim(0), width, precision.code());
    }

    /** Sines and cosines of the numbers from 0 on, times the frequencies. */
    private void waves(String v, String suffix, int length, Value value) {
        out.assign(v + suffix + "p", "torch.mul(torch.unsqueeze(%s, 1), %sf)",
                range(length, Precision.FLOAT64, in(value, 0)), v);
        out.assign(v + suffix, "torch.cat([torch.sin(%1$s%2$sp), torch.cos(%1$s%2$sp)], 1)", v, suffix);
    }

    /** The numbers from 0 on, on the device of {@code neighbour}. */
    private static String range(int size, Precision type, String neighbour) {
        return "torch.arange(" + size + ", dtype=" + type.code() + ", layout=None, device=ops.prim.device(" + neighbour
                + "), pin_memory=False)";
    }
}
