package dev.pathline.engine.data.augment;

import java.util.random.RandomGenerator;

/** Moves images by whole pixels and mirrors every other one. */
record ShiftAndMirror(ImageSize extent, int maxShift, boolean mirrors) implements Augmentation {

    /** What is where a moved image has no pixel: black. */
    private static final float BACKGROUND = -1;

    @Override
    public int labels() {
        return 0;
    }

    @Override
    public void apply(float[] image, float[] target, int offset, float[] labels, int labelOffset,
            RandomGenerator random) {
        int height = extent.height();
        int width = extent.width();
        int dy = random.nextInt(-maxShift, maxShift + 1);
        int dx = random.nextInt(-maxShift, maxShift + 1);
        boolean mirror = mirrors && random.nextBoolean();
        for (int c = 0; c < extent.channels(); c++) {
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    int fromY = y + dy;
                    int fromX = (mirror ? width - 1 - x : x) + dx;
                    boolean inside = fromY >= 0 && fromY < height && fromX >= 0 && fromX < width;
                    target[offset + (c * height + y) * width + x] = inside
                            ? image[(c * height + fromY) * width + fromX]
                            : BACKGROUND;
                }
            }
        }
    }
}
