package dev.pathline.benchmarks;

import dev.pathline.benchmarks.measure.ResidentMemory;
import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.planner.Planner;
import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.sampling.Lane;
import dev.pathline.engine.sampling.LoadedModel;
import dev.pathline.engine.sampling.SlotListener;
import dev.pathline.engine.sampling.SlotTask;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.Torch;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether memory stays: many evaluations of a model by the server's executor, each with another number of rows in a
 * seeded order, samples entering, finishing and being dropped on the way. Prints the process's resident memory and
 * judges that after the warm-up it does not grow by 1 % at any reading.
 *
 * <p>Usage: {@code Soak CHECKPOINT [MAX_ROWS [EVALUATIONS [PROFILE]]]}, by default 32 rows, 10,000 evaluations and the
 * machine's profile. The exit code is 1 where memory grew. Linux only.
 */
public final class Soak {

    private static final int WARM_UP = 2000;
    private static final int EVERY = 500;
    private static final double ALLOWED_GROWTH = 0.01;
    private static final long SEED = 4;
    private static final int STEPS = 4;

    private final Lane lane;
    private final SamplingPlan plan;
    private final int maxRows;
    private final int evaluations;
    private final SplittableRandom random = new SplittableRandom(SEED);
    private int admitted;
    private int finished;

    private Soak(LoadedModel model, Lane lane, int maxRows, int evaluations) {
        this.lane = lane;
        this.maxRows = maxRows;
        this.evaluations = evaluations;
        // Ancestral sampling sends noise to the device at every step, and a sample on its way is read back.
        this.plan = Planner.plan(model.card(),
                SamplingSettings.defaults(true).withSolver("euler-ancestral").withSteps(STEPS).withCfgScale(1.0));
    }

    /** Runs the soak on a checkpoint's directory. */
    public static void main(String[] args) {
        int evaluations = args.length > 2 ? Integer.parseInt(args[2]) : 10_000;
        if (args.length < 1 || args.length > 4 || evaluations <= WARM_UP) {
            System.err.println("usage: Soak CHECKPOINT [MAX_ROWS [EVALUATIONS [PROFILE]]], more than " + WARM_UP
                    + " evaluations");
            System.exit(2);
        }
        Checkpoint checkpoint = Checkpoint.read(Path.of(args[0]));
        int maxRows = args.length > 1 ? Integer.parseInt(args[1]) : 32;
        Torch torch = Torch.open("cpu");
        NumericProfile profile = args.length > 3
                ? NumericProfile.named(args[3])
                : NumericProfile.candidates(false).getLast();
        int threads = Runtime.getRuntime().availableProcessors();
        try (var thread = new ComputeThread("compute", threads)) {
            boolean steady = thread.call(() -> {
                try (LoadedModel model = LoadedModel.load(torch, checkpoint, profile);
                        Lane lane = new Lane(model, new PhiloxNoise(), maxRows)) {
                    System.out.printf(Locale.ROOT,
                            "%s, profile %s, %,d evaluations of 1 to %d rows, heap %d MiB, %d thread(s)%n",
                            model.card().name(), model.profile().name(), evaluations, maxRows,
                            Runtime.getRuntime().maxMemory() >> 20, threads);
                    return new Soak(model, lane, maxRows, evaluations).run();
                }
            });
            if (!steady) {
                System.exit(1);
            }
        }
    }

    private boolean run() {
        System.out.println("evaluations    rows  finished  resident MiB  s");
        long start = System.nanoTime();
        long rows = 0;
        double settled = Double.NaN;
        double largest = 0;
        for (int done = 1; done <= evaluations; done++) {
            int wanted = random.nextInt(1, maxRows + 1);
            fill(wanted);
            rows += lane.nextRows();
            lane.tick();
            if (done % EVERY == 0) {
                double resident = ResidentMemory.mebibytes(ProcessHandle.current().pid());
                System.out.printf(Locale.ROOT, "%11d %7d %9d %13.1f  %.0f%n", done, rows, finished, resident,
                        (System.nanoTime() - start) / 1e9);
                if (done == WARM_UP) {
                    settled = resident;
                } else if (done > WARM_UP) {
                    largest = Math.max(largest, resident);
                }
            }
        }
        double growth = largest / settled - 1;
        System.out.printf(Locale.ROOT, "largest reading after the first %,d: %+.2f %% (allowed: %.0f %%)%n", WARM_UP,
                100 * growth, 100 * ALLOWED_GROWTH);
        return growth < ALLOWED_GROWTH;
    }

    /** Brings the lane to a number of rows: samples are dropped as if cancelled, or new ones enter. */
    private void fill(int rows) {
        var surplus = new AtomicInteger(lane.active() - rows);
        lane.removeIf(task -> surplus.getAndDecrement() > 0);
        while (lane.active() < rows) {
            lane.admit(new SlotTask(plan, 0, SEED, admitted++, new Counter()));
        }
    }

    private final class Counter implements SlotListener {

        @Override
        public Preview preview(int step) {
            return Preview.DENOISED;
        }

        @Override
        public void finished(float[] sample) {
            finished++;
        }

        @Override
        public void failed(String reason) {
            throw new IllegalStateException(reason);
        }
    }
}
