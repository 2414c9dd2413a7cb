package dev.pathline.engine.script;

/** The host side of one tick; arrays are handed over, not copied. {@code n} slots take part with {@code r} rows. */
public final class TickBatch {

    final long[] slots;
    final float[] coefficients;
    final float[] noise;
    final long[] rowSlots;
    final InputTable rowInputs;
    final float[] rowWeights;
    final float[] rowConditional;
    final long[] previews;
    final long[] finished;
    final float[] switches;

    /**
     * Creates a batch.
     *
     * @param slots {@code [n]} indices into the state
     * @param coefficients {@code [n, coefficientCount]}
     * @param noise {@code [n, ...]} standard normal, or empty where no slot needs any
     * @param rowSlots {@code [r]} places in {@code slots}
     * @param rowInputs {@code r} rows of what the network takes beside the samples, by name
     * @param rowWeights {@code [r]} the share of the row in its slot's output
     * @param rowConditional {@code [r]} 1 for the row with the slot's own conditions, 0 for the other
     * @param previews what is wanted: {@code i} for the prediction of {@code x0} of slot {@code i} of this batch,
     *        {@code n + i} for its new point
     * @param finished places in {@code slots} that end with this tick
     * @param switches what the tick has to compute, see {@link InferenceProgram#switches}
     */
    public TickBatch(long[] slots, float[] coefficients, float[] noise, long[] rowSlots, InputTable rowInputs,
            float[] rowWeights, float[] rowConditional, long[] previews, long[] finished, float[] switches) {
        this.slots = slots;
        this.coefficients = coefficients;
        this.noise = noise;
        this.rowSlots = rowSlots;
        this.rowInputs = rowInputs;
        this.rowWeights = rowWeights;
        this.rowConditional = rowConditional;
        this.previews = previews;
        this.finished = finished;
        this.switches = switches;
    }

    /** Returns the rows of network evaluation. */
    public int rows() {
        return rowSlots.length;
    }
}
