package dev.pathline.engine.sampling;

import dev.pathline.diffusion.plan.NetworkCall;
import dev.pathline.diffusion.plan.Stage;
import dev.pathline.engine.sampling.Conditions.Condition;
import dev.pathline.engine.sampling.SlotListener.Preview;
import dev.pathline.engine.script.InferenceProgram;
import dev.pathline.engine.script.TickBatch;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Gathers the scalars and rows of a tick from the slots that take part. */
final class TickGather {

    private final List<Slot> slots;
    private final InputColumns columns;
    private final int sampleSize;
    private final int spare;
    private final int padding;
    private final int[] places;
    private final long[] previews;
    private final long[] finished;

    /**
     * Gathers.
     *
     * @param spare the place in the state that no sample has
     * @param leastRows the rows of an evaluation, filled up with some of the spare place
     */
    TickGather(List<Slot> slots, InputColumns columns, int sampleSize, int spare, int leastRows) {
        this.slots = slots;
        this.columns = columns;
        this.sampleSize = sampleSize;
        this.spare = spare;
        int rows = Lane.rows(slots);
        this.padding = rows == 0 ? 0 : Math.max(0, leastRows - rows);
        this.places = new int[slots.size()];
        this.previews = previews();
        this.finished = IntStream.range(0, slots.size()).filter(i -> slots.get(i).isLastStage()).mapToLong(i -> i)
                .toArray();
    }

    /** For each slot, where its preview is among the tick's previews, or -1. */
    int[] previewPlaces() {
        return places;
    }

    private long[] previews() {
        long[] wanted = new long[slots.size()];
        int count = 0;
        for (int i = 0; i < places.length; i++) {
            Slot slot = slots.get(i);
            Preview kind = slot.endsStep() && slot.current().call() != null
                    ? slot.task().listener().preview(slot.currentStep())
                    : Preview.NONE;
            places[i] = kind == Preview.NONE ? -1 : count;
            if (kind != Preview.NONE) {
                wanted[count++] = kind == Preview.DENOISED ? i : places() + i;
            }
        }
        return Arrays.copyOf(wanted, count);
    }

    /** The places of the state that take part. */
    private int places() {
        return padding == 0 ? slots.size() : slots.size() + 1;
    }

    int previewCount() {
        return previews.length;
    }

    int finishedCount() {
        return finished.length;
    }

    TickBatch batch() {
        int n = places();
        int width = InferenceProgram.coefficientCount();
        long[] indices = new long[n];
        Arrays.fill(indices, spare);
        float[] coefficients = new float[n * width];
        var rows = new Rows(columns, Lane.rows(slots) + padding);
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.get(i);
            Stage stage = slot.current();
            indices[i] = slot.index();
            InferenceProgram.coefficients(stage, coefficients, i * width);
            NetworkCall call = stage.call();
            if (call != null) {
                rows.add(i, call, slot.conditions());
            }
        }
        if (padding > 0) {
            rows.fill(slots.size());
        }
        // An index list must not be empty: the first sample stands in, and nobody reads it.
        return new TickBatch(indices, coefficients, noise(n), rows.slots, rows.inputs.table(), rows.weights,
                rows.conditional, orFirst(previews), orFirst(finished),
                InferenceProgram.switches(slots.stream().map(Slot::current).toList()));
    }

    private float[] noise(int n) {
        if (slots.stream().noneMatch(s -> s.current().needsNoise())) {
            return new float[0];
        }
        float[] all = new float[n * sampleSize];
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.get(i);
            if (slot.current().needsNoise()) {
                System.arraycopy(slot.noise().of(slot.stage()), 0, all, i * sampleSize, sampleSize);
            }
        }
        return all;
    }

    private static long[] orFirst(long[] places) {
        return places.length == 0 ? new long[]{0} : places;
    }

    /** The rows of a network evaluation: one a slot, and a second without conditions where guidance wants both. */
    private static final class Rows {

        final long[] slots;
        final InputColumns.Rows inputs;
        final float[] weights;
        final float[] conditional;
        private int count;

        Rows(InputColumns columns, int size) {
            slots = new long[size];
            inputs = columns.rows(size);
            weights = new float[size];
            conditional = new float[size];
        }

        void add(int slot, NetworkCall call, Condition[] conditions) {
            boolean guided = call.rows() == 2;
            if (!call.isUnconditional()) {
                inputs.put(count, call, conditions);
                conditional[count] = 1;
                place(slot, guided ? call.guidanceScale() : 1);
            }
            if (guided || call.isUnconditional()) {
                inputs.putUnconditional(count, call);
                place(slot, guided ? 1 - call.guidanceScale() : 1);
            }
        }

        private void place(int slot, double weight) {
            slots[count] = slot;
            weights[count] = (float) weight;
            count++;
        }

        /** Fills up with what the first row asks. The place's coefficients are zeros, so what the network says goes nowhere. */
        void fill(int slot) {
            Arrays.fill(slots, count, slots.length, slot);
            inputs.repeatFirst(count);
            count = slots.length;
        }
    }
}
