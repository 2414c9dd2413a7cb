package dev.pathline.engine.data.augment;

/**
 * What the pipeline can do to an image, in the order in which it is done and told.
 *
 * <p>Source: arXiv 2206.00364, appendix F.2, after arXiv 2006.06676, appendix B. The widths of the distributions are those
 * of the former's table 6.
 */
public enum Transform {
    /** Mirrored left to right, every other time. Told: 1 if it was. */
    X_FLIP("xFlip", 1),
    /** Mirrored top to bottom, every other time. Told: 1 if it was. */
    Y_FLIP("yFlip", 1),
    /** Turned by 0, 90, 180 or 270 degrees; square images alone. Told: (0, 0), (1, 0), (1, 1) or (0, 1). */
    QUARTER_TURN("quarterTurn", 2),
    /** Moved by up to an eighth of its size in whole pixels, to the right and up. Told: the shares of the largest move. */
    SHIFT("shift", 2),
    /** Enlarged by {@code 2^(0.2 w)}, {@code w} standard normal. Told: {@code w}. */
    SCALE("scale", 1),
    /** Turned by an angle {@code a} in [-pi, pi], anticlockwise. Told: {@code cos a - 1, sin a}. */
    ROTATE("rotate", 2),
    /**
     * Stretched by {@code 2^(0.2 w)} and made as much narrower across, {@code w} standard normal, every other time along
     * an axis at an angle {@code r} in [-pi, pi]. Told: {@code w cos r, w sin r}.
     */
    STRETCH("stretch", 2),
    /** Moved by {@code w/8} of its size in both directions, standard normal. Told: both {@code w}. */
    TRANSLATE("translate", 2),
    /** {@code 0.2 w} is added, {@code w} standard normal. Told: {@code w}. */
    BRIGHTNESS("brightness", 1),
    /** Multiplied by {@code 2^(0.5 w)}, {@code w} standard normal. Told: {@code w}. */
    CONTRAST("contrast", 1),
    /** The luma is negated and the colour kept, every other time. Told: 1 if it was. */
    LUMA_FLIP("lumaFlip", 1),
    /** The colour is turned around the axis of greys by an angle {@code a} in [-pi, pi]. Told: {@code cos a - 1, sin a}. */
    HUE("hue", 2),
    /** What is not grey is multiplied by {@code 2^w}, {@code w} standard normal. Told: {@code w}. */
    SATURATION("saturation", 1);

    private final String key;
    private final int labels;

    Transform(String key, int labels) {
        this.key = key;
        this.labels = labels;
    }

    /** Returns its name in a specification. */
    public String key() {
        return key;
    }

    /** Returns how many numbers tell of it. */
    public int labels() {
        return labels;
    }

    /** Returns whether it changes the values of pixels and not their places. */
    public boolean changesColor() {
        return compareTo(BRIGHTNESS) >= 0;
    }
}
