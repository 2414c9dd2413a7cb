package dev.pathline.engine.training;

/**
 * The host side of one optimiser step. Arrays are row-major; who receives a batch owns it.
 *
 * <p>A plain class, not a record: it carries arrays, and nobody compares batches.
 */
final class Batch {

    final long step;
    final float[] data;
    final float[] noise;
    final float[] coefficients;
    final long[] labels;
    final float[] augmentation;

    /**
     * @param step the step it belongs to, from 1
     * @param data {@code [N, ...]}
     * @param noise of the shape of the data, or empty
     * @param coefficients {@code [N, 8]}, or empty
     * @param labels {@code [N]}, or empty
     * @param augmentation {@code [N, A]}, or empty
     */
    Batch(long step, float[] data, float[] noise, float[] coefficients, long[] labels, float[] augmentation) {
        this.step = step;
        this.data = data;
        this.noise = noise;
        this.coefficients = coefficients;
        this.labels = labels;
        this.augmentation = augmentation;
    }
}
