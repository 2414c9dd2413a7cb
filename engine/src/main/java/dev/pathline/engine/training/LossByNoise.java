package dev.pathline.engine.training;

import dev.pathline.engine.training.TrainingListener.NoiseLevelLoss;
import java.util.ArrayList;
import java.util.List;

/** Adds up losses by noise level, in intervals of {@code ln(sigma/alpha)} of width 1. */
final class LossByNoise {

    /** Beyond these a level counts with the outermost interval. */
    private static final int LEAST = -8;
    private static final int GREATEST = 8;

    private final double[] sums = new double[GREATEST - LEAST];
    private final long[] rows = new long[sums.length];

    void add(double level, double loss) {
        int place = (int) Math.clamp(Math.floor(level) - LEAST, 0, sums.length - 1);
        sums[place] += loss;
        rows[place]++;
    }

    /** Returns the intervals that have rows, and starts anew. */
    List<NoiseLevelLoss> take() {
        var found = new ArrayList<NoiseLevelLoss>();
        for (int i = 0; i < sums.length; i++) {
            if (rows[i] > 0) {
                found.add(new NoiseLevelLoss(LEAST + i, LEAST + i + 1, rows[i], sums[i] / rows[i]));
            }
            sums[i] = 0;
            rows[i] = 0;
        }
        return found;
    }
}
