package dev.pathline.benchmarks;

import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.planner.Planner;
import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.sampling.LoadedModel;
import dev.pathline.engine.sampling.Sampler;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.Torch;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Rows of network evaluation a second, for every numeric profile and some batch sizes: what one tick of the executor
 * costs, sampling included. Takes the median of several runs after a warm-up.
 *
 * <p>Usage: {@code RowThroughput CHECKPOINT}.
 */
public final class RowThroughput {

    private static final int[] BATCHES = {1, 4, 16, 64};
    private static final List<NumericProfile> PROFILES = List.of(NumericProfile.FLOAT32,
            NumericProfile.FLOAT32_CHANNELS_LAST, NumericProfile.BFLOAT16, NumericProfile.BFLOAT16_CHANNELS_LAST);
    private static final int STEPS = 10;
    private static final int RUNS = 7;

    private RowThroughput() {}

    /** Runs the benchmark on a checkpoint's directory. */
    public static void main(String[] args) {
        if (args.length != 1) {
            System.err.println("usage: RowThroughput CHECKPOINT");
            System.exit(2);
        }
        Checkpoint checkpoint = Checkpoint.read(Path.of(args[0]));
        Torch torch = Torch.open("auto");
        int threads = Runtime.getRuntime().availableProcessors();
        System.out.printf(Locale.ROOT, "%s, %,d parameters, %.0f MFLOP a row, %s, %d thread(s)%n",
                checkpoint.card().name(), checkpoint.network().parameterCount(), checkpoint.network().flops() / 1e6,
                torch.name(), threads);
        System.out.println("profile    rows   rows/s   ms/tick   GFLOP/s");
        try (var thread = new ComputeThread("compute", threads)) {
            for (NumericProfile profile : PROFILES) {
                thread.call(() -> {
                    measure(torch, checkpoint, profile);
                    return 0;
                });
            }
        }
    }

    private static void measure(Torch torch, Checkpoint checkpoint, NumericProfile profile) {
        SamplingPlan plan = Planner.plan(checkpoint.card(),
                SamplingSettings.defaults(true).withSolver("ddim").withSteps(STEPS).withCfgScale(1.0));
        try (LoadedModel model = LoadedModel.load(torch, checkpoint, profile)) {
            for (int batch : BATCHES) {
                var sampler = new Sampler(model, new PhiloxNoise(), batch);
                double[] seconds = new double[RUNS];
                sampler.sample(plan, new int[batch], 0);
                for (int run = 0; run < RUNS; run++) {
                    long start = System.nanoTime();
                    sampler.sample(plan, new int[batch], run);
                    seconds[run] = (System.nanoTime() - start) / 1e9;
                }
                java.util.Arrays.sort(seconds);
                double tick = seconds[RUNS / 2] / STEPS;
                System.out.printf(Locale.ROOT, "%-9s %5d %8.0f %9.1f %9.0f%n", profile.name(), batch, batch / tick,
                        tick * 1e3, batch / tick * checkpoint.network().flops() / 1e9);
            }
        }
    }
}
