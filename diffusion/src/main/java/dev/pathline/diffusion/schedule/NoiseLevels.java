package dev.pathline.diffusion.schedule;

/** What the schedules of a range of noise levels share. */
final class NoiseLevels {
    private NoiseLevels() {}

    /** @throws IllegalArgumentException if {@code 0 < sigmaMin < sigmaMax < inf} does not hold */
    static void check(String schedule, double sigmaMin, double sigmaMax) {
        if (!(sigmaMin > 0 && sigmaMin < sigmaMax && Double.isFinite(sigmaMax))) {
            throw new IllegalArgumentException(schedule + " needs 0 < sigmaMin < sigmaMax, not sigmaMin = " + sigmaMin
                    + " and sigmaMax = " + sigmaMax);
        }
    }
}
