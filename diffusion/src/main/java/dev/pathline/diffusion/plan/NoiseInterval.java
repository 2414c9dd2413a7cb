package dev.pathline.diffusion.plan;

/**
 * Where a stage's noise lies on a sample's Brownian path: it is the path's increment from {@code from} to {@code to},
 * divided by its standard deviation. The path's own time is {@code (2/pi) atan(sigma/alpha)}, which is 0 for clean data and
 * 1 for pure noise on every schedule; so neighbouring steps have independent noise, and the noise of a long step is the sum
 * of that of the short ones within.
 *
 * @param path the number of the path, from 0, where a step draws noise more than once
 * @param from the larger end, at most 1
 * @param to the smaller end, at least 0
 */
public record NoiseInterval(
        int path,
        double from,
        double to) {}
