package dev.pathline.engine.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.graph.Parameter;
import dev.pathline.engine.script.TrainingProgram;
import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.NativeHeap;
import dev.pathline.engine.torch.Torch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * The training loop. It is the same for every task and objective, and goes on from the newest whole snapshot.
 *
 * <p>A run that was killed and resumed ends with the same weights, bit for bit, as one that was not: batches are a
 * function of the step's number, snapshots keep every tensor exactly, and a step is deterministic on one machine. (A
 * budget of time pays for other steps each time.) The last bits of a step depend on the number of threads, so a run goes on
 * with as many as it began with, whatever the thread was configured for.
 *
 * <p>A snapshot that cannot be written blocks the run until it can, with everything in memory. A loss or gradient that is
 * no number, or a loss that explodes, ends it: snapshots that may have the fault in them are put aside, so that the run
 * stands at the last good one.
 */
public final class Trainer {

    private final Torch torch;
    private final ComputeThread thread;
    private final TrainingTask task;
    private final TrainingPlan plan;
    private final Snapshots snapshots;
    private final TrainingListener listener;
    private final @Nullable StartWeights start;
    private final StopRequest stop = new StopRequest();

    /**
     * How a run ended.
     *
     * @param step the last step that was done; a snapshot of it is on disk
     * @param finished whether the budget is spent and the listener has had all averages; if not, the run was stopped
     * @param averages the weights of each average, by the average's name and the parameter's, in the plan's order
     */
    public record Outcome(
            long step,
            boolean finished,
            SequencedMap<String, Map<String, TensorData>> averages) {}

    /**
     * A trainer that works on {@code thread}, from new weights.
     *
     * @throws IllegalArgumentException if the task delivers a parameter that its network does not have
     */
    public Trainer(Torch torch, ComputeThread thread, TrainingTask task, TrainingPlan plan, Snapshots snapshots,
            TrainingListener listener) {
        this(torch, thread, task, plan, snapshots, listener, null);
    }

    /**
     * A trainer that works on {@code thread}.
     *
     * @param start finished weights that the run begins from, or null
     * @throws IllegalArgumentException if the task delivers a parameter that its network does not have, or cannot begin from
     *         these weights
     */
    public Trainer(Torch torch, ComputeThread thread, TrainingTask task, TrainingPlan plan, Snapshots snapshots,
            TrainingListener listener, @Nullable StartWeights start) {
        requireDelivered(task);
        if (start != null) {
            start.requireFit(task.network().parameters(), task.delivered());
        }
        this.torch = torch;
        this.thread = thread;
        this.task = task;
        this.plan = plan;
        this.snapshots = snapshots;
        this.listener = listener;
        this.start = start;
    }

    private static void requireDelivered(TrainingTask task) {
        var trained = new HashMap<String, List<Integer>>();
        task.network().parameters().forEach(parameter -> trained.put(parameter.name(), parameter.shape()));
        for (Parameter parameter : task.delivered()) {
            if (!parameter.shape().equals(trained.get(parameter.name()))) {
                throw new IllegalArgumentException("the task delivers " + parameter.name() + " of shape "
                        + parameter.shape() + ", which the network that is trained "
                        + (trained.containsKey(parameter.name())
                                ? "has in shape " + trained.get(parameter.name())
                                : "does not have"));
            }
        }
    }

    /**
     * Trains to the end, or until {@link #stop}. A run whose last snapshot is that of the last step does nothing more
     * than return it.
     *
     * @throws TrainingException if training went wrong, or if it was stopped while a snapshot could not be written
     * @throws dev.pathline.engine.checkpoint.CheckpointException if the newest snapshot is another run's
     */
    public Outcome run() {
        return thread.call(this::train);
    }

    /** Asks the run to write a snapshot after the step that is under way, and to return. Any thread may ask. */
    public void stop() {
        stop.request();
    }

    private Outcome train() throws InterruptedException {
        var averages = new ArrayList<>(plan.averages());
        if (task.targetAverage() != null) {
            averages.add(task.targetAverage());
        }
        Teacher teacher = task.teacher();
        var program = new TrainingProgram.Task(task.network(), plan.profile(), task.loss(), plan.optimizer(),
                averages.size(), plan.microBatches(), teacher == null ? null : teacher.network());
        Optional<Snapshots.Snapshot> last = snapshots.latest(
                snapshot -> plan.budget().progress(snapshot.step(), snapshot.trained()) >= 1);
        SnapshotNotes notes = last.map(Snapshots.Snapshot::notes).orElse(SnapshotNotes.NONE);
        last.ifPresent(snapshot -> listener.resumed(notes.listener()));
        listener.started(last.map(Snapshots.Snapshot::step).orElse(0L));
        int configured = Torch.intraOpThreads();
        int threads = notes.threads() == 0 ? configured : notes.threads();
        if (threads != configured) {
            listener.keepsThreads(threads, configured);
        }
        Torch.setIntraOpThreads(threads);
        try (NativeHeap.Keeping _ = NativeHeap.keep();
                NDManager manager = torch.newManager();
                var compiled = new TrainingProgram(torch, program)) {
            TrainingState state = last
                    .map(s -> TrainingState.fromHost(manager, program.parameters(), averages, s.tensors()))
                    .orElseGet(() -> TrainingState.fresh(manager, program.parameters(), averages, plan.seed(), start));
            if (teacher != null) {
                state.taughtBy(teacher, compiled);
            }
            return new Loop(manager, compiled, state, threads, averages, last.orElse(null)).run();
        } finally {
            Torch.setIntraOpThreads(configured);
        }
    }

    /** One part of a run, from a snapshot to the end or a stop. */
    private final class Loop {

