package dev.pathline.trainer.specification.objective;

import dev.pathline.engine.objective.Objective;

/** An objective as a specification asks for it: complete but for what is measured of the data. */
@FunctionalInterface
public interface ObjectiveSpec {

    /** Stands in for the measured value where only the shape of things counts. */
    double TYPICAL_SIGMA_DATA = 0.5;

    /**
     * Returns the objective.
     *
     * @param sigmaData the standard deviation of the training data, positive
     */
    Objective objective(double sigmaData);
}
