package dev.pathline.trainer.delivery;

import dev.pathline.common.port.ModelStore;
import java.nio.file.Path;

/**
 * Where a run writes.
 *
 * @param run snapshots and sample sheets; kept between the parts of an interrupted run
 * @param models the registry: a model becomes the next version there
 * @param metrics the folder of classifiers: one goes to {@code metrics/NAME}
 */
public record RunFolders(Path run, ModelStore models, Path metrics) {

    /** Snapshots. */
    public Path snapshots() {
        return run.resolve("snapshots");
    }

    /** Trajectories that the run makes itself. */
    public Path trajectories() {
        return run.resolve("trajectories");
    }

    /** Where a stage of a chain writes, from 1. */
    public RunFolders stage(int number) {
        return new RunFolders(run.resolve("stages").resolve(Integer.toString(number)), models, metrics);
    }

    /** What a stage of a chain ends with: a checkpoint with weights in float32. */
    public Path result() {
        return run.resolve("result");
    }

    /** Sample sheets. */
    public Path sheets() {
        return run.resolve("sheets");
    }
}
