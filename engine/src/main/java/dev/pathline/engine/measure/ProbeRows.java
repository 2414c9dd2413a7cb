package dev.pathline.engine.measure;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.noise.NoiseKey;
import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.engine.sampling.LoadedModel;
import java.util.Arrays;

/** Rows of Gaussian numbers at times between the first and the last, to try a network out with. */
final class ProbeRows {

    private final LoadedModel model;
    private final float[] x;
    private final float[] times;
    private final float[] targets;
    private final long[] labels;

    ProbeRows(LoadedModel model, int rows) {
        this.model = model;
        ModelCard card = model.card();
        NoiseSchedule schedule = card.noiseSchedule();
        x = new float[rows * card.dimension()];
        new PhiloxNoise().fill(NoiseKey.initial(0, 0), x);
        times = new float[rows];
        targets = new float[rows];
        labels = new long[rows];
        for (int i = 0; i < rows; i++) {
            double t = schedule.minTime() + (schedule.maxTime() - schedule.minTime()) * (i + 1.0) / (rows + 1);
            times[i] = (float) card.timeInput().of(schedule, t);
            targets[i] = (float) card.targetInput().of(card.timeInput(), schedule, t, schedule.minTime());
            labels[i] = i % Math.max(1, card.classes().size());
        }
    }

    /** Evaluates all rows. */
    float[] evaluate() {
        return model.evaluate(x, times, targets, labels);
    }

    /** Evaluates the rows from one on. */
    float[] evaluate(int from) {
        int rows = times.length;
        return model.evaluate(Arrays.copyOfRange(x, from * (x.length / rows), x.length),
                Arrays.copyOfRange(times, from, rows), Arrays.copyOfRange(targets, from, rows),
                Arrays.copyOfRange(labels, from, rows));
    }

    /** Returns the seconds of an evaluation once the network is warm. */
    double seconds() {
        evaluate();
        long start = System.nanoTime();
        evaluate();
        return (System.nanoTime() - start) / 1e9;
    }
}
