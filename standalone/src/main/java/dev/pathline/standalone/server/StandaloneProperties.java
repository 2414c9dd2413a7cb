package dev.pathline.standalone.server;

import dev.pathline.common.lifecycle.StopClock;
import dev.pathline.s3.S3Keys;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The settings of the in-process adapters; {@code application.yml} lists them with their defaults.
 *
 * @param registry where models are kept
 * @param models the roots of the model registry in directories
 * @param modelsRefresh how soon a new version on disk is seen
 * @param s3 the bucket of the model registry in S3
 * @param stopWithin how long stopping takes at most, from the order on
 * @param state the folder in which jobs, their events and images are kept
 * @param memory whether they are kept in memory instead, and gone with the process
 * @param queueCapacity jobs that may wait
 * @param images memory for the images of jobs, where they are kept there
 * @param eventsPerJob memory for the events of one job
 * @param eventsOfEndedJobs memory for the events of all ended jobs
 */
@ConfigurationProperties("pathline.standalone")
public record StandaloneProperties(
        @DefaultValue("directory") Registry registry,
        @DefaultValue("models") List<Path> models,
        @DefaultValue("2s") Duration modelsRefresh,
        @DefaultValue S3Keys s3,
        @DefaultValue("9s") Duration stopWithin,
        @DefaultValue("state") Path state,
        @DefaultValue("false") boolean memory,
        @DefaultValue("100") int queueCapacity,
        @DefaultValue("256MB") DataSize images,
        @DefaultValue("32MB") DataSize eventsPerJob,
        @DefaultValue("128MB") DataSize eventsOfEndedJobs) {

    /** Where models are kept. */
    public enum Registry {
        /** In folders of this machine, or of a volume that several share. */
        DIRECTORY,
        /** In a bucket. */
        S3
    }

    /** Checks the ranges, so that a mistake is told at start. */
    public StandaloneProperties {
        models = List.copyOf(models);
        if (stopWithin.compareTo(StopClock.SHORTEST) < 0) {
            throw new IllegalArgumentException("pathline.standalone.stop-within must be at least "
                    + StopClock.SHORTEST.toSeconds() + "s.");
        }
        if (registry == Registry.S3) {
            s3.check("pathline.standalone.s3");
        }
        if (models.isEmpty() || queueCapacity < 1 || images.toBytes() < 1 || eventsPerJob.toBytes() < 1
                || eventsOfEndedJobs.toBytes() < 1) {
            throw new IllegalArgumentException("pathline.standalone: models must not be empty, and queue-capacity,"
                    + " images, events-per-job and events-of-ended-jobs must be more than 0.");
        }
    }
}
