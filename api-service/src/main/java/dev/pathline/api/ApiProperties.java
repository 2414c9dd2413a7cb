package dev.pathline.api;

import dev.pathline.common.access.KeySecret;
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
 * @param keys whether API keys are asked for
 * @param webhooks how others are told of ended jobs
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
        @DefaultValue Keys keys,
        @DefaultValue Webhooks webhooks,
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

    /** When API keys are asked for. */
    public enum Required {
        /** Where the server listens to more than this machine. */
        AUTO,
        /** Always. */
        ALWAYS,
        /** Never: something in front of the server keeps strangers away. */
        NEVER
    }

    /**
     * Whether API keys are asked for.
     *
     * @param required when
     * @param admin what a key says that may do everything, beside those that are kept; empty for none
     */
    public record Keys(@DefaultValue("auto") Required required, @DefaultValue("") String admin) {

        private static final String FORM = "[A-Za-z0-9._~+/=-]{32,}";

        /** Checks that nobody guesses it, and that headers and cookies can say it; files of secrets end with a new line. */
        public Keys {
            admin = admin.strip();
            require(admin.isEmpty() || admin.matches(FORM), "keys.admin",
                    "must have at least 32 characters of those in base 64, such as: openssl rand -hex 32");
        }

        /** Says nothing of the key. */
        @Override
        public String toString() {
            return "Keys[required=" + required + "]";
        }
    }

    /**
     * How others are told of ended jobs.
     *
     * @param secret signs where no key made the job; {@code whsec_} and base 64, or empty for none
     * @param allowPrivate whether they may be in private networks
     * @param timeout how long they may take to answer
     * @param retries how long is waited after each failed attempt
     * @param keep how long is kept what became of them
     * @param sendEvery how soon after its end a job is told of
     */
    public record Webhooks(
            @DefaultValue("") String secret,
            @DefaultValue("false") boolean allowPrivate,
            @DefaultValue("10s") Duration timeout,
            @DefaultValue({
                "5s", "30s", "2m", "10m", "1h", "6h"}) List<Duration> retries,
            @DefaultValue("7d") Duration keep,
            @DefaultValue("500ms") Duration sendEvery) {

        /** Checks the ranges. */
        public Webhooks {
            require(secret.isEmpty() || KeySecret.isWebhookSecret(secret), "webhooks.secret",
                    "must be whsec_ and at least 16 bytes in base 64");
            require(timeout.isPositive(), "webhooks.timeout", "must be more than 0");
            retries = List.copyOf(retries);
            require(retries.stream().allMatch(Duration::isPositive), "webhooks.retries", "must be more than 0 each");
            require(keep.isPositive(), "webhooks.keep", "must be more than 0");
            require(sendEvery.isPositive(), "webhooks.send-every", "must be more than 0");
        }

        /** Says nothing of the secret. */
        @Override
        public String toString() {
            return "Webhooks[allowPrivate=" + allowPrivate + ", timeout=" + timeout + ", retries=" + retries + "]";
        }
    }

    /**
     * How long ended jobs are kept, with their images and events.
     *
     * @param maxAge after their end
     * @param maxJobs at most so many
     * @param maxBytes how much their images may take
     * @param sweepEvery how often is looked
     */
    public record Retention(
            @DefaultValue("30m") Duration maxAge,
            @DefaultValue("1000") int maxJobs,
            @DefaultValue("10GB") DataSize maxBytes,
            @DefaultValue("10s") Duration sweepEvery) {

        /** Checks the ranges. */
        public Retention {
            require(maxAge.isPositive(), "retention.max-age", "must be more than 0");
            require(maxJobs > 0, "retention.max-jobs", "must be at least 1");
            require(maxBytes.toBytes() > 0, "retention.max-bytes", "must be more than 0");
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
