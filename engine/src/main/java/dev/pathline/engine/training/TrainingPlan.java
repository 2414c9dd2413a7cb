package dev.pathline.engine.training;

import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.script.TrainingProgram.AdamW;

/**
 * How a {@link Trainer} trains.
 *
 * @param steps the number of optimiser steps in all
 * @param learningRate the rate over the run
 * @param optimizer AdamW's constants
 * @param average the moving average
 * @param profile how the network computes; master weights stay float32
 * @param seed the seed of weights and batches
 * @param snapshotEvery steps between snapshots
 * @param reportEvery steps between progress reports
 */
public record TrainingPlan(
        long steps,
        LearningRate learningRate,
        AdamW optimizer,
        MovingAverage average,
        NumericProfile profile,
        long seed,
        long snapshotEvery,
        long reportEvery) {}
