package dev.pathline.diffusion.card;

/** How guidance of a scale {@code w}, {@code u + w (c - u)}, is had from a model's network. */
public sealed interface ModelGuidance {

    /** From two rows of the network, at any scale: with the sample's conditions, {@code c}, and without, {@code u}. */
    ModelGuidance CLASSIFIER_FREE = new ClassifierFree();

    /** The largest scale that a request may ask for. */
    double MAX_SCALE = 30;

    /** See {@link #CLASSIFIER_FREE}: a model with a null class alone can be guided (arXiv 2207.12598). */
    record ClassifierFree() implements ModelGuidance {}

    /**
     * From one row: the network was trained to predict what guidance of one scale makes (arXiv 2210.03142), and cannot do
     * another.
     *
     * @param scale that scale, 0 to {@value #MAX_SCALE}; 1 is none
     */
    record BakedIn(double scale) implements ModelGuidance {

        /** @throws IllegalArgumentException if the scale is out of its range */
        public BakedIn {
            require(scale >= 0 && scale <= MAX_SCALE, "guidance.scale must be 0 to 30, not " + scale);
        }
    }

    /**
     * From one row: the scale is an input of the network, named {@code guidance} (arXiv 2210.03142, section 3.1).
     *
     * @param min the smallest scale that the network knows, from 0 on; 1 is no guidance
     * @param max the largest, at least {@code min} and at most {@value #MAX_SCALE}
     */
    record Input(double min, double max) implements ModelGuidance {

        /** @throws IllegalArgumentException if the scales are out of their range */
        public Input {
            require(min >= 0 && min <= max && max <= MAX_SCALE,
                    "guidance.min and guidance.max must be 0 <= min <= max <= 30, not " + min + " and " + max);
        }

        /** Returns whether the network knows a scale. */
        public boolean contains(double scale) {
            return scale >= min && scale <= max;
        }

        /** Returns the scale that the network knows and that is nearest to another. */
        public double nearest(double scale) {
            return Math.clamp(scale, min, max);
        }
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
