package dev.pathline.worker.schedule;

/**
 * How many rows an evaluation gets for those that its samples have. On a CPU as many: rows that nobody reads would cost what
 * others do. On CUDA one of few sizes, for which kernels are chosen and memory is kept once.
 */
public enum BatchSize {
    /** As many as there are. */
    EXACT,
    /** Up to the next of 1, 2, 3, 4, 6, 8, 12, 16, 24 and so on. */
    BUCKETS;

    /**
     * Returns the rows of an evaluation.
     *
     * @param rows those of the samples
     */
    public int of(int rows) {
        return this == EXACT || rows == 0 ? rows : bucket(rows);
    }

    /** Returns the largest size that is not above a number of rows. */
    public int fitting(int rows) {
        int up = of(rows);
        return up == rows ? rows : up == Integer.highestOneBit(up) ? up / 4 * 3 : up / 3 * 2;
    }

    private static int bucket(int rows) {
        int power = Integer.highestOneBit(rows);
        int between = power + power / 2;
        return rows == power ? power : rows <= between ? between : 2 * power;
    }
}
