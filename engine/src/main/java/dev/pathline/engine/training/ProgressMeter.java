package dev.pathline.engine.training;

import java.time.Duration;

/** Adds up losses and time: since the last report, and the time of all steps since the run's start. */
final class ProgressMeter {

    private final Budget budget;
    private final int batchSize;
    private final LossByNoise byNoise = new LossByNoise();
    private long trained;
    private double lossSum;
    private long rows;
    private double lastNorm;
    private long reported;

    /** @param before the time spent on the steps of earlier parts of the run */
    ProgressMeter(Budget budget, int batchSize, Duration before) {
        this.budget = budget;
        this.batchSize = batchSize;
        this.trained = before.toNanos();
        this.reported = trained;
    }

    /** Adds a step, and returns the mean loss of its rows. */
    double add(Batch batch, float[] losses, double norm, long nanos) {
        double sum = 0;
        for (int i = 0; i < losses.length; i++) {
            sum += losses[i];
            double level = batch.noiseLevel(i, losses.length);
            if (!Double.isNaN(level)) {
                byNoise.add(level, losses[i]);
            }
        }
        lossSum += sum;
        rows += losses.length;
        lastNorm = norm;
        trained += nanos;
        return sum / losses.length;
    }

    /** Returns the time spent on steps, those of earlier parts of the run included. */
    Duration trained() {
        return Duration.ofNanos(trained);
    }

    TrainingListener.Progress report(long step) {
        double seconds = (trained - reported) / 1e9;
        double rate = rows / seconds;
        long steps = switch (budget) {
            case Budget.Steps(long count) -> count;
            case Budget.Time(Duration limit) ->
                step + Math.round(Math.max(0, limit.toNanos() - trained) / 1e9 * rate / batchSize);
        };
        var progress = new TrainingListener.Progress(step, steps, lossSum / rows, lastNorm, rate,
                (steps - step) * (double) batchSize / rate, byNoise.take());
        lossSum = 0;
        rows = 0;
        reported = trained;
        return progress;
    }
}
