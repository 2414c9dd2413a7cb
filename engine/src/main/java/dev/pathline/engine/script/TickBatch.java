package dev.pathline.engine.script;

/** The host side of one tick; arrays are handed over, not copied. {@code n} slots take part with {@code r} rows. */
public final class TickBatch {

    final long[] slots;
    final float[] coefficients;
    final float[] noise;
    final long[] rowSlots;
    final float[] rowTimes;
    final long[] rowLabels;
    final float[] rowWeights;
    final long[] previews;
    final long[] finished;
    final boolean dynamic;

    /**
     * Creates a batch.
     *
     * @param slots {@code [n]} indices into the state
     * @param coefficients {@code [n, coefficientCount]}
     * @param noise {@code [n, ...]} standard normal, or empty where no slot needs any
     * @param rowSlots {@code [r]} places in {@code slots}
     * @param rowTimes {@code [r]} the network's time
     * @param rowLabels {@code [r]} class indices; 0 for a network without labels
     * @param rowWeights {@code [r]} the share of the row in its slot's output
     * @param previews what is wanted: {@code i} for the prediction of {@code x0} of slot {@code i} of this batch,
     *        {@code n + i} for its new point
     * @param finished places in {@code slots} that end with this tick
     * @param dynamic whether any slot uses dynamic thresholding
     */
    public TickBatch(long[] slots, float[] coefficients, float[] noise, long[] rowSlots, float[] rowTimes,
            long[] rowLabels, float[] rowWeights, long[] previews, long[] finished, boolean dynamic) {
        this.slots = slots;
        this.coefficients = coefficients;
        this.noise = noise;
        this.rowSlots = rowSlots;
        this.rowTimes = rowTimes;
        this.rowLabels = rowLabels;
        this.rowWeights = rowWeights;
        this.previews = previews;
        this.finished = finished;
        this.dynamic = dynamic;
    }
}
