package dev.pathline.engine.training;

import java.util.List;

/** Adds up losses and time between two reports. */
final class ProgressMeter {

    private final TrainingPlan plan;
    private final int batchSize;
    private double lossSum;
    private long rows;
    private double lastNorm;
    private long since = System.nanoTime();
    private long paused;

    ProgressMeter(TrainingPlan plan, int batchSize) {
        this.plan = plan;
        this.batchSize = batchSize;
    }

    void add(float[] losses, double norm) {
        for (float loss : losses) {
            lossSum += loss;
        }
        rows += losses.length;
        lastNorm = norm;
    }

    TrainingListener.Progress report(long step) {
        double seconds = (System.nanoTime() - since) / 1e9;
        double rate = rows / seconds;
        double eta = (plan.steps() - step) * (double) batchSize / rate;
        var progress = new TrainingListener.Progress(step, plan.steps(), lossSum / rows, lastNorm, rate, eta,
                List.of());
        lossSum = 0;
        rows = 0;
        since = System.nanoTime();
        return progress;
    }

    /** Leaves out the time since {@link #pause}, which was not spent on steps. */
    void resume() {
        since += System.nanoTime() - paused;
    }

    /** Remembers when work began that is not a step. */
    void pause() {
        paused = System.nanoTime();
    }
}
