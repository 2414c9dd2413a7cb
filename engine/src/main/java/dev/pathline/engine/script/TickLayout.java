package dev.pathline.engine.script;

import dev.pathline.diffusion.plan.Combination;
import dev.pathline.diffusion.plan.LangevinStep;
import dev.pathline.diffusion.plan.NetworkCall;
import dev.pathline.diffusion.plan.Stage;
import dev.pathline.diffusion.plan.ValueOperation;

/**
 * The columns of the tick's coefficients: what one slot brings to an update that is the same for all slots.
 *
 * <p>Scripts and Java agree on the order by this enum alone: the position of a constant is
 * its column, in memory only, never stored.
 */
@SuppressWarnings("EnumOrdinal")
enum TickLayout {
    INPUT_SCALE, DATA_FROM_X, DATA_FROM_OUTPUT, VALUE_FROM_X, VALUE_FROM_OUTPUT, VALUE_FROM_DATA, LOW, HIGH, QUANTILE, MAXIMUM, RESCALE, RATE, SIZE, SCORE_FROM_X, SCORE_FROM_M0, EVALUATED, X_FROM_X, X_FROM_Y, X_FROM_DATA, X_FROM_M0, X_FROM_M1, X_FROM_M2, X_FROM_M3, X_FROM_NOISE, Y_FROM_X, Y_FROM_Y, Y_FROM_DATA, Y_FROM_M0, Y_FROM_M1, Y_FROM_M2, Y_FROM_M3, Y_FROM_NOISE;

    /** The number of columns. */
    static final int WIDTH = values().length;

    /** Writes a stage's coefficients to a row. */
    static void write(Stage stage, float[] target, int offset) {
        set(target, offset, LOW, Double.NEGATIVE_INFINITY);
        set(target, offset, HIGH, Double.POSITIVE_INFINITY);
        NetworkCall call = stage.call();
        if (call != null) {
            set(target, offset, INPUT_SCALE, call.inputScale());
            set(target, offset, DATA_FROM_X, call.dataFromX());
            set(target, offset, DATA_FROM_OUTPUT, call.dataFromOutput());
            set(target, offset, VALUE_FROM_X, call.valueFromX());
            set(target, offset, VALUE_FROM_OUTPUT, call.valueFromOutput());
            set(target, offset, VALUE_FROM_DATA, call.valueFromData());
            set(target, offset, RESCALE, call.rescale());
            set(target, offset, EVALUATED, 1);
            switch (call.operation()) {
                case ValueOperation.Identity identity -> {
                }
                case ValueOperation.Clip(double low, double high) -> {
                    set(target, offset, LOW, low);
                    set(target, offset, HIGH, high);
                }
                case ValueOperation.DynamicThreshold(double quantile, double maximum) -> {
                    set(target, offset, QUANTILE, quantile);
                    set(target, offset, MAXIMUM, maximum);
                }
            }
        }
        LangevinStep langevin = stage.langevin();
        if (langevin != null) {
            set(target, offset, RATE, langevin.rate());
            // 0 where the size follows from the sample's norms.
            set(target, offset, SIZE, langevin.isSized() ? langevin.size() : 0);
            set(target, offset, SCORE_FROM_X, langevin.scoreFromX());
            set(target, offset, SCORE_FROM_M0, langevin.scoreFromM0());
        }
        write(stage.nextX(), target, offset + X_FROM_X.index());
        write(stage.nextY(), target, offset + Y_FROM_X.index());
    }

    private static void write(Combination weights, float[] target, int at) {
        target[at] = (float) weights.x();
        target[at + 1] = (float) weights.y();
        target[at + 2] = (float) weights.data();
        for (int k = 0; k < Combination.HISTORY; k++) {
            target[at + 3 + k] = (float) weights.history(k);
        }
        target[at + 3 + Combination.HISTORY] = (float) weights.noise();
    }

    private static void set(float[] target, int offset, TickLayout column, double value) {
        target[offset + column.index()] = (float) value;
    }

    /** Returns the column's place in a row of coefficients. */
    int index() {
        return ordinal();
    }

    /** Returns the column at a place. */
    static TickLayout at(int index) {
        return values()[index];
    }

    /** Returns the script's name of a column that has been shaped to multiply samples. */
    String variable() {
        return "k" + ordinal();
    }
}
