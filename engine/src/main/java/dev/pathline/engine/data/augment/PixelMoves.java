package dev.pathline.engine.data.augment;

/** Moves of whole pixels, collected into one table: where each pixel of the result comes from. */
final class PixelMoves {

    private final ImageSize extent;
    private int[] from;
    private boolean moved;

    PixelMoves(ImageSize extent) {
        this.extent = extent;
        this.from = new int[extent.plane()];
        for (int i = 0; i < from.length; i++) {
            from[i] = i;
        }
    }

    /** Where a pixel of a moved image comes from, as {@code y * width + x}. */
    private interface Place {
        int of(int x, int y);
    }

    void mirrorX() {
        then((x, y) -> y * extent.width() + extent.width() - 1 - x);
    }

    void mirrorY() {
        then((x, y) -> (extent.height() - 1 - y) * extent.width() + x);
    }

    /** Turns a square image anticlockwise. */
    void turn(int quarters) {
        int last = extent.width() - 1;
        for (int i = 0; i < quarters; i++) {
            then((x, y) -> x * extent.width() + last - y);
        }
    }

    /** Moves to the right and up; what comes in is the mirror image. */
    void shift(int right, int up) {
        if (right != 0 || up != 0) {
            then((x, y) -> Resampling.reflected(y + up, extent.height()) * extent.width()
                    + Resampling.reflected(x - right, extent.width()));
        }
    }

    float[] apply(float[] image) {
        if (!moved) {
            return image;
        }
        float[] result = new float[extent.values()];
        for (int c = 0; c < extent.channels(); c++) {
            int plane = c * from.length;
            for (int i = 0; i < from.length; i++) {
                result[plane + i] = image[plane + from[i]];
            }
        }
        return result;
    }

    private void then(Place place) {
        int[] next = new int[from.length];
        for (int y = 0; y < extent.height(); y++) {
            for (int x = 0; x < extent.width(); x++) {
                next[y * extent.width() + x] = from[place.of(x, y)];
            }
        }
        from = next;
        moved = true;
    }
}
