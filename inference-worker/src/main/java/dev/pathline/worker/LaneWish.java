package dev.pathline.worker;

import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.sampling.ModelMemory;
import dev.pathline.engine.script.NumericProfile;

/**
 * The lane that a job wants to be in.
 *
 * @param key which
 * @param checkpoint its model
 * @param profile how it computes
 * @param memory what it takes on the device
 */
record LaneWish(LaneKey key, Checkpoint checkpoint, NumericProfile profile, ModelMemory memory) {}
