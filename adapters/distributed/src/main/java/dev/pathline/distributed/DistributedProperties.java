package dev.pathline.distributed;

import dev.pathline.common.lifecycle.StopClock;
import dev.pathline.nats.NatsSettings;
import dev.pathline.s3.S3Keys;
import dev.pathline.sql.SqlDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What services in several processes share; {@code pathline-distributed.yml} lists the keys with their defaults.
 *
 * @param stopWithin how long stopping takes at most, from the order on
 * @param startWithin how long a start waits for the database and for NATS
 * @param store the database
 * @param nats the message system
 * @param registry where models are kept
 * @param images where images are kept
 */
@ConfigurationProperties("pathline")
public record DistributedProperties(
        @DefaultValue("25s") Duration stopWithin,
        @DefaultValue("60s") Duration startWithin,
        @DefaultValue Store store,
        @DefaultValue Nats nats,
        @DefaultValue Registry registry,
        @DefaultValue Images images) {

    /** Checks the ranges, so that a mistake is told at start. */
    public DistributedProperties {
        require(stopWithin.compareTo(StopClock.SHORTEST) >= 0, "stop-within",
                "must be at least " + StopClock.SHORTEST.toSeconds() + "s");
        require(!startWithin.isNegative(), "start-within", "must not be negative");
    }

    /** Where files are kept. */
    public enum Kind {
        /** In folders of this machine, or of a volume that several share. */
        DIRECTORY,
        /** In a bucket. */
        S3
    }

    /**
     * The database.
     *
     * @param url {@code jdbc:postgresql://HOST/DATABASE}
     * @param user who asks
     * @param password the user's
     * @param connections how many there are at most of one process
     * @param timeout how long a statement may take, and a connection until there is one
     * @param queueCapacity jobs that may wait
     */
    public record Store(
            @DefaultValue("jdbc:postgresql://localhost:5432/pathline") String url,
            @DefaultValue("pathline") String user,
            @DefaultValue("") String password,
            @DefaultValue("8") int connections,
            @DefaultValue("5s") Duration timeout,
            @DefaultValue("1000") int queueCapacity) {

        /** Checks the ranges. */
        public Store {
            require(connections > 0, "store.connections", "must be at least 1");
            require(timeout.isPositive(), "store.timeout", "must be more than 0");
            require(queueCapacity > 0, "store.queue-capacity", "must be at least 1");
        }

        SqlDatabase.Settings settings() {
            return new SqlDatabase.Settings(url, user, password, connections, timeout);
        }

        /** Says nothing of the password. */
        @Override
        public String toString() {
            return url;
        }
    }

    /**
     * The message system; see {@link NatsSettings}.
     *
     * @param servers one or more of a cluster
     * @param user who asks; empty where nobody need say
     * @param password the user's
     * @param prefix with which all subjects begin
     * @param replicas on how many servers of a cluster events are kept
     * @param timeout how long an answer may take
     * @param eventsMaxAge how long events are kept
     * @param eventsMaxSize how much of them is kept
     * @param eventsPerJob how much of a job's events a process keeps for those who read them
     */
    public record Nats(
            @DefaultValue("nats://localhost:4222") List<String> servers,
            @DefaultValue("") String user,
            @DefaultValue("") String password,
            @DefaultValue("pathline") String prefix,
            @DefaultValue("1") int replicas,
            @DefaultValue("5s") Duration timeout,
            @DefaultValue("24h") Duration eventsMaxAge,
            @DefaultValue("1GB") DataSize eventsMaxSize,
            @DefaultValue("32MB") DataSize eventsPerJob) {

        /** Checks the values. */
        public Nats {
            servers = List.copyOf(servers);
            try {
                settings(servers, user, password, prefix, replicas, timeout, eventsMaxAge, eventsMaxSize, eventsPerJob);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("pathline.nats: " + e.getMessage() + ".", e);
            }
        }

        NatsSettings settings() {
            return settings(servers, user, password, prefix, replicas, timeout, eventsMaxAge, eventsMaxSize,
                    eventsPerJob);
        }

        private static NatsSettings settings(List<String> servers, String user, String password, String prefix,
                int replicas, Duration timeout, Duration maxAge, DataSize maxSize, DataSize perJob) {
            return new NatsSettings(servers, user, password, prefix, replicas, timeout, maxAge, maxSize.toBytes(),
                    perJob.toBytes());
        }

        /** Says nothing of the password. */
        @Override
        public String toString() {
            return String.join(",", servers);
        }
    }

    /**
     * Where models are kept.
     *
     * @param kind in folders, or in a bucket
     * @param directories the folders, {@code DIRECTORY/NAME/VERSION/pathline.json}
     * @param refresh how soon a new version in a folder is seen
     * @param s3 the bucket
     */
    public record Registry(
            @DefaultValue("directory") Kind kind,
            @DefaultValue("models") List<Path> directories,
            @DefaultValue("2s") Duration refresh,
            @DefaultValue S3Keys s3) {

        /** Checks the place. */
        public Registry {
            directories = List.copyOf(directories);
            require(kind != Kind.DIRECTORY || !directories.isEmpty(), "registry.directories", "must name a folder");
            requireBucket(kind, "registry", s3);
        }
    }

    /**
     * Where the images of jobs are kept.
     *
     * @param kind in a folder, or in a bucket
     * @param directory the folder, which the API and all workers share
     * @param s3 the bucket, of which those keys do not matter that are about copies
     */
    public record Images(
            @DefaultValue("directory") Kind kind,
            @DefaultValue("images") Path directory,
            @DefaultValue S3Keys s3) {

        /** Checks the place. */
        public Images {
            requireBucket(kind, "images", s3);
        }
    }

    private static void requireBucket(Kind kind, String key, S3Keys s3) {
        if (kind == Kind.S3) {
            s3.check("pathline." + key + ".s3");
        }
    }

    private static void require(boolean condition, String key, String rule) {
        if (!condition) {
            throw new IllegalArgumentException("pathline." + key + " " + rule + ".");
        }
    }
}
