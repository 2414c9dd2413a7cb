package dev.pathline.engine.script;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * Weights as a program wants them: cast and laid out. Opaque on purpose: DJL aborts the JVM when anything asks it for
 * the type of a bfloat16 tensor, printing one included.
 */
public final class PreparedWeights {

    private final List<NDArray> arrays;

    PreparedWeights(List<NDArray> arrays) {
        this.arrays = arrays;
    }

    List<NDArray> arrays() {
        return arrays;
    }
}
