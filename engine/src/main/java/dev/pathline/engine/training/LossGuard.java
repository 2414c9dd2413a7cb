package dev.pathline.engine.training;

import java.util.Optional;

/**
 * Notices that training goes wrong: a loss or a gradient that is no number, or a loss that has grown to the multiple of
 * its best that is its {@link LossLimit}, where it has one. A loss is noisy, so what is compared is its mean over the last twenty steps or so, and one that is still far
 * below where it began has not exploded, however small it was in between.
 *
 * <p>Its state goes into snapshots: a run that was interrupted notices at the same step, and knows as long which weights
 * are from before the trouble.
 */
final class LossGuard {

    private static final double RATE = 0.05;
    /** Before so many steps the mean is of too few. */
    private static final int SETTLED = 50;
    /** Of the first mean: a loss that is learned well comes near 0, where multiples are noise. */
    private static final double FAR_BELOW = 0.5;
    /** How many steps the mean lags behind: trouble is that much older than the first mean that shows it. */
    private static final long LAG = Math.round(1 / RATE);

    private final LossLimit limit;
    private double mean;
    private double weight;
    private long steps;
    private double first;
    private double best = Double.POSITIVE_INFINITY;
    private long suspectSince = -1;

    /** A guard that has seen nothing, with the usual limit. */
    LossGuard() {
        this(LossLimit.DEFAULT);
    }

    /** A guard that has seen nothing. */
    LossGuard(LossLimit limit) {
        this.limit = limit;
    }

    /** A guard with the usual limit that goes on from what {@link #state} returned. */
    LossGuard(String state) {
        this(LossLimit.DEFAULT, state);
    }

    /** A guard that goes on from what {@link #state} returned, whatever the limit was. */
    LossGuard(LossLimit limit, String state) {
        this.limit = limit;
        String[] parts = state.split(" ", -1);
        mean = Double.parseDouble(parts[0]);
        weight = Double.parseDouble(parts[1]);
        steps = Long.parseLong(parts[2]);
        first = Double.parseDouble(parts[3]);
        best = Double.parseDouble(parts[4]);
        suspectSince = Long.parseLong(parts[5]);
    }

    /** Returns all that it knows, exactly. */
    String state() {
        return mean + " " + weight + " " + steps + " " + first + " " + best + " " + suspectSince;
    }

    /**
     * Adds a step.
     *
     * @param loss the mean unweighted loss of its rows
     * @param norm the norm of its gradient, before clipping
     * @return what is wrong, as a sentence for people, or empty
     */
    Optional<String> add(long step, double loss, double norm) {
        if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
            return Optional.of("at step " + step + " the loss is " + loss + " and the norm of the gradient " + norm);
        }
        mean += RATE * (loss - mean);
        weight += RATE * (1 - weight);
        steps++;
        double smoothed = mean / weight;
        if (steps == 1) {
            first = smoothed;
        }
        if (steps >= SETTLED) {
            best = Math.min(best, smoothed);
        }
        if (!(smoothed > limit.suspicious() * best)) {
            suspectSince = -1;
        } else if (suspectSince < 0) {
            suspectSince = Math.max(1, step - LAG);
        }
        return smoothed > limit.multiple() * best && smoothed > FAR_BELOW * first
                ? Optional.of("at step " + step + " the loss has grown to " + smoothed + ", from " + best
                        + " at its best")
                : Optional.empty();
    }

    /**
     * Returns the first step from which on the weights are not to be trusted.
     *
     * @param otherwise what to return while nothing is suspicious
     */
    long suspectSince(long otherwise) {
        return suspectSince < 0 ? otherwise : suspectSince;
    }
}
