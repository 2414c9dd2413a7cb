package dev.pathline.benchmarks.peers;

/** One side of a comparison: a network that is loaded and warm. */
interface Side extends AutoCloseable {

    /** Returns what it is called in the table. */
    String name();

    /** Evaluates so many times, and returns the milliseconds of one evaluation. */
    double millis(int evaluations);

    /** Returns one output, for the check that both sides compute the same. */
    float[] output();

    @Override
    void close();
}
