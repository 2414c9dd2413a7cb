package dev.pathline.standalone.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The settings of the in-process adapters; {@code application.yml} lists them with their defaults.
 *
 * @param models the roots of the model registry
 * @param modelsRefresh how soon a new version on disk is seen
 * @param queueCapacity jobs that may wait
 * @param images memory for the images of jobs
 * @param eventsPerJob memory for the events of one job
 * @param eventsOfEndedJobs memory for the events of all ended jobs
 */
@ConfigurationProperties("pathline.standalone")
public record StandaloneProperties(
        @DefaultValue("models") List<Path> models,
        @DefaultValue("2s") Duration modelsRefresh,
        @DefaultValue("100") int queueCapacity,
        @DefaultValue("256MB") DataSize images,
        @DefaultValue("32MB") DataSize eventsPerJob,
        @DefaultValue("128MB") DataSize eventsOfEndedJobs) {

    /** Checks the ranges, so that a mistake is told at start. */
    public StandaloneProperties {
        models = List.copyOf(models);
        if (models.isEmpty() || queueCapacity < 1 || images.toBytes() < 1 || eventsPerJob.toBytes() < 1
                || eventsOfEndedJobs.toBytes() < 1) {
            throw new IllegalArgumentException("pathline.standalone: models must not be empty, and queue-capacity,"
                    + " images, events-per-job and events-of-ended-jobs must be more than 0.");
        }
    }
}
