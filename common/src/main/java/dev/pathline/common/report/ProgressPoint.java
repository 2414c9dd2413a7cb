package dev.pathline.common.report;

import dev.pathline.common.wire.TrainingRunEvent;
import dev.pathline.common.wire.TrainingRunEvent.NoiseLevel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the steps after {@code since}, up to and with {@code step}.
 *
 * @param at when it was reported; null where nobody wrote it down
 * @param since the step after which the point begins
 * @param step the last of its steps
 * @param steps the number of steps in all; for a budget of time an estimate
 * @param loss the mean unweighted loss; not a number if one of its losses was not finite
 * @param gradientNorm the largest reported norm of a gradient, before clipping; not a number if one was not finite
 * @param imagesPerSecond the throughput, training time alone
 * @param byNoise the loss by noise level, from the cleanest on; empty for a classifier
 */
public record ProgressPoint(
        @Nullable Instant at,
        long since,
        long step,
        long steps,
        double loss,
        double gradientNorm,
        double imagesPerSecond,
        List<NoiseLevel> byNoise) {

    /** Takes a copy. */
    public ProgressPoint {
        if (step <= since) {
            throw new IllegalArgumentException("a point ends after it begins, not at " + step + " after " + since);
        }
        byNoise = List.copyOf(byNoise);
    }

    /** Returns what a report says of the steps after {@code since}. */
    static ProgressPoint of(@Nullable Instant at, long since, TrainingRunEvent.Progress p) {
        return new ProgressPoint(at, since, p.step(), p.steps(), number(p.loss()), number(p.gradientNorm()),
                number(p.imagesPerSecond()), p.byNoise());
    }

    /**
     * Returns the point as clients get it; what was left at the time is not in it.
     *
     * @param images training images seen up to its last step
     */
    public TrainingRunEvent.Progress event(long images) {
        return new TrainingRunEvent.Progress(step, steps, images, loss, gradientNorm, imagesPerSecond, null, byNoise);
    }

    /**
     * Returns at most {@code most} points that cover the same steps, each the mean of those that end in an equal share
     * of the steps. Fewer points than that are returned as they are.
     *
     * @param points by growing step
     * @param most at least 1
     */
    public static List<ProgressPoint> reduced(List<ProgressPoint> points, int most) {
        if (points.size() <= most) {
            return List.copyOf(points);
        }
        long first = points.getFirst().step;
        double share = (points.getLast().step - first + 1) / (double) most;
        var reduced = new ArrayList<ProgressPoint>();
        int from = 0;
        for (int i = 1; i <= points.size(); i++) {
            if (i == points.size()
                    || (long) ((points.get(i).step - first) / share) != (long) ((points.get(from).step - first)
                            / share)) {
                reduced.add(merged(points.subList(from, i)));
                from = i;
            }
        }
        return reduced;
    }

    /** The mean over all steps of some points; of gradient norms the largest, because a peak is what is looked for. */
    private static ProgressPoint merged(List<ProgressPoint> points) {
        double steps = 0;
        double loss = 0;
        double norm = points.getFirst().gradientNorm;
        double seconds = 0;
        for (ProgressPoint point : points) {
            long own = point.step - point.since;
            steps += own;
            loss += own * point.loss;
            norm = Math.max(norm, point.gradientNorm);
            seconds += own / point.imagesPerSecond;
        }
        ProgressPoint last = points.getLast();
        return new ProgressPoint(last.at, points.getFirst().since, last.step, last.steps, loss / steps, norm,
                steps / seconds, NoiseMeans.of(points));
    }

    private static double number(@Nullable Double value) {
        return value == null ? Double.NaN : value;
    }
}
