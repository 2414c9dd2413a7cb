package dev.pathline.engine.measure;

import dev.pathline.diffusion.noise.NoiseKey;
import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.engine.sampling.LoadedModel;
import java.util.Arrays;

/** Rows of Gaussian numbers at times between 0 and 1, to try a network out with. */
final class ProbeRows {

    private final LoadedModel model;
    private final float[] x;
    private final float[] times;

    ProbeRows(LoadedModel model, int rows) {
        this.model = model;
        this.x = new float[rows * model.card().dimension()];
        new PhiloxNoise().fill(NoiseKey.initial(0, 0), x);
        this.times = new float[rows];
        for (int i = 0; i < rows; i++) {
            times[i] = (i + 1f) / (rows + 1);
        }
    }

    /** Evaluates all rows. */
    float[] evaluate() {
        return evaluate(0);
    }

    /** Evaluates the rows from one on. */
    float[] evaluate(int from) {
        int rows = times.length;
        float[] some = Arrays.copyOfRange(times, from, rows);
        return model.evaluate(Arrays.copyOfRange(x, from * (x.length / rows), x.length), some, some,
                new long[rows - from]);
    }
}
