package dev.pathline.engine.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.script.TrainingProgram;
import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.Torch;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The training loop. It is the same for every task and objective, and goes on from the newest whole snapshot.
 *
 * <p>A run that was killed and resumed ends with the same weights, bit for bit, as one that was not: batches are a
 * function of the step's number, snapshots keep every tensor exactly, and a step is deterministic on one machine.
 */
public final class Trainer {

    private final Torch torch;
    private final ComputeThread thread;
    private final TrainingTask task;
    private final TrainingPlan plan;
    private final Snapshots snapshots;
    private final TrainingListener listener;
    private volatile boolean stopping;

    /**
     * How a run ended.
     *
     * @param step the last step that was done; a snapshot of it is on disk
     * @param finished whether that was the plan's last step; if not, the run was stopped
     * @param averages the averaged weights by name
     */
    public record Outcome(long step, boolean finished, Map<String, TensorData> averages) {}

    /** A trainer that works on {@code thread}. */
    public Trainer(Torch torch, ComputeThread thread, TrainingTask task, TrainingPlan plan, Snapshots snapshots,
            TrainingListener listener) {
        this.torch = torch;
        this.thread = thread;
        this.task = task;
        this.plan = plan;
        this.snapshots = snapshots;
        this.listener = listener;
    }

    /**
     * Trains to the end, or until {@link #stop}. A run whose last snapshot is that of the last step does nothing more
     * than return it.
     *
     * @throws TrainingException if the gradient is no longer finite, or a snapshot cannot be written
     * @throws dev.pathline.engine.checkpoint.CheckpointException if the newest snapshot is another run's
     */
    public Outcome run() {
        return thread.call(this::train);
    }

    /** Asks the run to write a snapshot after the step that is under way, and to return. Any thread may ask. */
    public void stop() {
        stopping = true;
    }

    private Outcome train() throws InterruptedException {
        Network network = task.network();
        Optional<Snapshots.Snapshot> last = snapshots.latest();
        long done = last.map(Snapshots.Snapshot::step).orElse(0L);
        listener.started(done);
        try (NDManager manager = torch.newManager();
                var program = new TrainingProgram(torch, network, plan.profile(), task.loss(), plan.optimizer());
                var batches = new BatchAhead(task, done + 1, plan.steps())) {
            TrainingState state = last.map(s -> TrainingState.fromHost(manager, network, s.tensors()))
                    .orElseGet(() -> TrainingState.fresh(manager, network, plan.seed()));
            var meter = new ProgressMeter(plan, task.batchSize());
            long step = done;
            // Read once a step: a run that stops has written the snapshot of its last step.
            boolean stop = stopping;
            while (step < plan.steps() && !stop) {
                step++;
                step(manager, program, state, batches.next(), meter);
                stop = stopping;
                afterStep(step, stop, state, meter);
            }
            return new Outcome(step, step == plan.steps(), state.averages());
        }
    }

    private void afterStep(long step, boolean stop, TrainingState state, ProgressMeter meter) {
        boolean last = step == plan.steps();
        if (step % plan.reportEvery() == 0 || last) {
            listener.progressed(meter.report(step));
        }
        if (step % plan.snapshotEvery() == 0 || last || stop) {
            meter.pause();
            snapshots.write(step, state.toHost());
            listener.snapshot(step);
            meter.resume();
        }
        if (listener.wantsAverages(step)) {
            meter.pause();
            listener.averages(step, state.averages());
            meter.resume();
        }
    }

    private void step(NDManager manager, TrainingProgram program, TrainingState state, Batch batch,
            ProgressMeter meter) {
        var step = new TrainingProgram.Step(plan.learningRate().at(batch.step, plan.steps()),
                plan.average().at(batch.step), batch.step);
        try (NDManager scratch = manager.newSubManager()) {
            NDArray data = scratch.create(batch.data, shape());
            NDList result = switch (task) {
                case DenoisingTask t -> program.denoise(scratch, data, scratch.create(batch.noise, shape()),
                        scratch.create(batch.coefficients, new Shape(task.batchSize(), Objective.Row.WIDTH)),
                        batch.labels.length == 0 ? List.of() : List.of(scratch.create(batch.labels)), state.tensors(),
                        step);
                case ClassificationTask t ->
                    program.classify(scratch, data, scratch.create(batch.labels), state.tensors(), step);
            };
            double norm = result.get(1).getFloat();
            meter.add(result.get(0).toFloatArray(), norm);
            if (!Double.isFinite(norm)) {
                throw new TrainingException("step " + batch.step + ": the gradient is not finite (norm " + norm
                        + "); the last snapshot is untouched. Lower the learning rate, or lengthen the warm-up");
            }
        }
    }

    private Shape shape() {
        return new Shape(task.batchSize()).addAll(new Shape(
                task.network().inputs().getFirst().shape().stream().mapToLong(Integer::longValue).toArray()));
    }
}