        private final NDManager manager;
        private final TrainingProgram program;
        private final TrainingState state;
        private final ProgressMeter meter;
        private final LossGuard guard;
        private final SnapshotWriter writer = new SnapshotWriter(snapshots, listener, stop);
        private final int threads;
        private final List<MovingAverage> kept;
        private long step;
        /** Whether a stop has kept the listener from the averages of this step. */
        private boolean averagesOwed;

        Loop(NDManager manager, TrainingProgram program, TrainingState state, int threads, List<MovingAverage> kept,
                Snapshots.@Nullable Snapshot last) {
            this.manager = manager;
            this.program = program;
            this.state = state;
            this.threads = threads;
            this.kept = kept;
            this.step = last == null ? 0 : last.step();
            SnapshotNotes notes = last == null ? SnapshotNotes.NONE : last.notes();
            this.averagesOwed = notes.averagesOwed();
            LossLimit limit = Objects.requireNonNullElseGet(plan.lossLimit(), task::lossLimit);
            this.guard = notes.guard() == null ? new LossGuard(limit) : new LossGuard(limit, notes.guard());
            this.meter = new ProgressMeter(plan.budget(), task.batchSize(),
                    last == null ? Duration.ZERO : last.trained());
        }

        Outcome run() throws InterruptedException {
            boolean done = progress(step) >= 1;
            if (!done || averagesOwed) {
                listener.begins();
            }
            if (averagesOwed) {
                handOutAverages();
                if (done && !averagesOwed) {
                    write();
                }
            }
            if (!done && !stop.requested()) {
                done = steps();
            }
            var averages = new LinkedHashMap<String, Map<String, TensorData>>();
            for (int i = 0; i < plan.averages().size(); i++) {
                averages.put(plan.averages().get(i).name(), weights(i));
            }
            return new Outcome(step, done && !averagesOwed, averages);
        }

        /** Trains until the budget is spent or a stop is requested; returns whether it is spent. */
        private boolean steps() throws InterruptedException {
            boolean done = false;
            try (var batches = new BatchAhead(task, step + 1, plan.budget().lastStep(), plan.microBatches())) {
                boolean stopped = false;
                while (!done && !stopped) {
                    step++;
                    train(batches.next());
                    done = progress(step) >= 1;
                    stopped = afterStep(done);
                }
            }
            return done;
        }

        private double progress(long of) {
            return plan.budget().progress(of, meter.trained());
        }

        /** The network's own weights: what the loss learned beside them ends with the run. */
        private Map<String, TensorData> weights(int average) {
            Map<String, TensorData> all = state.average(average);
            var own = new LinkedHashMap<String, TensorData>();
            task.delivered().forEach(parameter -> {
                own.put(parameter.name(), Objects.requireNonNull(all.get(parameter.name()), parameter.name()));
            });
            return own;
        }

        private void train(Batch batch) {
            long start = System.nanoTime();
            var numbers = new TrainingProgram.Step(plan.learningRate().at(step, progress(step)),
                    kept.stream().map(average -> average.decay(step)).toList(), step);
            double norm;
            double loss;
            try (NDManager scratch = manager.newSubManager()) {
                NDList result = program.step(scratch, samples(scratch, batch), state.tensors(), numbers);
                norm = result.get(1).getFloat();
                loss = meter.add(batch, result.get(0).toFloatArray(), norm, System.nanoTime() - start);
            }
            guard.add(step, loss, norm).ifPresent(this::stepBack);
        }

        private void stepBack(String reason) {
            long at = snapshots.reject(guard.suspectSince(step));
            listener.steppedBack(at, reason);
            throw new TrainingException(reason + "; the run has gone back to "
                    + (at == 0 ? "its start" : "its snapshot of step " + at)
                    + ". Lower the learning rate or lengthen the warm-up, and force it to go on, or start anew");
        }

        /** Returns whether the run is to stop; the snapshot of the step is written then. */
        private boolean afterStep(boolean done) {
            if (step % plan.reportEvery() == 0 || done) {
                listener.progressed(meter.report(step));
            }
            handOutAverages();
            boolean stopped = stop.requested();
            if (step % plan.snapshotEvery() == 0 || done || stopped) {
                write();
            }
            return stopped;
        }

        /** Samples are made of these, which may take long: a run that is to stop owes them. */
        private void handOutAverages() {
            boolean wanted = listener.wantsAverages(step);
            averagesOwed = wanted && stop.requested();
            if (wanted && !averagesOwed) {
                listener.averages(step, weights(0));
            }
        }

        private void write() {
            var notes = new SnapshotNotes(threads, averagesOwed, guard.state(), listener.notes());
            writer.write(new Snapshots.Snapshot(step, meter.trained(), state.toHost(), notes),
                    guard.suspectSince(Long.MAX_VALUE));
        }

        private TrainingProgram.Samples samples(NDManager scratch, Batch batch) {
            long n = task.batchSize();
            Shape shape = new Shape(n).addAll(new Shape(
                    task.network().inputs().getFirst().shape().stream().mapToLong(Integer::longValue).toArray()));
            var inputs = new HashMap<String, NDArray>();
            batch.indices.forEach((name, indices) -> inputs.put(name, scratch.create(indices)));
            batch.values.forEach((name, values) -> inputs.put(name,
                    scratch.create(values, new Shape(n, values.length / n))));
            var none = new HashMap<String, NDArray>();
            task.noConditions().forEach((name, index) -> none.put(name, scratch.create(new long[]{index})));
            return new TrainingProgram.Samples(scratch.create(batch.data, shape),
                    array(scratch, batch.noise, shape), array(scratch, batch.rows, new Shape(n, batch.rows.length / n)),
                    inputs, none);
        }

        private static @Nullable NDArray array(NDManager scratch, float[] values, Shape shape) {
            return values.length == 0 ? null : scratch.create(values, shape);
        }
    }
}
