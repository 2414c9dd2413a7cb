package dev.pathline.engine.objective;

/**
 * How far the network's output is from its target, for one row. {@code e = scale (F - y)}, the scale being the row's, and
 * {@code |e|^2} the sum over its elements.
 */
public sealed interface Distance {

    /** The squared distance. */
    Distance SQUARED = new Squared();

    /** The mean of the squared elements; what a scale would do, the row's weight does. */
    record Squared() implements Distance {}

    /**
     * {@code sqrt(|e|^2 + offset^2) - offset}: squared nearby and linear far off, so that few large errors do not rule
     * (arXiv 2310.14189, section 3.3, with {@code offset = 0.00054 sqrt(d)}).
     *
     * @param offset where one becomes the other, positive
     */
    record PseudoHuber(double offset) implements Distance {

        /** @throws IllegalArgumentException if the offset is not positive and finite */
        public PseudoHuber {
            if (!(offset > 0 && Double.isFinite(offset))) {
                throw new IllegalArgumentException("a pseudo-Huber distance needs a positive offset, not " + offset);
            }
        }
    }

    /**
     * {@code |e|^2 / sg(|e|^2 + offset)^power} (arXiv 2505.13447, equation 22): a power of 1 gives every row the same
     * pull. It moves what a network learns from the mean towards a mode where the error of a row is not nearly the same for
     * all: for images, not for points of few dimensions.
     *
     * @param power above 0, published 1 (latents) and 0.75 (pixels)
     * @param offset positive
     */
    record Adaptive(double power, double offset) implements Distance {

        /** @throws IllegalArgumentException if a number is not positive and finite */
        public Adaptive {
            if (!(power > 0 && Double.isFinite(power) && offset > 0 && Double.isFinite(offset))) {
                throw new IllegalArgumentException(
                        "an adaptive distance needs a positive power and offset, not " + power + " and " + offset);
            }
        }
    }
}
