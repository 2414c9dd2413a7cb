package dev.pathline.engine.sampling;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.pathline.diffusion.noise.NoiseKey;
import dev.pathline.diffusion.noise.NoiseSource;
import dev.pathline.engine.script.InferenceProgram;
import dev.pathline.engine.script.InferenceProgram.TickResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/**
 * The batched executor of one model: samples enter slots, and every {@link #tick()} advances all of them by one stage
 * with one network evaluation, whatever their solvers, step counts and guidance scales. Samples join and leave at every
 * tick.
 *
 * <p>Use on the compute thread only.
 */
public final class Lane implements AutoCloseable {

    private final LoadedModel model;
    private final NoiseSource noise;
    private final NDManager manager;
    private final NDArray state;
    private final Shape sampleShape;
    private final int sampleSize;
    private final List<Slot> active = new ArrayList<>();
    private final Deque<Integer> free = new ArrayDeque<>();

    /**
     * A lane with room for {@code capacity} samples at once.
     *
     * @param model stays the caller's to close, after the lane
     */
    public Lane(LoadedModel model, NoiseSource noise, int capacity) {
        this.model = model;
        this.noise = noise;
        this.manager = model.torch().newManager();
        this.sampleShape = new Shape(model.card().shape().stream().mapToLong(Integer::longValue).toArray());
        this.sampleSize = Math.toIntExact(sampleShape.size());
        this.state = manager.zeros(new Shape(capacity, InferenceProgram.REGISTERS).addAll(sampleShape));
        for (int i = 0; i < capacity; i++) {
            free.add(i);
        }
    }

    /** Returns how many more samples may enter. */
    public int room() {
        return free.size();
    }

    /** Returns how many samples are under way. */
    public int active() {
        return active.size();
    }

    /** Returns how many rows the next tick evaluates. */
    public int nextRows() {
        return active.stream().mapToInt(slot -> slot.current().rows()).sum();
    }

    /**
     * Lets a sample enter.
     *
     * @throws IllegalStateException if there is no room
     */
    public void admit(SlotTask task) {
        Integer index = free.poll();
        if (index == null) {
            throw new IllegalStateException("the lane is full");
        }
        float[] start = new float[sampleSize];
        noise.fill(NoiseKey.initial(task.seed(), task.index()), start);
        float scale = (float) task.plan().initialScale();
        // Every register is overwritten: a NaN that the last sample left would survive a weight of zero.
        float[] registers = new float[InferenceProgram.REGISTERS * sampleSize];
        for (int i = 0; i < sampleSize; i++) {
            registers[i] = scale * start[i];
            registers[sampleSize + i] = registers[i];
        }
        try (NDManager scratch = manager.newSubManager()) {
            state.set(new NDIndex(index),
                    scratch.create(registers, new Shape(InferenceProgram.REGISTERS).addAll(sampleShape)));
        }
        active.add(new Slot(index, task));
    }

    /** Drops the samples of tasks that are no longer wanted; they hear nothing more. */
    public void removeIf(Predicate<SlotTask> unwanted) {
        active.removeIf(slot -> {
            boolean drop = unwanted.test(slot.task);
            if (drop) {
                free.add(slot.index);
            }
            return drop;
        });
    }

    /** Advances every sample by one stage; does nothing when there is none. */
    public void tick() {
        if (active.isEmpty()) {
            return;
        }
        var gather = new TickGather(active, model, noise, sampleSize);
        try (NDManager scratch = manager.newSubManager()) {
            TickResult result = model.program().tick(scratch, state, gather.batch(), model.weights());
            float[] finite = result.finite().toFloatArray();
            float[] previews = gather.previewCount() == 0 ? new float[0] : result.previews().toFloatArray();
            float[] finished = gather.finishedCount() == 0 ? new float[0] : result.finished().toFloatArray();
            scatter(gather.previewPlaces(), finite, previews, finished);
        }
    }

    private void scatter(int[] places, float[] finite, float[] previews, float[] finished) {
        int end = 0;
        var leaving = new ArrayList<Slot>();
        for (int i = 0; i < active.size(); i++) {
            Slot slot = active.get(i);
            SlotListener listener = slot.task.listener();
            boolean last = slot.isLastStage();
            float[] image = places[i] < 0 ? new float[0] : copy(previews, places[i]);
            float[] sample = last ? copy(finished, end++) : new float[0];
            if (finite[i] == 0) {
                leaving.add(slot);
                listener.failed("the network's output is not finite at step " + (slot.currentStep() + 1) + " of "
                        + slot.task.plan().steps() + " (model " + model.card().name() + ", profile "
                        + model.profile().name() + ")");
                continue;
            }
            if (slot.endsStep()) {
                var call = slot.current().call();
                listener.stepped(slot.currentStep(), call == null ? Double.NaN : call.sigma(), image);
            }
            if (last) {
                leaving.add(slot);
                listener.finished(sample);
            } else {
                slot.stage++;
            }
        }
        for (Slot slot : leaving) {
            active.remove(slot);
            free.add(slot.index);
        }
    }

    private float[] copy(float[] all, int place) {
        return Arrays.copyOfRange(all, place * sampleSize, (place + 1) * sampleSize);
    }

    @Override
    public void close() {
        manager.close();
    }
}
