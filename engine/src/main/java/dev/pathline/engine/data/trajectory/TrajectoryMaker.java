package dev.pathline.engine.data.trajectory;

import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.ModelIdentity;
import dev.pathline.engine.sampling.Lane;
import dev.pathline.engine.sampling.LoadedModel;
import dev.pathline.engine.sampling.SamplingException;
import dev.pathline.engine.sampling.SlotListener;
import dev.pathline.engine.sampling.SlotTask;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.torch.Torch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Solves a teacher's ODE from noise to samples, and keeps the states on the way. Trajectory {@code i} is what a request of the
 * same seed and settings gets as its sample {@code i}.
 *
 * <p>A batch begins in an empty lane and ends with it, so the states of its trajectories do not depend on whether the work was
 * interrupted before it. Use on the compute thread only.
 */
public final class TrajectoryMaker {

    private final LoadedModel model;
    private final SamplingPlan plan;
    private final Progress progress;

    /** Hears how far the work is, on the compute thread, and says whether it goes on. */
    public interface Progress {

        /** Returns whether the work is to end before the next evaluation of the network. */
        default boolean stopped() {
            return false;
        }

        /** So many trajectories are on the disk. */
        default void kept(int done, int of) {}

        /**
         * Runs what writes, which may be run again where it fails.
         *
         * @param failure what is wrong while it is not written
         * @return whether it is written; if not, the work ends
         */
        default boolean write(String failure, Write write) throws IOException {
            write.run();
            return true;
        }
    }

    /** Writes something, whole or not at all. */
    @FunctionalInterface
    public interface Write {
        /** Throws an {@link IOException} where the disk refuses. */
        void run() throws IOException;
    }

    /**
     * A maker of trajectories of a loaded teacher.
     *
     * @param model stays the caller's to close
     * @param plan that of the order which the writer's facts are of
     */
    public TrajectoryMaker(LoadedModel model, SamplingPlan plan, Progress progress) {
        this.model = model;
        this.plan = plan;
        this.progress = progress;
    }

    /**
     * Makes all that are missing of an order in a folder, where they may have been begun. What is complete is left alone, and
     * needs no teacher on the device.
     *
     * @param teacher the teacher's identity
     * @param profile how its network is to compute
     * @param threads how many threads an operator uses, unless the folder was begun with others
     * @return whether they are complete; if not, the work was stopped, and what was kept stays
     * @throws dev.pathline.diffusion.card.InvalidSettingException if the teacher does not accept the order
     * @throws dev.pathline.engine.data.DataException if the folder has other trajectories, or somebody else writes into it
     * @throws SamplingException if the network's output is not finite
     * @throws IOException if something cannot be written; what was kept stays
     */
    public static boolean make(Torch torch, Path folder, ModelIdentity teacher, Checkpoint checkpoint,
            NumericProfile profile, TrajectoryOrder order, int threads, Progress progress) throws IOException {
        TrajectoryFacts facts = order.facts(teacher, checkpoint.card(), LoadedModel.profile(checkpoint, profile));
        try (TrajectoryWriter writer = TrajectoryWriter.open(folder, facts, threads)) {
            progress.kept(writer.done(), facts.count());
            if (writer.complete()) {
                return true;
            }
            try (LoadedModel model = LoadedModel.load(torch, checkpoint, profile)) {
                return new TrajectoryMaker(model, order.plan(checkpoint.card()), progress).make(writer);
            }
        }
    }

    /**
     * Makes all that are missing.
     *
     * @param writer stays the caller's to close
     * @return whether they are complete; if not, the work was stopped, and what was kept stays
     * @throws SamplingException if the network's output is not finite
     * @throws IOException if something cannot be written; what was kept stays
     */
    public boolean make(TrajectoryWriter writer) throws IOException {
        int configured = Torch.intraOpThreads();
        Torch.setIntraOpThreads(writer.threads());
        try {
            TrajectoryFacts facts = writer.facts();
            while (writer.done() < facts.count()) {
                int count = Math.min(facts.batch(), facts.count() - writer.done());
                float[] states = states(facts, writer.done(), count);
                if (states.length == 0 || !progress.write("the trajectories cannot be written",
                        () -> writer.append(count, states))) {
                    return false;
                }
                progress.kept(writer.done(), facts.count());
            }
            return progress.write("the trajectories cannot be finished", writer::finish);
        } finally {
            Torch.setIntraOpThreads(configured);
        }
    }

    /** The states of a batch, {@code [count, K, ...]}; none if the work was stopped. */
    private float[] states(TrajectoryFacts facts, int first, int count) {
        float[] states = new float[Math.multiplyExact(count, facts.stored() * facts.stateSize())];
        try (var lane = new Lane(model, new PhiloxNoise(), facts.batch())) {
            for (int i = 0; i < count; i++) {
                int index = first + i;
                int label = Math.max(0, facts.label(index));
                lane.admit(new SlotTask(plan, label, facts.seed(), index,
                        new Keeper(facts, index, states, i * facts.stored() * facts.stateSize())));
            }
            while (lane.active() > 0) {
                if (progress.stopped()) {
                    return new float[0];
                }
                lane.tick();
            }
        }
        return states;
    }

    /** Keeps the states of one trajectory; point {@code k} of a solve is where step {@code k - 1} ends. */
    private static final class Keeper implements SlotListener {

        private final TrajectoryFacts facts;
        private final int index;
        private final float[] states;
        private final int offset;

        /** @param states where they go, from {@code offset} on */
        Keeper(TrajectoryFacts facts, int index, float[] states, int offset) {
            this.facts = facts;
            this.index = index;
            this.states = states;
            this.offset = offset;
        }

        @Override
        public Preview preview(int step) {
            return place(step + 1) >= 0 && step + 1 < facts.solve().steps() ? Preview.NOISY : Preview.NONE;
        }

        @Override
        public void stepped(int step, double sigma, float[] point) {
            if (preview(step) == Preview.NOISY) {
                keep(step + 1, point);
            }
        }

        @Override
        public void finished(float[] sample) {
            keep(facts.solve().steps(), sample);
        }

        private int place(int point) {
            List<Integer> kept = facts.states();
            return kept.indexOf(point);
        }

        private void keep(int point, float[] values) {
            System.arraycopy(values, 0, states, offset + (place(point) - 1) * facts.stateSize(), facts.stateSize());
        }

        @Override
        public void failed(String reason) {
            throw new SamplingException("trajectory " + index + ": " + reason);
        }
    }
}
