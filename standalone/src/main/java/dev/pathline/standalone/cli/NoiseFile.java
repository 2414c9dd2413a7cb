package dev.pathline.standalone.cli;

import dev.pathline.diffusion.npy.NpyArray;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.noise.NoiseSource;
import dev.pathline.diffusion.plan.GivenNoise;
import dev.pathline.diffusion.plan.SamplingPlan;
import java.io.IOException;
import java.nio.file.Path;

/** The noise of a run from a NumPy file: {@code [count, ...]} or {@code [count, 1 + draws, ...]}. */
final class NoiseFile {

    private final Path file;
    private final NpyArray array;
    private final ModelCard card;

    /**
     * Reads a file.
     *
     * @throws IllegalArgumentException if its numbers are not noise of the model's shape
     * @throws IOException if it is not there or cannot be read
     */
    NoiseFile(Path file, ModelCard card) throws IOException {
        this.file = file;
        this.array = GivenNumbers.read(file);
        this.card = card;
        if (!startsOnly() && !GivenNumbers.fits(array, card, 2)) {
            throw GivenNumbers.wrongShape(file, array, card, "count, ", "count, 1 + draws, ");
        }
    }

    private boolean startsOnly() {
        return GivenNumbers.fits(array, card, 1);
    }

    /** Returns how many samples it has noise for. */
    int count() {
        return array.shape()[0];
    }

    /**
     * Returns the noise as a plan asks for it.
     *
     * @throws IllegalArgumentException if the plan draws more than there is
     */
    NoiseSource source(SamplingPlan plan) {
        try {
            return new GivenNoise(plan, array.values(), startsOnly() ? 1 : array.shape()[1], card.dimension());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
    }
}
