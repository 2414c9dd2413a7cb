package dev.pathline.engine.sampling;

import dev.pathline.diffusion.plan.SamplingPlan;

/**
 * One sample to be made.
 *
 * @param plan how
 * @param label the class index, or the null class for an unconditional sample; ignored by a network without labels
 * @param seed the request's seed
 * @param index the sample's index within the request: with the seed it determines the noise
 * @param listener hears of the sample's progress, on the compute thread
 */
public record SlotTask(SamplingPlan plan, int label, long seed, int index, SlotListener listener) {}
