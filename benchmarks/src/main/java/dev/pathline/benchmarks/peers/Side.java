package dev.pathline.benchmarks.peers;

/** One side of a comparison: a network that is loaded and warm, and evaluated or trained. */
interface Side extends AutoCloseable {

    /** Returns what it is called in the table. */
    String name();

    /** Evaluates, or makes a step, so many times, and returns the milliseconds of one. */
    double millis(int times);

    /** Returns one output, or the losses of the first steps, for the check that both sides compute the same. */
    float[] output();

    @Override
    void close();
}
