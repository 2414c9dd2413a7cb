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

    /** Sample sheets. */
    public Path sheets() {
        return run.resolve("sheets");
    }
}
