package dev.pathline.api;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The API service's settings; {@code pathline-api.yml} lists them with their defaults.
 *
 * @param maxBody the largest request body
 * @param bodyTimeout how long a body may take to arrive
 * @param hosts names and addresses that the server is called by, beside those that it has by itself
 * @param origins pages of other servers that may send requests
 * @param maxRows what one request may cost, in rows of network evaluation (steps x images, twice with guidance)
 * @param heartbeat the time between comment lines in an idle event stream, at most 15 s
 * @param retryAfter what a refused client is told to wait when nobody knows how fast the workers are
 * @param queueWithoutWorkers whether jobs are accepted that no worker takes now, because one will be started for them
 * @param retention how long ended jobs are kept
 * @param experiments how soon experiments are looked after
 */
@ConfigurationProperties("pathline.api")
public record ApiProperties(
        @DefaultValue("1MB") DataSize maxBody,
        @DefaultValue("30s") Duration bodyTimeout,
        @DefaultValue List<String> hosts,
        @DefaultValue List<String> origins,
        @DefaultValue("20000") long maxRows,
        @DefaultValue("10s") Duration heartbeat,
        @DefaultValue("5s") Duration retryAfter,
        @DefaultValue("false") boolean queueWithoutWorkers,
        @DefaultValue Retention retention,
        @DefaultValue Experiments experiments) {

    private static final Duration LONGEST_HEARTBEAT = Duration.ofSeconds(15);

    /** Checks the ranges, so that a mistake is told at start. */
    public ApiProperties {
        require(maxBody.toBytes() > 0 && maxBody.toBytes() <= Integer.MAX_VALUE, "max-body",
                "must be more than 0 and less than 2GB");
        require(bodyTimeout.isPositive(), "body-timeout", "must be more than 0");
        hosts = List.copyOf(hosts);
        origins = List.copyOf(origins);
        require(maxRows > 0, "max-rows", "must be at least 1");
        require(heartbeat.isPositive() && heartbeat.compareTo(LONGEST_HEARTBEAT) <= 0, "heartbeat",
                "must be more than 0 and at most 15s");
        require(retryAfter.isPositive(), "retry-after", "must be more than 0");
    }

    /**
     * How long ended jobs are kept, with their images and events.
     *
     * @param maxAge after their end
     * @param maxJobs at most so many
     * @param sweepEvery how often is looked
     */
    public record Retention(
            @DefaultValue("30m") Duration maxAge,
            @DefaultValue("1000") int maxJobs,
            @DefaultValue("10s") Duration sweepEvery) {

        /** Checks the ranges. */
        public Retention {
            require(maxAge.isPositive(), "retention.max-age", "must be more than 0");
            require(maxJobs > 0, "retention.max-jobs", "must be at least 1");
            require(sweepEvery.isPositive(), "retention.sweep-every", "must be more than 0");
        }
    }

    /**
     * How soon experiments are looked after.
     *
     * @param tellEvery how soon they are told what came of their jobs
     * @param watchEvery how soon their guard rails are looked at
     */
    public record Experiments(
            @DefaultValue("2s") Duration tellEvery,
            @DefaultValue("5s") Duration watchEvery) {

        /** Checks the ranges. */
        public Experiments {
            require(tellEvery.isPositive(), "experiments.tell-every", "must be more than 0");
            require(watchEvery.isPositive(), "experiments.watch-every", "must be more than 0");
        }
    }

    private static void require(boolean condition, String key, String rule) {
        if (!condition) {
            throw new IllegalArgumentException("pathline.api." + key + " " + rule + ".");
        }
    }
}
