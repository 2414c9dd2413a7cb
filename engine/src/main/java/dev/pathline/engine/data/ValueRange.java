package dev.pathline.engine.data;

/**
 * The numbers in a file that become -1 and 1.
 *
 * @param low becomes -1
 * @param high becomes 1, larger than {@code low}
 */
public record ValueRange(double low, double high) {

    /** @throws IllegalArgumentException if it is empty or not finite */
    public ValueRange {
        if (!(low < high) || Double.isInfinite(high - low)) {
            throw new IllegalArgumentException("a range needs a lower and a higher number, not " + low + " and "
                    + high);
        }
    }

    float scaled(float value) {
        return (float) (2 * (value - low) / (high - low) - 1);
    }
}
