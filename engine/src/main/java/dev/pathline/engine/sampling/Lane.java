package dev.pathline.engine.sampling;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.pathline.diffusion.noise.NoiseSource;
import dev.pathline.engine.sampling.Conditions.Condition;
import dev.pathline.engine.script.InferenceProgram;
import dev.pathline.engine.script.TickProgram;
import dev.pathline.engine.script.TickProgram.TickResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/**
 * The batched executor of one model: samples enter slots, and every {@link #tick(List, int) tick} advances them by one
 * stage with one network evaluation, whatever their solvers, step counts and guidance scales. Samples join and leave at
 * every tick; those that a tick leaves out stay where they are.
 *
 * <p>Use on the compute thread only.
 */
public final class Lane implements AutoCloseable {

    private final LoadedModel model;
    private final TickProgram program;
    private final NoiseSource noise;
    private final InputColumns columns;
    private final NDManager manager;
    private final NDArray state;
    private final Shape sampleShape;
    private final int sampleSize;
    private final int spare;
    private final List<Slot> active = new ArrayList<>();
    private final Deque<Integer> free = new ArrayDeque<>();

    /**
     * A lane with room for {@code capacity} samples at once.
     *
     * @param model stays the caller's to close, after the lane
     */
    public Lane(LoadedModel model, NoiseSource noise, int capacity) {
        this(model, noise, capacity, model.program());
    }

    /**
     * A lane that computes with another program than its model's.
     *
     * @param program stays the caller's to close
     */
    public Lane(LoadedModel model, NoiseSource noise, int capacity, TickProgram program) {
        this.model = model;
        this.program = program;
        this.noise = noise;
        this.columns = new InputColumns(model.network(), model.card());
        this.manager = model.torch().newManager();
        this.sampleShape = new Shape(model.card().shape().stream().mapToLong(Integer::longValue).toArray());
        this.sampleSize = Math.toIntExact(sampleShape.size());
        this.spare = capacity;
        this.state = manager.zeros(new Shape(capacity + 1, InferenceProgram.REGISTERS).addAll(sampleShape));
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

    /** Returns the samples under way, in the order in which they entered. */
    public List<Slot> slots() {
        return Collections.unmodifiableList(active);
    }

    /** Returns how many rows a tick of all samples evaluates. */
    public int nextRows() {
        return rows(active);
    }

    /** Returns how many rows a tick of these samples evaluates. */
    public static int rows(Collection<Slot> slots) {
        return slots.stream().mapToInt(Slot::rows).sum();
    }

    /**
     * Lets a sample enter.
     *
     * @throws IllegalStateException if there is no room
     * @throws IllegalArgumentException if the network takes a label and the sample's is none of its classes, or another
     *         condition and the sample's has another form; nobody else's sample is touched then
     */
    public void admit(SlotTask task) {
        Condition[] conditions = columns.of(task);
        Integer index = free.poll();
        if (index == null) {
            throw new IllegalStateException("the lane is full");
        }
        active.add(new Slot(index, task, conditions, new SlotNoise(noise, task, sampleSize)));
    }

    /** Every register is overwritten: a NaN that the last sample left would survive a weight of zero. */
    private void place(Slot slot) {
        float[] start = slot.noise().start();
        float scale = (float) slot.task().plan().initialScale();
        float[] registers = new float[InferenceProgram.REGISTERS * sampleSize];
        for (int i = 0; i < sampleSize; i++) {
            registers[i] = scale * start[i];
            registers[sampleSize + i] = registers[i];
        }
        try (NDManager scratch = manager.newSubManager()) {
            state.set(new NDIndex(slot.index()),
                    scratch.create(registers, new Shape(InferenceProgram.REGISTERS).addAll(sampleShape)));
        }
        slot.place();
    }

    /** Drops the samples of tasks that are no longer wanted; they hear nothing more. */
    public void removeIf(Predicate<SlotTask> unwanted) {
        active.removeIf(slot -> {
            boolean drop = unwanted.test(slot.task());
            if (drop) {
                free(slot);
            }
            return drop;
        });
    }

    /** Advances every sample by one stage; does nothing when there is none. */
    public void tick() {
        tick(List.copyOf(active), 0);
    }

    /**
     * Advances some samples by one stage; does nothing when there is none.
     *
     * <p>A listener that throws holds up nobody: every sample has advanced, those that end have left, and every other listener
     * has heard, before what was thrown comes out of this method, the first with the others suppressed. The sample of a
     * listener that threw goes on. What {@link SlotListener#preview} throws comes before anything has moved.
     *
     * @param chosen of {@link #slots()}, none of them twice
     * @param leastRows to so many rows the evaluation is filled up with rows that nobody reads; an evaluation without rows
     *        stays one
     * @throws dev.pathline.engine.torch.DeviceMemoryException if the device has not enough memory for so many rows; no
     *         sample has moved then, and fewer at once may succeed
     */
    public void tick(List<Slot> chosen, int leastRows) {
        if (chosen.isEmpty()) {
            return;
        }
        advance(List.copyOf(chosen), leastRows);
    }

    private void advance(List<Slot> chosen, int leastRows) {
        var gather = new TickGather(chosen, columns, sampleSize, spare, leastRows);
        chosen.stream().filter(Slot::isToBePlaced).forEach(this::place);
        try (NDManager scratch = manager.newSubManager()) {
            TickResult result = program.tick(scratch, state, gather.batch(), model.weights());
            float[] finite = result.finite().toFloatArray();
            float[] previews = gather.previewCount() == 0 ? new float[0] : result.previews().toFloatArray();
            float[] finished = gather.finishedCount() == 0 ? new float[0] : result.finished().toFloatArray();
            scatter(chosen, gather.previewPlaces(), finite, previews, finished);
        }
    }

    private void scatter(List<Slot> moved, int[] places, float[] finite, float[] previews, float[] finished) {
        int end = 0;
        var news = new SlotNews();
        for (int i = 0; i < moved.size(); i++) {
            Slot slot = moved.get(i);
            SlotListener listener = slot.task().listener();
            boolean last = slot.isLastStage();
            float[] image = places[i] < 0 ? new float[0] : copy(previews, places[i]);
            float[] sample = last ? copy(finished, end++) : new float[0];
            if (finite[i] == 0) {
                leave(slot);
                String reason = "the network's output is not finite at step " + (slot.currentStep() + 1) + " of "
                        + slot.task().plan().steps() + " (model " + model.card().name() + ", profile "
                        + model.profile().name() + ")";
                news.add(() -> listener.failed(reason));
                continue;
            }
            if (slot.endsStep()) {
                int step = slot.currentStep();
                var call = slot.current().call();
                double sigma = call == null ? Double.NaN : call.sigma();
                news.add(() -> listener.stepped(step, sigma, image));
            }
            if (last) {
                leave(slot);
                news.add(() -> listener.finished(sample));
            } else {
                slot.advance();
            }
        }
        news.tell();
    }

    private void leave(Slot slot) {
        active.remove(slot);
        free(slot);
    }

    private void free(Slot slot) {
        slot.noise().cancel();
        free.add(slot.index());
    }

    /** Returns how many native arrays it has, which must not grow. */
    public int arrays() {
        return manager.getManagedArrays().size();
    }

    private float[] copy(float[] all, int place) {
        return Arrays.copyOfRange(all, place * sampleSize, (place + 1) * sampleSize);
    }

    @Override
    public void close() {
        active.forEach(slot -> slot.noise().cancel());
        manager.close();
    }
}
