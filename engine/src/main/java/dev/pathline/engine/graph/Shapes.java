package dev.pathline.engine.graph;

import java.util.ArrayList;
import java.util.List;

/** The rules of shapes that several operators have in common. */
final class Shapes {

    private Shapes() {}

    /** The shape of two values that meet element by element. */
    static List<Integer> common(String where, Value a, Value b) {
        boolean fit = a.shape().size() == b.shape().size();
        var shape = new ArrayList<Integer>();
        for (int i = 0; fit && i < a.shape().size(); i++) {
            fit = a.dim(i) == b.dim(i) || a.dim(i) == 1 || b.dim(i) == 1;
            shape.add(Math.max(a.dim(i), b.dim(i)));
        }
        require(fit, where, "shapes do not fit: " + a.shape() + " and " + b.shape());
        return shape;
    }

    /** One number a row. */
    static void requireScalar(Value x, String name) {
        require(x.shape().isEmpty(), name, "needs one number a row, got " + x.shape());
    }

    /** Tokens of every place of a grid. */
    static void requireGrid(Value x, int height, int width, String name) {
        require(x.shape().size() == 2 && height > 0 && width > 0 && x.dim(0) == (long) height * width, name,
                x.shape() + " does not hold " + height + " x " + width + " positions");
    }

    /** Returns the value, an image. */
    static Value requireImage(Value x, String name) {
        require(x.shape().size() == 3, name, "needs an image [C,H,W], got " + x.shape());
        return x;
    }

    /** Throws with what is wrong where, unless the condition holds. */
    static void require(boolean condition, String where, String message) {
        if (!condition) {
            throw new IllegalArgumentException(where + ": " + message);
        }
    }
}
