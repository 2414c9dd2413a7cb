package dev.pathline.engine.training;

import java.util.Map;

/**
 * The host side of one optimiser step. Arrays are row-major; who receives a batch owns it.
 *
 * <p>A plain class, not a record: it carries arrays, and nobody compares batches.
 */
final class Batch {

    final long step;
    final float[] data;
    final float[] noise;
    final float[] rows;
    final int levels;
    final Map<String, long[]> indices;
    final Map<String, float[]> values;

    /**
     * @param step the step it belongs to, from 1
     * @param data {@code [N, ...]}
     * @param noise of the shape of the data, or empty
     * @param rows {@code [N, width]}, the scalars of each row; or empty
     * @param levels which of a row's scalars is its noise level
     * @param indices by name the network's inputs that are an index a row, {@code [N]}
     * @param values by name its inputs that are numbers, {@code [N, ...]}
     */
    Batch(long step, float[] data, float[] noise, float[] rows, int levels, Map<String, long[]> indices,
            Map<String, float[]> values) {
        this.step = step;
        this.data = data;
        this.noise = noise;
        this.rows = rows;
        this.levels = levels;
        this.indices = indices;
        this.values = values;
    }

    /** Returns the noise level of one of so many rows; NaN where rows have none. */
    double noiseLevel(int row, int of) {
        return rows.length == 0 ? Double.NaN : rows[row * (rows.length / of) + levels];
    }
}
