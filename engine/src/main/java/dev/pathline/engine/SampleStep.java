package dev.pathline.engine;

import dev.pathline.diffusion.npy.NpyArray;
import java.awt.image.BufferedImage;

/**
 * A sample on its way: what is known of it after a step.
 *
 * @param sample the sample's index in the request, from 0
 * @param step the step that is done, from 1 to {@code steps}
 * @param steps the steps that the sample takes
 * @param noiseLevel {@code sigma/alpha} where the step evaluated the network last
 * @param prediction what the network takes the clean sample to be, in the shape of a sample
 */
public record SampleStep(int sample, int step, int steps, double noiseLevel, NpyArray prediction) {

    /**
     * Returns the prediction as a picture, as {@link SampleRequest#image} returns the finished one.
     *
     * @throws IllegalArgumentException if samples of the model are no pictures
     */
    public BufferedImage image() {
        return SamplePictures.of(prediction.values(), prediction.shape());
    }
}
