package dev.pathline.engine.data.images;

import java.util.List;

/**
 * What every image of a data set becomes.
 *
 * @param channels 1 for grey, 3 for red, green and blue
 * @param height in pixels
 * @param width in pixels
 */
public record ImageTarget(int channels, int height, int width) {

    /** The largest height or width. */
    public static final int MAX_SIZE = 8192;

    /** @throws IllegalArgumentException if a number is out of range */
    public ImageTarget {
        if (channels != 1 && channels != 3) {
            throw new IllegalArgumentException("images have 1 or 3 channels, not " + channels);
        }
        if (Math.min(height, width) < 1 || Math.max(height, width) > MAX_SIZE) {
            throw new IllegalArgumentException("images have from 1 to " + MAX_SIZE + " rows and columns, not " + height
                    + "x" + width);
        }
    }

    /** Returns {@code [channels, height, width]}. */
    public List<Integer> shape() {
        return List.of(channels, height, width);
    }

    /** Returns the number of bytes of an image. */
    public int bytes() {
        return channels * height * width;
    }
}
