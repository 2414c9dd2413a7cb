package dev.pathline.engine.sampling;

import dev.pathline.diffusion.plan.NetworkCall;
import dev.pathline.diffusion.plan.Stage;
import dev.pathline.engine.sampling.SlotListener.Preview;
import dev.pathline.engine.script.InferenceProgram;
import dev.pathline.engine.script.TickBatch;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Gathers the scalars and rows of a tick from the slots that take part. */
final class TickGather {

    private final List<Slot> slots;
    private final LoadedModel model;
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
    TickGather(List<Slot> slots, LoadedModel model, int sampleSize, int spare, int leastRows) {
        this.slots = slots;
        this.model = model;
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
        var rows = new Rows(Lane.rows(slots) + padding);
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.get(i);
            Stage stage = slot.current();
            indices[i] = slot.index();
            InferenceProgram.coefficients(stage, coefficients, i * width);
            NetworkCall call = stage.call();
            if (call != null) {
                rows.add(i, call, slot.task().label(), nullLabel());
            }
        }
        if (padding > 0) {
            rows.fill(slots.size());
        }
        // An index list must not be empty: the first sample stands in, and nobody reads it.
        return new TickBatch(indices, coefficients, noise(n), rows.slots, rows.times, rows.targets, rows.labels,
                rows.weights, rows.labelled, orFirst(previews), orFirst(finished),
                InferenceProgram.switches(slots.stream().map(Slot::current).toList()));
    }

    /** The index of the null class, which is there only for plans that guide. */
    private int nullLabel() {
        return model.card().classes().size();
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

    /** The rows of a network evaluation: one a slot, and a second without label where guidance wants both. */
    private static final class Rows {

        final long[] slots;
        final float[] times;
        final float[] targets;
        final long[] labels;
        final float[] weights;
        final float[] labelled;
        private int count;

        Rows(int size) {
            slots = new long[size];
            times = new float[size];
            targets = new float[size];
            labels = new long[size];
            weights = new float[size];
            labelled = new float[size];
        }

        void add(int slot, NetworkCall call, int label, int nullLabel) {
            boolean guided = call.rows() == 2;
            if (call.isUnconditional()) {
                put(slot, call, nullLabel, 1);
                return;
            }
            labelled[count] = 1;
            put(slot, call, label, guided ? call.guidanceScale() : 1);
            if (guided) {
                put(slot, call, nullLabel, 1 - call.guidanceScale());
            }
        }

        /**
         * Fills up with what the first row asks, which exists: not every network has a row of the class table for "no
         * label". The place's coefficients are zeros, so what the network says goes nowhere.
         */
        void fill(int slot) {
            int own = count;
            Arrays.fill(slots, own, slots.length, slot);
            Arrays.fill(times, own, times.length, times[0]);
            Arrays.fill(targets, own, targets.length, targets[0]);
            Arrays.fill(labels, own, labels.length, labels[0]);
            count = slots.length;
        }

        private void put(int slot, NetworkCall call, int label, double weight) {
            slots[count] = slot;
            times[count] = (float) call.time();
            targets[count] = (float) call.target();
            labels[count] = label;
            weights[count] = (float) weight;
            count++;
        }
    }
}
