package dev.pathline.engine.sampling;

import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.engine.TestDevice;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.script.NumericProfile;
import java.util.List;
import java.util.function.UnaryOperator;

/** Samples of different plans through one lane. */
final class LaneRuns {

    static final PhiloxNoise NOISE = new PhiloxNoise();

    /** What is to be sampled. */
    record Sample(SamplingPlan plan, int label, long seed, int index) {}

    private LaneRuns() {}

    /** Runs all samples in float32; where the lane has fewer places, they join while others are half way. */
    static float[][] run(Checkpoint checkpoint, List<Sample> samples, int capacity) {
        return run(checkpoint, samples, capacity, 0, List::copyOf);
    }

    /**
     * Runs all samples in float32.
     *
     * @param leastRows what every evaluation is filled up to
     * @param chosen which of the samples under way a tick advances
     */
    static float[][] run(Checkpoint checkpoint, List<Sample> samples, int capacity, int leastRows,
            UnaryOperator<List<Slot>> chosen) {
        return TestDevice.on(() -> {
            float[][] results = new float[samples.size()][];
            try (LoadedModel model = LoadedModel.load(TestDevice.TORCH, checkpoint, NumericProfile.FLOAT32);
                    var lane = new Lane(model, NOISE, capacity)) {
                int next = 0;
                while (next < samples.size() || lane.active() > 0) {
                    while (next < samples.size() && lane.room() > 0) {
                        Sample sample = samples.get(next);
                        lane.admit(new SlotTask(sample.plan(), sample.label(), sample.seed(), sample.index(),
                                new Keeper(results, next, sample.plan().solver())));
                        next++;
                    }
                    lane.tick(chosen.apply(lane.slots()), leastRows);
                }
            }
            return results;
        });
    }

    private record Keeper(float[][] results, int at, String solver) implements SlotListener {

        @Override
        public void finished(float[] sample) {
            results[at] = sample;
        }

        @Override
        public void failed(String reason) {
            throw new AssertionError(solver + ": " + reason);
        }
    }
}
