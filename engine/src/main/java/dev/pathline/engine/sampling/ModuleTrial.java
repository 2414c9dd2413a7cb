package dev.pathline.engine.sampling;

import dev.pathline.engine.graph.InputNames;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.Shape;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelGuidance;
import dev.pathline.diffusion.noise.NoiseKey;
import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.engine.checkpoint.CheckpointException;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.script.InputTable;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Supplier;

/** Loads a model whose network is another program's module, and tries it once: two rows, before anybody relies on it. */
final class ModuleTrial {

    private static final int ROWS = 2;
    private static final String ERROR = "RuntimeError: ";

    private ModuleTrial() {}

    /**
     * Returns a model that has been tried.
     *
     * @throws CheckpointException if it cannot be loaded, or its output has the wrong shape or is not finite
     */
    static LoadedModel load(Path file, Network network, Supplier<LoadedModel> loading) {
        try {
            LoadedModel model = loading.get();
            try {
                requireUsable(model, network);
                return model;
            } catch (RuntimeException | Error e) {
                model.close();
                throw e;
            }
        } catch (EngineException e) {
            throw new CheckpointException(file + " cannot be used: either it does not take and return what config.json"
                    + " says, or it does not run here. libtorch says: " + sentence(String.valueOf(e.getMessage())), e);
        } catch (IllegalArgumentException | UncheckedIOException e) {
            throw new CheckpointException(file + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static void requireUsable(LoadedModel model, Network network) {
        ModelCard card = model.card();
        float[] x = new float[ROWS * card.dimension()];
        new PhiloxNoise().fill(NoiseKey.initial(0, 0), x);
        NoiseSchedule schedule = card.noiseSchedule();
        float[] times = filled(card.timeInput().of(schedule, schedule.maxTime()));
        float[] targets = filled(network.hasTarget()
                ? card.targetInput().of(card.timeInput(), schedule, schedule.maxTime(), schedule.minTime())
                : 0);
        // A table that lacks the last class, or the one that means 'no label', is noticed here.
        long[] labels = {Math.max(0, card.classes().size() - 1), card.nullLabel().orElse(0)};
        Shape expected = new Shape(ROWS)
                .addAll(new Shape(card.shape().stream().mapToLong(Integer::longValue).toArray()));
        InputTable inputs = InputTable.of(ROWS).with(InputNames.X, x).with(InputNames.TIME, times)
                .with(InputNames.TARGET, targets)
                .with(InputNames.GUIDANCE,
                        filled(card.guidance() instanceof ModelGuidance.Input input ? input.nearest(1) : 1))
                .with(InputNames.LABEL, labels).completedFor(network);
        model.evaluate(inputs, output -> {
            require(output.getShape().equals(expected),
                    "it returns " + output.getShape() + " for an input of " + expected);
            for (float value : output.toFloatArray()) {
                require(Float.isFinite(value), "its output is not finite at the largest time");
            }
            return ROWS;
        });
    }

    private static float[] filled(double value) {
        float[] values = new float[ROWS];
        Arrays.fill(values, (float) value);
        return values;
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }

    /** libtorch explains itself at length, with the script; what is wrong stands behind its last error, or first. */
    private static String sentence(String message) {
        int error = message.lastIndexOf(ERROR);
        String[] lines = (error < 0 ? message : message.substring(error + ERROR.length())).strip().split("\\s*\n\\s*",
                3);
        return lines.length > 1 && lines[0].endsWith(":") ? lines[0] + " " + lines[1] : lines[0];
    }
}
