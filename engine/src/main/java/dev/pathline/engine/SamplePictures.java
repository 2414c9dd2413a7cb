package dev.pathline.engine;

import dev.pathline.diffusion.card.PixelLevels;
import java.awt.image.BufferedImage;
import java.util.Arrays;

/** Samples as pictures of the platform. */
final class SamplePictures {

    private SamplePictures() {}

    /**
     * Returns a sample as a picture in sRGB, a grey one too: Java takes the levels of its grey pictures for linear light, and
     * would show them too bright.
     *
     * @param sample the values, -1 is black and 1 is white
     * @param shape {@code [1 or 3, height, width]}
     * @throws IllegalArgumentException if that is no picture's shape
     */
    static BufferedImage of(float[] sample, int... shape) {
        if (shape.length != 3 || (shape[0] != 1 && shape[0] != 3)) {
            throw new IllegalArgumentException("a sample of shape " + Arrays.toString(shape)
                    + " is no picture; ask for values() or array()");
        }
        int height = shape[1];
        int width = shape[2];
        int plane = height * width;
        var picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int at = 0; at < plane; at++) {
            int red = PixelLevels.of(sample[at]);
            int green = shape[0] == 1 ? red : PixelLevels.of(sample[plane + at]);
            int blue = shape[0] == 1 ? red : PixelLevels.of(sample[2 * plane + at]);
            picture.setRGB(at % width, at / width, red << 16 | green << 8 | blue);
        }
        return picture;
    }
}
