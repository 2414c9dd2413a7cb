package dev.pathline.engine.measure;

import ai.djl.engine.EngineException;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.sampling.LoadedModel;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.torch.Torch;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries a network in every profile that suits the device, and recommends the fastest whose results are near the
 * reference's.
 */
final class ProfileMeasurement {

    private static final Logger LOG = LoggerFactory.getLogger(ProfileMeasurement.class);

    /** Relative L2 error that a profile may have; a sound network has 0.02 to 0.03 in bfloat16. */
    private static final double LARGEST_ERROR = 0.1;

    /** A faster profile must be worth its rounding. */
    private static final double WORTH_IT = 1.05;

    /** Rows whose outputs are held against the reference's. */
    private static final int COMPARED_ROWS = 4;

    private static final Duration BUDGET = Duration.ofMillis(200);

    /** What a row may take, so that all measurements together take some seconds: others wait for the device. */
    private static final double PATIENCE_SECONDS = 0.3;

    private final Torch torch;
    private final Checkpoint checkpoint;

    ProfileMeasurement(Torch torch, Checkpoint checkpoint) {
        this.torch = torch;
        this.checkpoint = checkpoint;
    }

    /** Returns the advice; without speeds if the network cannot be measured, and the device's kind decides. */
    ProfileAdvice run() {
        var speeds = new LinkedHashMap<String, Double>();
        float[] reference;
        int rows;
        try (LoadedModel model = LoadedModel.load(torch, checkpoint, NumericProfile.FLOAT32)) {
            double one = new ProbeRows(model, 1).seconds();
            if (one > PATIENCE_SECONDS) {
                LOG.info("{} takes {} s a row: it is not measured", checkpoint.card().name(), one);
                return new ProfileAdvice(NumericProfile.recommended(torch.isGpu()), Map.of());
            }
            rows = one < PATIENCE_SECONDS / 12 ? 16 : one < PATIENCE_SECONDS / 3 ? 4 : 1;
            reference = output(model);
            speeds.put(model.profile().name(), rows / new ModelTimer(model, BUDGET).evaluation(rows).seconds());
        } catch (EngineException e) {
            LOG.warn("{} cannot be measured: {}", checkpoint.card().name(), firstLine(e));
            return new ProfileAdvice(NumericProfile.recommended(torch.isGpu()), Map.of());
        }
        NumericProfile best = NumericProfile.FLOAT32;
        for (NumericProfile candidate : NumericProfile.candidates(torch.isGpu())) {
            double speed = candidate.equals(NumericProfile.FLOAT32) ? 0 : speed(candidate, rows, reference, speeds);
            if (speed > WORTH_IT * speeds.getOrDefault(best.name(), 0.0)) {
                best = candidate;
            }
        }
        return new ProfileAdvice(best, speeds);
    }

    /** Rows a second, or 0 for a profile that cannot be computed here or computes something else. */
    private double speed(NumericProfile candidate, int rows, float[] reference, Map<String, Double> speeds) {
        try (LoadedModel model = LoadedModel.load(torch, checkpoint, candidate)) {
            double error = relativeError(output(model), reference);
            if (!(error < LARGEST_ERROR)) {
                LOG.warn("{} is not computed in {}: the relative error would be {}", checkpoint.card().name(),
                        candidate.name(), error);
                return 0;
            }
            double speed = rows / new ModelTimer(model, BUDGET).evaluation(rows).seconds();
            speeds.put(candidate.name(), speed);
            return speed;
        } catch (EngineException e) {
            LOG.warn("{} cannot be computed in {} here: {}", checkpoint.card().name(), candidate.name(),
                    firstLine(e));
            return 0;
        }
    }

    /** What libtorch says, without the script that follows. */
    static String firstLine(RuntimeException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    private static float[] output(LoadedModel model) {
        return new ProbeRows(model, COMPARED_ROWS).evaluate();
    }

    private static double relativeError(float[] values, float[] reference) {
        double error = 0;
        double norm = 0;
        for (int i = 0; i < values.length; i++) {
            error += Math.pow((double) values[i] - reference[i], 2);
            norm += Math.pow(reference[i], 2);
        }
        return norm == 0 ? error : Math.sqrt(error / norm);
    }
}
