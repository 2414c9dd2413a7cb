package dev.pathline.engine.data;

/** Where the numbers of samples come from. Safe for concurrent use. */
@FunctionalInterface
interface Values {

    /** Writes a sample's numbers, in the order of the data set's shape, to {@code target} from {@code offset}. */
    void read(int index, float[] target, int offset);

    /** The same numbers with {@code [low, high]} mapped to [-1, 1]. */
    static Values scaled(Values values, int sampleSize, ValueRange range) {
        return (index, target, offset) -> {
            values.read(index, target, offset);
            for (int i = offset; i < offset + sampleSize; i++) {
                target[i] = range.scaled(target[i]);
            }
        };
    }
}
