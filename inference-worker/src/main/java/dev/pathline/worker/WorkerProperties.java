package dev.pathline.worker;

import dev.pathline.engine.script.NumericProfile;
import java.time.Duration;
import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The worker's settings; {@code pathline-worker.yml} lists them with their defaults.
 *
 * @param device {@code auto}, {@code cpu} or {@code cuda:N}
 * @param threads threads of one operator, or 0 for the number of cores
 * @param profile the numeric profile that networks compute with, or {@code auto} for the one that a measurement of each
 *        network on this machine recommends
 * @param slots samples of one model that are under way at once
 * @param jobs jobs that are claimed at once
 * @param models models that stay loaded
 * @param lease how long a claim holds without a heartbeat
 * @param drain how long running jobs may go on after the order to stop
 */
@ConfigurationProperties("pathline.worker")
public record WorkerProperties(
        @DefaultValue("auto") String device,
        @DefaultValue("0") int threads,
        @DefaultValue("auto") String profile,
        @DefaultValue("128") int slots,
        @DefaultValue("32") int jobs,
        @DefaultValue("4") int models,
        @DefaultValue("30s") Duration lease,
        @DefaultValue("10s") Duration drain) {

    /** A request may ask for this many images, which enter together. */
    private static final int LARGEST_REQUEST = 64;

    private static final String AUTO = "auto";

    /** Checks the ranges, so that a mistake is told at start. */
    public WorkerProperties {
        require(threads >= 0, "threads", "must be 0 (all cores) or more");
        require(slots >= LARGEST_REQUEST, "slots",
                "must be at least " + LARGEST_REQUEST + ", the largest request's images");
        if (!profile.equals(AUTO)) {
            NumericProfile.named(profile);
        }
        require(jobs > 0, "jobs", "must be at least 1");
        require(models > 0, "models", "must be at least 1");
        require(lease.compareTo(Duration.ofSeconds(3)) >= 0, "lease", "must be at least 3s");
        require(!drain.isNegative(), "drain", "must not be negative");
    }

    /** Returns the profile that is set; empty where a measurement is to choose. */
    Optional<NumericProfile> fixedProfile() {
        return profile.equals(AUTO) ? Optional.empty() : Optional.of(NumericProfile.named(profile));
    }

    /** Returns the number of threads of one operator. */
    public int intraOpThreads() {
        return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    }

    private static void require(boolean condition, String key, String rule) {
        if (!condition) {
            throw new IllegalArgumentException("pathline.worker." + key + " " + rule + ".");
        }
    }
}
