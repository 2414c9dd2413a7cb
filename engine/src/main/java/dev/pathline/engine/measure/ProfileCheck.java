package dev.pathline.engine.measure;

import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.sampling.LoadedModel;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.torch.Torch;

/**
 * Holds what a network gives in a profile against what it gives in the reference's, on the same rows. Use on the compute
 * thread only.
 */
public final class ProfileCheck {

    /** Relative L2 error that a profile may have; a sound network has 0.02 to 0.03 in bfloat16. */
    public static final double LARGEST_ERROR = 0.1;

    /** Rows whose outputs are held against the reference's. */
    private static final int ROWS = 4;

    private final float[] reference;

    /** Evaluates the reference. */
    public ProfileCheck(Torch torch, Checkpoint checkpoint) {
        try (LoadedModel model = LoadedModel.load(torch, checkpoint, NumericProfile.FLOAT32)) {
            reference = output(model);
        }
    }

    /** Returns the relative L2 error of a model's output; not a number where the output is none. */
    public double error(LoadedModel model) {
        float[] values = output(model);
        double error = 0;
        double norm = 0;
        for (int i = 0; i < values.length; i++) {
            error += Math.pow((double) values[i] - reference[i], 2);
            norm += Math.pow(reference[i], 2);
        }
        return norm == 0 ? error : Math.sqrt(error / norm);
    }

    private static float[] output(LoadedModel model) {
        return new ProbeRows(model, ROWS).evaluate();
    }
}
