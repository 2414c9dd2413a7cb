package dev.pathline.diffusion.card;

/** The one way from a sample's numbers to what an image file holds. */
public final class PixelLevels {

    private PixelLevels() {}

    /** Returns the level, 0 to 255, of a value: -1 is black, 1 is white, what is outside is clamped, NaN is black. */
    public static int of(float value) {
        return Math.clamp(Math.round((value + 1) * 127.5f), 0, 255);
    }

    /** Returns the value of a level, -1 to 1. */
    public static float value(int level) {
        return level / 127.5f - 1;
    }
}
