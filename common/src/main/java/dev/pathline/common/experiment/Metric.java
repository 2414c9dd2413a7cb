package dev.pathline.common.experiment;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is measured of an arm.
 *
 * @param name as reports say it
 * @param better which way is better
 */
public record Metric(String name, Better better) {

    /** Which way is better. */
    public enum Better {
        /** More is better. */
        HIGHER,
        /** Less is better. */
        LOWER
    }

    /** What the server measures of every job. */
    public enum OfJob {
        /** From acceptance to the first row. */
        QUEUED_MS("queuedMs"),
        /** From acceptance to the first preview; of jobs with previews. */
        FIRST_PREVIEW_MS("firstPreviewMs"),
        /** From acceptance to the end. */
        TOTAL_MS("totalMs"),
        /** The device's time: the job's share of every evaluation that it took part in. */
        DEVICE_MS("deviceMs"),
        /** Evaluations of the network for one image. */
        EVALUATIONS("evaluations"),
        /** 1 for a job that failed or expired, 0 for one that succeeded. A cancelled job is neither. */
        FAILED("failed");

        private final String wire;

        OfJob(String wire) {
            this.wire = wire;
        }

        /** The name on the wire. */
        public String wire() {
            return wire;
        }

        /** Returns the metric: of all of these less is better. */
        public Metric metric() {
            return new Metric(wire, Better.LOWER);
        }

        /** Returns the one of a name. */
        public static Optional<OfJob> named(String name) {
            return Arrays.stream(values()).filter(metric -> metric.wire.equals(name)).findFirst();
        }
    }

    /** The share of a job's images that a classifier calls their own class. */
    public static final Metric OWN_CLASS = new Metric("ownClass", Better.HIGHER);
    /**
     * How far the images of an arm are from the control's of the same seed: the root mean square difference of pixels, of which 1 is that of
     * black from white.
     */
    public static final Metric PAIR_DISTANCE = new Metric("pairDistance", Better.LOWER);
    /** What people think of an image, on any scale. */
    public static final Metric RATING = new Metric("rating", Better.HIGHER);

    /** Returns the metrics that an experiment need not declare. */
    public static List<Metric> known() {
        return Stream.concat(Arrays.stream(OfJob.values()).map(OfJob::metric),
                Stream.of(OWN_CLASS, PAIR_DISTANCE, RATING)).toList();
    }

    /** Returns how much worse a difference is, in the metric's own unit; negative where it is better. */
    public double harm(double difference) {
        return better == Better.LOWER ? difference : -difference;
    }
}
