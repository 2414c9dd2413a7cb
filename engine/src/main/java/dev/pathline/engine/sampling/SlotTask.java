package dev.pathline.engine.sampling;

import dev.pathline.diffusion.plan.SamplingPlan;

/**
 * One sample to be made.
 *
 * @param plan how
 * @param conditions what it is to be
 * @param seed the request's seed
 * @param index the sample's index within the request: with the seed it determines the noise
 * @param listener hears of the sample's progress, on the compute thread
 */
public record SlotTask(SamplingPlan plan, Conditions conditions, long seed, int index, SlotListener listener) {

    /** A sample of a class, whose index may be that of the class that means 'no label'. */
    public SlotTask(SamplingPlan plan, int label, long seed, int index, SlotListener listener) {
        this(plan, Conditions.label(label), seed, index, listener);
    }
}
