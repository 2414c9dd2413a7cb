package dev.pathline.trainer.runs;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The trainer's settings; {@code pathline-trainer.yml} lists them with their defaults.
 *
 * @param enabled whether there is a trainer at all
 * @param device {@code auto}, {@code cpu} or {@code cuda:N}
 * @param threads threads of one operator, or 0 for half the cores
 * @param runs the folder of runs
 * @param metrics the folder that classifiers go to
 * @param dataRoots the folders that a specification which comes over HTTP may name data in
 * @param drain how long a run may take to write its snapshot after the order to stop
 */
@ConfigurationProperties("pathline.trainer")
public record TrainerProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("auto") String device,
        @DefaultValue("0") int threads,
        @DefaultValue("runs") Path runs,
        @DefaultValue("metrics") Path metrics,
        @DefaultValue({
            "/usr/share/datasets", "data"}) List<String> dataRoots,
        @DefaultValue("60s") Duration drain) {

    /** Checks the ranges, so that a mistake is told at start. */
    public TrainerProperties {
        dataRoots = List.copyOf(dataRoots);
        require(threads >= 0, "threads", "must be 0 (half the cores) or more");
        require(!drain.isNegative(), "drain", "must not be negative");
    }

    /** Returns the number of threads of one operator. */
    public int intraOpThreads() {
        return threads == 0 ? Math.max(1, Runtime.getRuntime().availableProcessors() / 2) : threads;
    }

    private static void require(boolean condition, String key, String rule) {
        if (!condition) {
            throw new IllegalArgumentException("pathline.trainer." + key + " " + rule + ".");
        }
    }
}
