package dev.pathline.engine.data.augment;

import java.util.random.RandomGenerator;

/**
 * EDM's pipeline: whole-pixel moves exactly, then one resampling for all other geometry, then one matrix for all colours.
 *
 * <p>Where it departs from the reference implementation: that one resamples bilinearly between two passes of a wavelet
 * filter at twice the resolution, this one with a cubic at once. Both leave an image alone that is not transformed.
 * Outside an image its mirror image is seen. Values are not clipped.
 */
final class Pipeline implements Augmentation {

    private static final double MAX_SHIFT = 0.125;
    private static final double SCALE_STD = 0.2;
    private static final double STRETCH_STD = 0.2;
    private static final double TRANSLATE_STD = 0.125;
    private static final double BRIGHTNESS_STD = 0.2;
    private static final double CONTRAST_STD = 0.5;
    private static final double SATURATION_STD = 1;

    private final ImageSize extent;
    private final PipelineSettings settings;

    /** @throws IllegalArgumentException if such images cannot be transformed like this */
    Pipeline(ImageSize extent, PipelineSettings settings) {
        if (settings.on(Transform.QUARTER_TURN) && extent.height() != extent.width()) {
            throw new IllegalArgumentException(Transform.QUARTER_TURN.key() + " is for square images, not for "
                    + extent.height() + "x" + extent.width());
        }
        for (Transform transform : Transform.values()) {
            if (settings.on(transform) && transform.changesColor() && extent.channels() != 1
                    && extent.channels() != 3) {
                throw new IllegalArgumentException(transform.key() + " is for images with 1 or 3 channels, not "
                        + extent.channels());
            }
        }
        this.extent = extent;
        this.settings = settings;
    }

    @Override
    public int labels() {
        return settings.labels();
    }

    @Override
    public void apply(float[] image, float[] target, int offset, float[] labels, int labelOffset,
            RandomGenerator random) {
        var draws = new Draws(random, settings, labels, labelOffset);
        PixelMoves moves = moves(draws);
        AffineMap map = geometry(draws);
        ColorMap colors = colors(draws);
        float[] moved = moves.apply(image);
        if (map.isIdentity()) {
            System.arraycopy(moved, 0, target, offset, moved.length);
        } else {
            Resampling.cubic(moved, extent, map, target, offset);
        }
        colors.apply(target, offset, extent);
    }

    private PixelMoves moves(Draws draws) {
        var moves = new PixelMoves(extent);
        draws.flag(Transform.X_FLIP, moves::mirrorX);
        draws.flag(Transform.Y_FLIP, moves::mirrorY);
        if (settings.on(Transform.QUARTER_TURN)) {
            int turns = draws.quarters();
            moves.turn(turns);
        }
        if (settings.on(Transform.SHIFT)) {
            double wholeX = extent.width() * MAX_SHIFT;
            double wholeY = extent.height() * MAX_SHIFT;
            double[] shares = draws.uniformPair(Transform.SHIFT);
            long right = Math.round(shares[0] * wholeX);
            long up = Math.round(shares[1] * wholeY);
            moves.shift((int) right, (int) up);
            draws.tell(right / wholeX, up / wholeY);
        }
        return moves;
    }

    /** The map from a place in the result to the one in the image that is seen there, so inverses multiply in order. */
    private AffineMap geometry(Draws draws) {
        AffineMap map = AffineMap.IDENTITY;
        if (settings.on(Transform.SCALE)) {
            double w = draws.normal(Transform.SCALE);
            double scale = Math.pow(2, SCALE_STD * w);
            map = map.times(AffineMap.scaling(1 / scale, 1 / scale));
            draws.tell(w);
        }
        if (settings.on(Transform.ROTATE)) {
            double angle = draws.angle(Transform.ROTATE);
            map = map.times(AffineMap.rotation(angle));
            draws.tell(Math.cos(angle) - 1, Math.sin(angle));
        }
        if (settings.on(Transform.STRETCH)) {
            double axis = draws.anyAngle();
            double w = draws.normal(Transform.STRETCH);
            double r = draws.half() ? axis : 0;
            double scale = Math.pow(2, STRETCH_STD * w);
            map = w == 0
                    ? map
                    : map.times(AffineMap.rotation(-r)).times(AffineMap.scaling(1 / scale, scale))
                            .times(AffineMap.rotation(r));
            draws.tell(w * Math.cos(r), w * Math.sin(r));
        }
        if (settings.on(Transform.TRANSLATE)) {
            double[] w = draws.normalPair(Transform.TRANSLATE);
            map = map.times(AffineMap.translation(-w[0] * extent.width() * TRANSLATE_STD,
                    -w[1] * extent.height() * TRANSLATE_STD));
            draws.tell(w[0], w[1]);
        }
        return map;
    }

    private ColorMap colors(Draws draws) {
        ColorMap map = ColorMap.IDENTITY;
        if (settings.on(Transform.BRIGHTNESS)) {
            double w = draws.normal(Transform.BRIGHTNESS);
            map = map.then(ColorMap.brighter(BRIGHTNESS_STD * w));
            draws.tell(w);
        }
        if (settings.on(Transform.CONTRAST)) {
            double w = draws.normal(Transform.CONTRAST);
            map = map.then(ColorMap.multiplied(Math.pow(2, CONTRAST_STD * w)));
            draws.tell(w);
        }
        if (draws.flag(Transform.LUMA_FLIP, () -> {
        })) {
            map = map.then(ColorMap.LUMA_NEGATED);
        }
        if (settings.on(Transform.HUE)) {
            double angle = draws.angle(Transform.HUE);
            map = map.then(ColorMap.turned(angle));
            draws.tell(Math.cos(angle) - 1, Math.sin(angle));
        }
        if (settings.on(Transform.SATURATION)) {
            double w = draws.normal(Transform.SATURATION);
            map = map.then(ColorMap.saturated(Math.pow(2, SATURATION_STD * w)));
            draws.tell(w);
        }
        return map;
    }
}
