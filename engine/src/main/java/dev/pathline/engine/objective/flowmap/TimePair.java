package dev.pathline.engine.objective.flowmap;

import dev.pathline.engine.objective.ObjectiveSettings;
import dev.pathline.engine.objective.ObjectiveSettings.Range;
import dev.pathline.engine.objective.TimeDistribution;
import java.util.random.RandomGenerator;

/**
 * How the two times {@code r <= t} of a jump are drawn: twice from one law and put in order (arXiv 2505.13447, section 4.3),
 * but now and then a jump begins at pure noise or ends at data, which are the jumps that few steps make.
 *
 * @param times the law
 * @param fromNoise the share of jumps that begin at {@code t = 1}
 * @param toData the share of jumps that end at {@code r = 0}
 */
public record TimePair(TimeDistribution times, double fromNoise, double toData) {

    /** Both times of a jump. */
    public record Times(double t, double r) {}

    /**
     * Reads {@code time}, {@code fromNoise} and {@code toData}.
     *
     * @param mean the default law's, a logit-normal's
     */
    public static TimePair read(ObjectiveSettings settings, double mean, double std) {
        return new TimePair(
                settings.times("time", StraightPath.SCHEDULE, new TimeDistribution.LogitNormal(mean, std)),
                settings.number("fromNoise", Range.SHARE, 0), settings.number("toData", Range.SHARE, 0));
    }

    /**
     * Draws a jump, or a time without one; as many numbers are drawn whatever comes out.
     *
     * @param jumps whether there is one: else both times are the later of two draws of the law
     */
    public Times draw(RandomGenerator random, boolean jumps) {
        double first = times.sample(random, StraightPath.SCHEDULE);
        double second = times.sample(random, StraightPath.SCHEDULE);
        boolean noise = random.nextDouble() < fromNoise;
        boolean data = random.nextDouble() < toData;
        double later = Math.max(first, second);
        if (!jumps) {
            return new Times(later, later);
        }
        double end = noise ? second : Math.min(first, second);
        return new Times(noise ? 1 : later, data ? 0 : end);
    }
}
