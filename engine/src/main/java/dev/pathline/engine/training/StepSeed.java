package dev.pathline.engine.training;

/** The seed of a step's random stream: a pure function of the run's seed and the step's number. */
final class StepSeed {

    private StepSeed() {}

    /** Mixes with the finaliser of SplitMix64, so that neighbouring steps have unrelated streams. */
    static long of(long seed, long step) {
        long z = seed + step * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
